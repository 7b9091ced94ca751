import type { Permission } from "./childMessages.ts";

/**
 * What SQLite would do that no statement of a person may: other files come in or go out, or a setting this process
 * relies on changes. A statement's kind is its first word, so nothing can hide behind others.
 */
export function refusal(sql: string, may: Permission): string | null {
  const { word, rest } = firstWord(sql);
  if (word === "PRAGMA") return pragmaRefusal(rest, may);
  if (may === "read") return READS.has(word) ? null : `${word || "This"} is no query`;
  if (may === "write") return WRITES.has(word) ? null : `${word || "This"} changes no rows and no schema`;
  if (word === "ATTACH" || word === "DETACH") return `${word} would bring in another file`;
  if (word === "VACUUM" && !/^\s*(?:main|temp)?\s*;?\s*$/i.test(withoutComments(rest))) {
    return "VACUUM INTO would write another file";
  }
  return KNOWN.has(word) ? null : `${word || "This"} is not known`;
}

const READS: ReadonlySet<string> = new Set(["SELECT", "VALUES", "WITH", "EXPLAIN"]);
const WRITES: ReadonlySet<string> = new Set([
  "INSERT",
  "UPDATE",
  "DELETE",
  "REPLACE",
  "WITH",
  "CREATE",
  "ALTER",
  "DROP",
  "ANALYZE",
  "REINDEX",
]);
const KNOWN: ReadonlySet<string> = new Set([
  ...READS,
  ...WRITES,
  "BEGIN",
  "COMMIT",
  "END",
  "ROLLBACK",
  "SAVEPOINT",
  "RELEASE",
  "VACUUM",
]);

/** They describe and change nothing, with or without an argument. */
const DESCRIBING: ReadonlySet<string> = new Set([
  "table_info",
  "table_xinfo",
  "table_list",
  "index_list",
  "index_info",
  "index_xinfo",
  "foreign_key_list",
  "foreign_key_check",
  "collation_list",
  "function_list",
  "module_list",
  "pragma_list",
  "compile_options",
  "integrity_check",
  "quick_check",
]);

/** They tell a setting, and would change it with an argument. */
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

/** What a person may set for their own session. */
const SETTABLE: ReadonlySet<string> = new Set([
  "foreign_keys",
  "defer_foreign_keys",
  "recursive_triggers",
  "cache_size",
  "busy_timeout",
]);

function pragmaRefusal(rest: string, may: Permission): string | null {
  const [, name, argument] = PRAGMA.exec(withoutComments(rest)) ?? [];
  if (name === undefined) return "This PRAGMA cannot be read";
  const known = name.replace(/^["'`[]|["'`\]]$/g, "").toLowerCase();
  const sets = (argument ?? "").trim() !== "";
  const allowed = DESCRIBING.has(known) || (TELLING.has(known) && !sets);
  if (allowed || (may === "anything" && SETTABLE.has(known))) return null;
  return `PRAGMA ${known} is not allowed`;
}

const NAME = String.raw`("(?:[^"]|"")*"|\[[^\]]*\]|\`(?:[^\`]|\`\`)*\`|'(?:[^']|'')*'|[\w$\u0080-\uffff]+)`;
const PRAGMA = new RegExp(
  String.raw`^\s*(?:${NAME.replace("(", "(?:")}\s*\.\s*)?${NAME}\s*([\s\S]*?)[\s;]*$`,
);

/** Spaces, comments, empty statements and a byte order mark before the first word. */
const BLANK = /^(?:[\s;\ufeff]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/;

function firstWord(sql: string): { readonly word: string; readonly rest: string } {
  const text = sql.replace(BLANK, "");
  const word = /^[a-z]+/i.exec(text)?.[0] ?? "";
  return { word: word.toUpperCase(), rest: text.slice(word.length) };
}

/** Only for text in which no string holds what looks like a comment matters: it is then refused, not misread. */
const withoutComments = (text: string): string => text.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, " ");
