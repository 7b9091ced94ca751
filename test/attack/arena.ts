import pg from "pg";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { SCHEMA } from "./schema.ts";
import { seedOf, type WorldName } from "./secrets.ts";

/** A server with a database for each world, and copies of them that an attack may wreck. */
export class Arena {
  readonly server: TestPostgres;

  /** For each world `world_a` and so on, and `kept_a`, which nobody attacks; objects have the same oids in all. */
  static async start(worlds: readonly WorldName[]): Promise<Arena> {
    const arena = new Arena(await startPostgres());
    await arena.run("postgres", "CREATE DATABASE empty");
    await arena.run("empty", SCHEMA);
    for (const world of worlds) {
      await arena.create(`kept_${world}`, "empty");
      await arena.run(`kept_${world}`, seedOf(world));
      await arena.create(`world_${world}`, `kept_${world}`);
    }
    return arena;
  }

  private constructor(server: TestPostgres) {
    this.server = server;
  }

  /** A new database like another, which nobody may be connected to. */
  async create(name: string, template = "kept_a"): Promise<void> {
    await this.run("postgres", `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
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
