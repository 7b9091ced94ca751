import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import { DdlError } from "../ddlError.ts";
import type { Span } from "../facts.ts";
import { type StatementTokens, tokensOf, verbOf } from "./headWords.ts";
import { asciiLower } from "./lexer.ts";
import { splitSqlite } from "./split.ts";

type Row = readonly (string | null)[];

/**
 * A database in memory that DDL made, for the catalog's loader to read. Only CREATE, ALTER and DROP are run, and no
 * query of theirs: data and PRAGMAs are passed over, and no other file is reached.
 */
export class SqliteDdlDatabase {
  readonly #database: DatabaseSync;
  /** Virtual tables, which bring tables of their own. */
  readonly #virtual = new Set<string>();

  /** @throws DdlError where SQLite does not take a statement. */
  constructor(ddl: string) {
    const sqlite = process.getBuiltinModule?.("node:sqlite");
    if (sqlite === undefined) throw new DdlError("sqlite", ddl, NO_SQLITE, 0, 0);
    this.#database = new sqlite.DatabaseSync(":memory:");
    const split = splitSqlite(ddl);
    if (split.kind !== "split") {
      throw new DdlError("sqlite", ddl, withoutStop(split.message), split.span.start, split.span.end);
    }
    for (const { text, span } of split.statements) {
      const failure = this.run(text);
      if (failure === undefined) continue;
      const { start, end } = this.#placeOf(text, failure);
      throw new DdlError("sqlite", ddl, failure, span.start + start, span.start + end);
    }
  }

  /** Does what a statement does to the schema; answers with SQLite's own words where it does not take it. */
  run(text: string): string | undefined {
    const tokens = tokensOf(text);
    const { verb, explained } = verbOf(tokens);
    if (explained || PASSED_OVER.has(verb)) return undefined;
    if (verb === "CREATE" && this.#isThereAlready(tokens)) return undefined;
    // Nothing else is a statement of SQLite.
    if (!STRUCTURAL.has(verb)) return `near "${verb === "" ? text.slice(0, 1) : verb}": syntax error`;
    try {
      // As one prepared statement: whatever else the text holds is not run.
      this.#database.prepare(withoutRows(tokens)).run();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (tokens.word(1) === "VIRTUAL") this.#virtual.add(nameIn(tokens));
    return undefined;
  }

  async rows(sql: string, values: readonly string[] = []): Promise<readonly Row[]> {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    const found: readonly unknown[] = statement.all(...values);
    return found.map((row) => (Array.isArray(row) ? row.map(cell) : []));
  }

  /** The word SQLite's message speaks of: the first with which it has read too much. Else the statement's first. */
  #placeOf(text: string, message: string): Span {
    const [, near] = /^near "([\s\S]+)": syntax error$/.exec(message) ?? [];
    const { list } = tokensOf(text);
    const found = list.find(
      ({ start, end }) => text.slice(start, end) === near && this.#complaint(text.slice(0, end)) === message,
    );
    const { start, end } = found ?? list[0] ?? { start: 0, end: text.length };
    return { start, end };
  }

  /** What SQLite says of a text that is compiled, and not run. */
  #complaint(text: string): string | undefined {
    try {
      this.#database.prepare(text);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Another number after every change of the schema. */
  schemaVersion(): number {
    const row = this.#database.prepare("SELECT schema_version AS version FROM pragma_schema_version").get();
    return Number(row?.version);
  }

  /** What dumps name though SQLite makes it itself: its own tables, and those behind virtual ones. */
  #isThereAlready(tokens: StatementTokens): boolean {
    const name = nameIn(tokens);
    if (name.startsWith("sqlite_")) return true;
    return (
      [...this.#virtual].some((one) => name.startsWith(`${one}_`)) &&
      this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE lower(name) = ?").get(name) !== undefined
    );
  }
}

const NO_SQLITE = "this version of Node has no SQLite to read it with";

const STRUCTURAL: ReadonlySet<string> = new Set(["CREATE", "ALTER", "DROP"]);

/** What changes no structure, and must not be run or even compiled: a PRAGMA may take effect as it is compiled. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  `INSERT REPLACE UPDATE DELETE SELECT VALUES WITH PRAGMA ATTACH DETACH VACUUM ANALYZE REINDEX BEGIN COMMIT END ROLLBACK
   SAVEPOINT RELEASE`.split(/\s+/),
);

const cell = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

/** The name of what is created, in lower case. */
function nameIn({ text, list, word }: StatementTokens): string {
  let at = 1;
  while (["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL", "TABLE", "INDEX", "VIEW", "TRIGGER"].includes(word(at)))
    at++;
  if (word(at) === "IF" && word(at + 1) === "NOT") at += 3;
  const next = list[at + 1];
  if (next !== undefined && text[next.start] === ".") at += 2;
  const token = list[at];
  const written = token === undefined ? "" : text.slice(token.start, token.end);
  return asciiLower(written.replace(/^["'`[]([\s\S]*)["'`\]]$/, "$1"));
}

/** CREATE TABLE … AS makes the columns of its query and asks for no row of it. */
function withoutRows({ text, list, word }: StatementTokens): string {
  const first = ["TEMP", "TEMPORARY"].includes(word(1)) ? 2 : 1;
  if (word(0) !== "CREATE" || word(first) !== "TABLE") return text;
  let at = first + 1;
  if (word(at) === "IF" && word(at + 1) === "NOT") at += 3;
  const dot = list[at + 1];
  if (dot !== undefined && text[dot.start] === ".") at += 2;
  const query = word(at + 1) === "AS" ? list[at + 2] : undefined;
  if (query === undefined) return text;
  return `${text.slice(0, query.start)}SELECT * FROM (${text.slice(query.start)}\n) LIMIT 0`;
}

const withoutStop = (message: string): string => message.replace(/\.$/, "");
