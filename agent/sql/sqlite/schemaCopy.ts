import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import type { Catalog } from "../../../protocol/catalog.ts";
import { asciiLower } from "./lexer.ts";
import { isHarmlessPragma } from "./pragmas.ts";

/** One thing SQLite asked leave for while it compiled a statement. */
export interface Asked {
  readonly action: string;
  readonly first: string;
  readonly second: string;
  /** `first` as it was written. */
  readonly written: string;
  readonly database: string;
  /** The view, trigger or named query it was inside of; empty for the statement itself. */
  readonly inside: string;
}

export interface CompiledColumn {
  readonly name: string;
  /** The table column the value is, unchanged; of a UNION, only what its first arm says. */
  readonly origin: { readonly table: string; readonly column: string } | null;
}

export type Compiled =
  | {
      readonly kind: "compiled";
      readonly asked: readonly Asked[];
      readonly columns: readonly CompiledColumn[];
    }
  | { readonly kind: "refused"; readonly message: string };

/** The schema of what one session has for itself. */
export const TEMPORARY = "temp";

const copies = new WeakMap<Catalog, SchemaCopy | null>();

/**
 * The schema of a database without its data, in memory, where SQLite itself says what a statement would touch. Null
 * where this Node's SQLite cannot tell (before 24).
 */
export function schemaCopyOf(catalog: Catalog): SchemaCopy | null {
  const known = copies.get(catalog);
  if (known !== undefined) return known;
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  const able = sqlite !== undefined && typeof sqlite.DatabaseSync.prototype.setAuthorizer === "function";
  const copy = able ? new SchemaCopy(new sqlite.DatabaseSync(":memory:"), catalog, sqlite.constants) : null;
  copies.set(catalog, copy);
  return copy;
}

const ALLOW = 0;
const DENY = 1;

export class SchemaCopy {
  readonly #database: DatabaseSync;
  readonly #actions: ReadonlyMap<number, string>;
  #asked: Asked[] = [];
  /** Relations that could not be made here; statements on them are refused. */
  readonly missing: readonly string[];

  constructor(database: DatabaseSync, catalog: Catalog, constants: Readonly<Record<string, number>>) {
    this.#database = database;
    this.#actions = new Map(ACTIONS.map((name) => [constants[`SQLITE_${name}`] ?? -1, name]));
    database.setAuthorizer((code, first, second, name, inside) => {
      const action = this.#actions.get(code) ?? `action ${code}`;
      this.#asked.push({
        action,
        first: asciiLower(first ?? ""),
        second: asciiLower(second ?? ""),
        written: first ?? "",
        database: name ?? "",
        inside: asciiLower(inside ?? ""),
      });
      // A PRAGMA may take effect while it is compiled, here too.
      if (action === "PRAGMA") return isHarmlessPragma(asciiLower(first ?? ""), second ?? "") ? ALLOW : DENY;
      return action === "ATTACH" || action === "DETACH" ? DENY : ALLOW;
    });
    this.missing = build(database, catalog);
  }

  /** Compiles a statement, and never runs it. */
  compile(text: string): Compiled {
    this.#asked = [];
    try {
      const statement = this.#database.prepare(text);
      const columns = statement.columns().map(
        ({ name, table, column, database }): CompiledColumn => ({
          name,
          origin:
            (database === "main" || database === TEMPORARY) && table !== null && column !== null
              ? { table: asciiLower(table), column: asciiLower(column) }
              : null,
        }),
      );
      return { kind: "compiled", asked: this.#asked, columns };
    } catch (error) {
      const denied = this.#asked.find(({ action }) => ["PRAGMA", "ATTACH", "DETACH"].includes(action));
      if (denied !== undefined) return { kind: "compiled", asked: this.#asked, columns: [] };
      return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
    }
  }
}

const ACTIONS = [
  "READ",
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "FUNCTION",
  "RECURSIVE",
  "PRAGMA",
  "TRANSACTION",
  "SAVEPOINT",
  "ATTACH",
  "DETACH",
  "ALTER_TABLE",
  "REINDEX",
  "ANALYZE",
  ...["INDEX", "TABLE", "TRIGGER", "VIEW"].flatMap((kind) => [
    `CREATE_${kind}`,
    `CREATE_TEMP_${kind}`,
    `DROP_${kind}`,
    `DROP_TEMP_${kind}`,
  ]),
  "CREATE_VTABLE",
  "DROP_VTABLE",
] as const;

/** Virtual tables first: they bring the tables they keep their data in. Then views, whatever their order. */
function build(database: DatabaseSync, catalog: Catalog): readonly string[] {
  const missing: string[] = [];
  const made = (sql: string): boolean => {
    try {
      database.exec(sql);
      return true;
    } catch {
      return false;
    }
  };
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE");
  const rank = (sql: string, view: boolean): number => (view ? 2 : /^CREATE\s+VIRTUAL/i.test(sql) ? 0 : 1);
  const relations = catalog.relations
    .filter(({ definition, name }) => definition !== undefined && !name.startsWith("sqlite_"))
    .map(({ schema, name, kind, definition = "" }) => ({
      name,
      // The text SQLite keeps does not say that it is temporary.
      definition:
        schema === TEMPORARY ? definition.replace(/^CREATE TABLE\b/i, "CREATE TEMPORARY TABLE") : definition,
      rank: rank(definition, kind === "view"),
    }))
    .sort((a, b) => a.rank - b.rank);
  for (const { name, definition } of relations) {
    if (exists.get(name) === undefined && !made(definition)) missing.push(name);
  }
  for (const { body, language } of catalog.routines) {
    if (language === "sql" && !made(body)) missing.push(body);
  }
  return missing;
}
