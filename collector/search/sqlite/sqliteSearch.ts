import Database from "better-sqlite3";
import type { QueryResultRow } from "pg";
import { makePrivate } from "../../privateFile.ts";
import { type SqliteFile, storeFile } from "../../store/sqlite/openFile.ts";
import type { Asker, SearchDatabase, Value } from "../database.ts";
import { SEARCH_MIGRATIONS } from "../schema.ts";
import { consoleFile } from "./consoleFile.ts";

const MOST_KEPT = 200;

/**
 * A file of its own beside the log's, which is only read here: counting never waits for the log's writer, nor the
 * writer for it.
 */
export class SqliteSearch implements SearchDatabase {
  readonly statement = {
    text: "json_extract(r.canonical, '$.body.statement')",
    spelled: (needle: string): string => needle,
  };
  readonly position = "instr";
  readonly textBudget = 20_000;
  readonly marks = null;
  readonly #database: SqliteFile;
  /** What writes is long, and comes again and again. */
  readonly #writes = new Map<string, Database.Statement>();
  /** Settles when the transaction before has ended: there is one connection. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    const file = consoleFile(folder);
    makePrivate(file);
    this.#database = new Database(file, { timeout: 10_000 });
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = NORMAL");
    migrate(this.#database);
    this.#database.prepare("ATTACH DATABASE ? AS log").run(storeFile(folder));
  }

  async all<Row extends QueryResultRow>(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const bound = Object.fromEntries(values.map((value, place) => [String(place + 1), value]));
    const given = values.length === 0 ? [] : [bound];
    const known = this.#writes.get(sql);
    if (known !== undefined) {
      known.run(...given);
      return [];
    }
    const statement = this.#database.prepare<unknown[], Row>(sql);
    if (statement.reader) return statement.all(...given);
    if (this.#writes.size >= MOST_KEPT) this.#writes.clear();
    this.#writes.set(sql, statement);
    statement.run(...given);
    return [];
  }

  hasTerm(placeholder: string, few: boolean): string {
    return few
      ? `r.leaf_index IN (SELECT t.leaf_index FROM record_terms t WHERE t.term = ${placeholder})`
      : `EXISTS (SELECT 1 FROM record_terms t WHERE t.term = ${placeholder} AND t.leaf_index = r.leaf_index)`;
  }

  transaction<T>(work: (asker: Asker) => Promise<T>): Promise<T> {
    const mine = this.#before.then(() => this.#run(work));
    this.#before = mine.catch(() => {});
    return mine;
  }

  async #run<T>(work: (asker: Asker) => Promise<T>): Promise<T> {
    // Deferred: only this file is locked, and only once it is written to.
    this.#database.exec("BEGIN");
    try {
      const result = await work(this);
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

function migrate(database: SqliteFile): void {
  database
    .transaction(() => {
      const version = Number(database.pragma("user_version", { simple: true }));
      for (const migration of SEARCH_MIGRATIONS.slice(version)) database.exec(migration);
      database.pragma(`user_version = ${SEARCH_MIGRATIONS.length}`);
    })
    .immediate();
}
