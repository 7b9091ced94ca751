import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { parseMysql } from "../../../agent/sql/mysql/parser/parse.ts";
import type { Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

const CORPUS = path.resolve(import.meta.dirname, "../../../../shared/corpora/mysql.jsonl.gz");

/** The database the corpus's names without one mean. */
export const DATABASE = "corpus";

/** Queries, changes of rows and definitions of a corpus of others; null where it is not here. */
export function readCorpus(): {
  readonly definitions: readonly string[];
  readonly queries: readonly string[];
} | null {
  if (!fs.existsSync(CORPUS)) return null;
  const lines = zlib.gunzipSync(fs.readFileSync(CORPUS)).toString("utf8").trimEnd().split("\n");
  const accepted = lines.flatMap((line): readonly string[] => {
    const { sql, mariadb } = JSON.parse(line) as { readonly sql: string; readonly mariadb: string };
    return mariadb === "syntax" ? [] : [sql];
  });
  return {
    definitions: accepted.filter((sql) => DEFINITION.test(sql)),
    queries: [...new Set(accepted.filter((sql) => QUERY.test(sql)))],
  };
}

const QUERY = /^[\s(]*(?:select|with|values|insert|replace|update|delete)\b/i;
const DEFINITION = /^\s*create\s+(?:or\s+replace\s+)?(?:table|(?:algorithm\s*=\s*\w+\s+)?view|function)\b/i;

/** Makes what a statement needs, and answers whether the server takes it then. */
export async function bind(asker: Asker, sql: string): Promise<boolean> {
  const tables = tablesIn(sql);
  for (let step = 0; step < MOST_STEPS; step++) {
    const answer = await planned(asker, sql);
    if (answer.kind !== "error") return true;
    if (!(await supply(asker, answer, tables))) return false;
  }
  return false;
}

/** What the server says of a statement, all names of which it resolves without running it. */
export const planned = (asker: Asker, sql: string): ReturnType<Asker["ask"]> =>
  asker.ask(`EXPLAIN EXTENDED ${sql.replace(/^[\s;]+/, "")}`);

const MOST_STEPS = 25;
const NO_SUCH_DATABASE = 1049;
const NO_SUCH_TABLE = 1146;
const NO_SUCH_COLUMN = 1054;

type Missing = { readonly code: number; readonly message: string };

async function supply(asker: Asker, missing: Missing, tables: ReadonlyMap<string, string>): Promise<boolean> {
  const [, named = ""] = /'([^']*)'/.exec(missing.message) ?? [];
  switch (missing.code) {
    case NO_SUCH_DATABASE:
      return made(asker, `CREATE DATABASE ${quoted(named)}`);
    case NO_SUCH_TABLE: {
      const [schema = "", name = ""] = named.split(/\.(.*)/s);
      if (OWN.has(schema.toLowerCase())) return false;
      await asker.ask(`CREATE DATABASE IF NOT EXISTS ${quoted(schema)}`);
      return made(asker, `CREATE TABLE ${quoted(schema)}.${quoted(name)} (made_up TEXT)`);
    }
    case NO_SUCH_COLUMN: {
      const parts = named.split(".");
      const alias = parts.at(-2)?.toLowerCase();
      const owners = alias === undefined ? tables.values() : [tables.get(alias) ?? ""];
      for (const owner of owners) {
        if (owner === "") continue;
        if (await made(asker, `ALTER TABLE ${owner} ADD COLUMN ${quoted(parts.at(-1) ?? "")} TEXT`))
          return true;
      }
      return false;
    }
    default:
      return false;
  }
}

const OWN: ReadonlySet<string> = new Set(["mysql", "information_schema", "performance_schema", "sys"]);

const made = async (asker: Asker, sql: string): Promise<boolean> => (await asker.ask(sql)).kind !== "error";

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** The tables a statement names, by what it calls them. */
function tablesIn(sql: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("relname" in node && typeof node.relname === "string") {
      const schema = "schemaname" in node && typeof node.schemaname === "string" ? node.schemaname : DATABASE;
      const alias = "alias" in node ? aliasOf(node.alias) : undefined;
      found.set((alias ?? node.relname).toLowerCase(), `${quoted(schema)}.${quoted(node.relname)}`);
    }
    for (const child of Object.values(node)) walk(child);
  };
  const parsed = parseMysql(sql, { ...SETTINGS, database: DATABASE });
  if (parsed.kind === "parsed") walk(parsed.statement);
  return found;
}

const aliasOf = (alias: unknown): string | undefined =>
  typeof alias === "object" && alias !== null && "aliasname" in alias && typeof alias.aliasname === "string"
    ? alias.aliasname
    : undefined;
