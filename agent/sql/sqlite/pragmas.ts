import type { Span } from "../facts.ts";
import type { Asked } from "./schemaCopy.ts";
import type { StatementKind } from "./statementKind.ts";

/** They describe the schema or the file's form, with or without an argument. */
const DESCRIBING: ReadonlySet<string> = new Set([
  "table_info",
  "table_xinfo",
  "table_list",
  "index_list",
  "index_info",
  "index_xinfo",
  "foreign_key_list",
  "collation_list",
  "function_list",
  "module_list",
  "pragma_list",
  "compile_options",
]);

/** They tell one setting or number. */
const TELLING: ReadonlySet<string> = new Set([
  "application_id",
  "user_version",
  "schema_version",
  "data_version",
  "encoding",
  "page_size",
  "page_count",
  "max_page_count",
  "freelist_count",
  "journal_mode",
  "auto_vacuum",
  "foreign_keys",
  "recursive_triggers",
  "synchronous",
  "cache_size",
  "busy_timeout",
]);

/** They change the session alone. */
const OF_SESSION: ReadonlySet<string> = new Set([
  "foreign_keys",
  "defer_foreign_keys",
  "recursive_triggers",
  "cache_size",
  "busy_timeout",
]);

/** It changes nothing and shows nothing of what is stored. */
export const isHarmlessPragma = (name: string, argument: string): boolean =>
  DESCRIBING.has(name) || (TELLING.has(name) && argument === "");

/** A PRAGMA is judged by its name: those that are not listed could do anything. */
export function pragmaKind({ first: name, second: argument }: Asked, span: Span): StatementKind {
  if (isHarmlessPragma(name, argument)) {
    return { kind: "pragma", effect: "read", actions: [], settings: [] };
  }
  const settings = [{ name, ...(argument !== "" && { value: argument }), local: false, span }];
  if (OF_SESSION.has(name)) return { kind: "set", effect: "session", actions: [], settings };
  return {
    kind: "pragma",
    effect: "admin",
    actions: [],
    settings,
    unknown: `PRAGMA ${name} changes how the database works`,
  };
}
