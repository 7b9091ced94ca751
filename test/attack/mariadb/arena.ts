import mysql from "mysql2/promise";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import type { WorldName } from "../secrets.ts";
import { SCHEMA } from "./schema.ts";
import { seedOf } from "./seed.ts";

/** A server with databases of one world: attacks may wreck one of them, which is then made anew. */
export class MariadbArena {
  readonly server: TestMariadb;
  readonly #world: WorldName;

  static async start(world: WorldName, databases: readonly string[]): Promise<MariadbArena> {
    const arena = new MariadbArena(await startMariadb(), world);
    for (const database of databases) await arena.renew(database);
    return arena;
  }

  private constructor(server: TestMariadb, world: WorldName) {
    this.server = server;
    this.#world = world;
  }

  /** The database as it was at first; the foreign keys of others into it are not looked at. */
  async renew(database: string): Promise<void> {
    await this.run("mysql", [
      "SET GLOBAL sql_mode = DEFAULT",
      `DROP DATABASE IF EXISTS ${database}`,
      `CREATE DATABASE ${database} CHARACTER SET utf8mb4`,
    ]);
    await this.run(database, [...SCHEMA, ...seedOf(this.#world)]);
  }

  /** Runs SQL as nobody the agent knows of; the rows of the last statement. */
  async run(
    database: string,
    statements: readonly string[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { host, port, user, password } = this.server;
    const connection = await mysql.createConnection({ host, port, user, password, database });
    try {
      let last: readonly Readonly<Record<string, unknown>>[] = [];
      for (const statement of statements) {
        const [rows] = await connection.query<mysql.RowDataPacket[]>(statement);
        last = Array.isArray(rows) ? rows : [];
      }
      return last;
    } finally {
      await connection.end();
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
