import fs from "node:fs";
import path from "node:path";
import type { Environment } from "../../../protocol/connection.ts";
import type { Attack, Shown } from "../world.ts";
import type { MariadbArena } from "./arena.ts";

/** A database that attempts may change: whatever they did to it, or had remembered of it, is undone. */
export class Wreckable {
  readonly #arena: MariadbArena;
  readonly #attack: Attack;
  readonly #database: string;
  readonly #environment: Environment;
  readonly #labels: Buffer;

  /** The database has just been made, and nobody has run anything on it. */
  static async open(
    arena: MariadbArena,
    attack: Attack,
    database: string,
    environment: Environment,
  ): Promise<Wreckable> {
    await attack.classified(database, environment);
    return new Wreckable(arena, attack, database, environment);
  }

  private constructor(arena: MariadbArena, attack: Attack, database: string, environment: Environment) {
    this.#arena = arena;
    this.#attack = attack;
    this.#database = database;
    this.#environment = environment;
    this.#labels = fs.readFileSync(this.#file("json"));
  }

  /** To be called after an attempt: labels that followed its data would hide what the next one shows. */
  async renew(shown: readonly Shown[]): Promise<void> {
    if (shown.every(({ kind }) => kind === "blocked")) return;
    await this.#attack.forget(this.#database, this.#environment);
    fs.rmSync(this.#file("flows.jsonl"), { force: true });
    fs.writeFileSync(this.#file("json"), this.#labels);
    await this.#arena.run("mysql", ["DROP DATABASE IF EXISTS other_db"]);
    await this.#arena.renew(this.#database);
    await this.#attack.classified(this.#database, this.#environment);
  }

  #file(extension: string): string {
    return path.join(this.#attack.home, "labels", `${this.#database}-${this.#environment}.${extension}`);
  }
}
