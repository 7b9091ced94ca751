import type { Actor } from "../../protocol/actor.ts";
import type { Environment } from "../../protocol/connection.ts";
import { Arena } from "./arena.ts";
import type { WorldName } from "./secrets.ts";
import { Attack, type Shown } from "./world.ts";

/** Takes from everybody what tells anything of a masked column. */
const NOTHING_TOLD = {
  file: "admin.cedar",
  text: `forbid (principal, action in [Action::"match", Action::"infer", Action::"reveal", Action::"redact"], resource);`,
};

/** Two databases that differ in nothing but what masked columns hold, each with an engine of its own. */
export class TwoWorlds {
  readonly arena: Arena;
  readonly #attacks: Readonly<Record<WorldName, Attack>>;
  #copies = 0;

  static async start(): Promise<TwoWorlds> {
    const arena = await Arena.start(["a", "b"]);
    const open = (): Promise<Attack> => Attack.open(arena.server, [NOTHING_TOLD]);
    const attacks = { a: await open(), b: await open() };
    for (const world of ["a", "b"] as const) {
      for (const environment of ["production", "development"] as const) {
        await attacks[world].classified(`world_${world}`, environment);
      }
    }
    return new TwoWorlds(arena, attacks);
  }

  private constructor(arena: Arena, attacks: Readonly<Record<WorldName, Attack>>) {
    this.arena = arena;
    this.#attacks = attacks;
  }

  /** What both worlds show of a text, in a form that is equal where nothing can be told apart. */
  async both(who: Actor, environment: Environment, text: string, writes: boolean): Promise<Seen> {
    const [a, b] = [
      await this.#see("a", who, environment, text, writes),
      await this.#see("b", who, environment, text, writes),
    ];
    return {
      a: a.map(comparable),
      b: b.map(comparable),
      ran: a.some(({ kind }) => kind === "rows" || kind === "done"),
    };
  }

  async close(): Promise<void> {
    await this.#attacks.a.close();
    await this.#attacks.b.close();
    await this.arena.stop();
  }

  async #see(
    world: WorldName,
    who: Actor,
    environment: Environment,
    text: string,
    writes: boolean,
  ): Promise<readonly Shown[]> {
    const [attack, original] = [this.#attacks[world], `world_${world}`];
    if (!writes) return attack.run(original, who, environment, text.replaceAll("world_a", original));
    this.#copies += 1;
    const copy = `copy_${world}_${this.#copies}`;
    await this.arena.create(copy, `kept_${world}`);
    await attack.classified(copy, environment, `${original}-${environment}`);
    const shown = await attack.run(copy, who, environment, text.replaceAll("world_a", copy));
    await attack.forget(copy, environment);
    await this.arena.drop(copy);
    return shown.map((one) => ({ ...one, report: one.report.replaceAll(copy, original) }));
  }
}

export interface Seen {
  readonly a: readonly unknown[];
  readonly b: readonly unknown[];
  /** It was let through. */
  readonly ran: boolean;
}

/** A mask that keeps a part of a value tells that part, and is meant to: what it keeps is left out here. */
function comparable(shown: Shown): unknown {
  const rows = shown.rows.map((row) =>
    row.map((cell, position) => (cell !== null && isPartial(shown, position) ? "•" : cell)),
  );
  const named = (text: string): string => text.replace(/(?:world|copy)_[ab](?:_\d+)?/g, "world");
  // How sure the agent is of a label, and why, comes from looking at values: at how many, not at which.
  const report = named(shown.report).replace(/"confidence":[\d.]+,"evidence":\[[^\]]*\]/g, "");
  // The server counts the objects of both worlds together.
  const columns = shown.columns.map((column) => ({
    ...column,
    type: column.type.replace(/^oid \d+$/, "oid"),
  }));
  return { ...shown, statement: "", columns, rows, report, problem: named(shown.problem ?? "") };
}

const isPartial = (shown: Shown, position: number): boolean => {
  const mask = shown.columns[position]?.mask;
  return mask !== null && mask !== undefined && mask !== "full" && mask !== "plan";
};
