import type { FunctionUse, Span } from "../facts.ts";

/** They give another value each time, or another one later. */
const VOLATILE: ReadonlySet<string> = new Set([
  "random",
  "randomblob",
  "changes",
  "total_changes",
  "last_insert_rowid",
  "current_timestamp",
  "current_date",
  "current_time",
]);

/** They load code, or read and write files of this machine, where a build of SQLite has them. */
const FILES: ReadonlySet<string> = new Set([
  "load_extension",
  "readfile",
  "writefile",
  "edit",
  "fts3_tokenizer",
  "lsdir",
  "fsdir",
]);

/** Built-in functions by the names SQLite asked for. */
export const functionUses = (names: readonly string[], span: Span): readonly FunctionUse[] =>
  names.map((name) => ({
    schema: "main",
    name,
    volatility: VOLATILE.has(name) ? "volatile" : "immutable",
    hazards: FILES.has(name) ? ["server_files"] : [],
    span,
  }));
