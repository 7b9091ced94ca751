import pg from "pg";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { SCHEMA } from "./schema.ts";
import { seedOf, type WorldName } from "./secrets.ts";

/** A server with a database for each world, and copies of them that an attack may wreck. */
export class Arena {
  readonly server: TestPostgres;

  /** Starts with `world_a` and so on, and `untouched`, which nobody attacks. */
  static async start(worlds: readonly WorldName[]): Promise<Arena> {
    const arena = new Arena(await startPostgres());
    for (const world of worlds) {
      await arena.run("postgres", `CREATE DATABASE world_${world}`);
      await arena.run(`world_${world}`, SCHEMA);
      await arena.run(`world_${world}`, seedOf(world));
    }
    await arena.create("untouched");
    return arena;
  }

  private constructor(server: TestPostgres) {
    this.server = server;
  }

  /** A new database like the template, which nobody may be connected to. */
  async create(name: string, template = "untouched"): Promise<void> {
    const from = template === "untouched" && name === "untouched" ? "world_a" : template;
    await this.run("postgres", `CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);
  }

  async drop(name: string): Promise<void> {
    await this.run("postgres", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** Runs SQL as nobody the agent knows of. */
  async run(database: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const { host, port, user, password } = this.server;
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    try {
      const result = await client.query<Record<string, unknown>>(sql);
      return Array.isArray(result) ? [] : result.rows;
    } finally {
      await client.end();
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
