import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { engineIn, newHome } from "../robustness/engine.ts";
import type { Place } from "./changes.ts";

/** A SQLite file with an engine in front of it. */
export class SqlitePlace implements Place {
  readonly home: string;
  readonly engine: Engine;
  readonly profile: ConnectionProfile;
  /** As nobody the agent knows of. */
  readonly file: Database.Database;

  static async open(ddl: string): Promise<SqlitePlace> {
    const home = newHome();
    const at = path.join(home, "shop.db");
    const file = new Database(at);
    file.pragma("journal_mode = WAL");
    file.exec(ddl);
    const { profile } = parseConnectionUrl(`sqlite:${at}?environment=development`);
    const place = new SqlitePlace(home, await engineIn(home), profile, file);
    await place.engine.open.database(profile).whenClassified();
    return place;
  }

  private constructor(home: string, engine: Engine, profile: ConnectionProfile, file: Database.Database) {
    this.home = home;
    this.engine = engine;
    this.profile = profile;
    this.file = file;
  }

  /** Every value of a table with its kind, bit by bit. */
  all(table: string): Promise<readonly unknown[]> {
    const columns = this.file
      .prepare<[string], string>("SELECT name FROM pragma_table_xinfo(?)")
      .pluck()
      .all(table);
    const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
    const list = columns.map(quoted).map((name) => `typeof(${name}), hex(${name}), ${name}`);
    const rows = this.file
      .prepare(`SELECT ${list.join(", ")} FROM ${quoted(table)} ORDER BY 2, 5`)
      .safeIntegers(true)
      .raw(true)
      .all();
    return Promise.resolve(rows.map((row) => (Array.isArray(row) ? row.map(exact) : row)));
  }

  async close(): Promise<void> {
    await this.engine.close();
    this.file.close();
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

function exact(value: unknown): unknown {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : `real ${value}`;
  return typeof value === "bigint" ? `integer ${value}` : value;
}
