import { createRequire } from "node:module";
import type { Parser } from "node-sql-parser";
import type { Statement } from "./parser/statement.ts";
import type { MysqlSettings } from "./settings.ts";

let parser: Parser | null = null;

/** Loaded when the first statement of MySQL is read: a grammar of its own, 0.3 MB. */
function loaded(): Parser {
  if (parser === null) {
    const library: { readonly Parser: new () => Parser } = createRequire(import.meta.url)(
      "node-sql-parser/build/mariadb.js",
    );
    parser = new library.Parser();
  }
  return parser;
}

const READ_TWICE: ReadonlySet<string> = new Set(["query", "insert", "replace", "update", "delete"]);

/**
 * A table that another parser reads out of a query or a change and this one does not, as a reason to doubt. Where the
 * other cannot read the statement it has no say: it knows less of the language, and takes `UPDATE IGNORE t` for two
 * tables.
 */
export function tableReadOtherwise(
  text: string,
  statement: Statement,
  settings: MysqlSettings,
): string | undefined {
  // It reads quotes by MySQL's defaults alone.
  if (
    !READ_TWICE.has(statement.kind) ||
    isPlainChange(text, statement) ||
    settings.ansiQuotes ||
    settings.noBackslashEscapes
  )
    return undefined;
  let listed: readonly string[];
  try {
    listed = loaded().tableList(text, { database: "MariaDB" });
  } catch {
    return undefined;
  }
  const names = namesIn(statement);
  const unknown = listed
    .map((entry) => entry.split("::").at(-1)?.toLowerCase() ?? "")
    .find((name) => name !== "null" && name !== "ignore" && !names.has(name));
  return unknown === undefined ? undefined : `another reading finds the table ${unknown} in it`;
}

/** A change of one table with nothing read beside it: thousands of those make a script, and there is one table to find. */
function isPlainChange(text: string, statement: Statement): boolean {
  if (/select|table|with/i.test(text)) return false;
  switch (statement.kind) {
    case "insert":
    case "replace":
      return true;
    case "update":
    case "delete":
      return statement.tables.length === 1 && !/join|,\s*[`"\w]+\s+set\b/i.test(text);
    default:
      return false;
  }
}

/** Every name of a table, WITH query or alias in a tree, in lower case. */
function namesIn(tree: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(tree)) for (const one of tree) namesIn(one, found);
  else if (typeof tree === "object" && tree !== null) {
    for (const [key, value] of Object.entries(tree)) {
      if (typeof value === "string" && NAMES.has(key)) found.add(value.toLowerCase());
      else namesIn(value, found);
    }
  }
  return found;
}

const NAMES: ReadonlySet<string> = new Set(["relname", "ctename", "aliasname"]);
