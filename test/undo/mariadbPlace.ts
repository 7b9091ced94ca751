import fs from "node:fs";
import mysql from "mysql2/promise";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { engineIn, newHome } from "../robustness/engine.ts";
import type { Place } from "./changes.ts";

/** A MariaDB of its own with an engine in front of it. */
export class MariadbPlace implements Place {
  readonly server: TestMariadb;
  readonly home: string;
  readonly engine: Engine;
  readonly profile: ConnectionProfile;
  /** As nobody the agent knows of. */
  readonly client: mysql.Connection;

  static async open(statements: readonly string[]): Promise<MariadbPlace> {
    const server = await startMariadb();
    const client = await mysql.createConnection({ uri: server.connectionString, supportBigNumbers: true });
    for (const statement of statements) await client.query(statement);
    const home = newHome();
    const engine = await engineIn(home);
    const { profile, password } = parseConnectionUrl(`${server.connectionString}?environment=development`);
    if (password !== undefined) engine.open.passwords.use(profile.id, password);
    const place = new MariadbPlace(server, home, engine, profile, client);
    await place.classified();
    return place;
  }

  private constructor(
    server: TestMariadb,
    home: string,
    engine: Engine,
    profile: ConnectionProfile,
    client: mysql.Connection,
  ) {
    this.server = server;
    this.home = home;
    this.engine = engine;
    this.profile = profile;
    this.client = client;
  }

  async classified(): Promise<void> {
    await this.engine.open.database(this.profile).refresh(true);
    await this.engine.open.database(this.profile).whenClassified();
  }

  /** The bytes of a whole table. */
  async all(table: string, order = "1, 2"): Promise<readonly unknown[]> {
    const [columns] = await this.client.query<mysql.RowDataPacket[]>(
      "SELECT column_name AS name, column_type AS type FROM information_schema.columns WHERE table_schema = 'test' AND table_name = ? ORDER BY ordinal_position",
      [table],
    );
    const list = columns.map(({ name, type }) => {
      if (/^(?:float|double)/.test(String(type))) return `CONCAT(\`${name}\` * 1e0)`;
      const isBytes = /char|text|blob|binary|bit|point|enum|set/.test(String(type));
      return isBytes ? `HEX(\`${name}\`)` : `CONCAT(\`${name}\`)`;
    });
    const [rows] = await this.client.query({
      sql: `SELECT ${list.join(", ")} FROM \`${table}\` ORDER BY ${order}`,
      rowsAsArray: true,
    });
    return rows as unknown[];
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.client.end();
    await this.server.stop();
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
