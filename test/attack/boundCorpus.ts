import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { parseSql } from "../../agent/sql/postgres/libpgQuery.ts";

const CORPUS = path.resolve(import.meta.dirname, "../../../shared/corpora/postgres.jsonl.gz");

const TABLES: readonly (readonly [name: string, columns: readonly string[]])[] = [
  ["shop.customers", ["id", "full_name", "email", "phone", "city", "tier", "date_of_birth", "created_at"]],
  ["shop.products", ["id", "sku", "title", "category", "price", "in_stock"]],
  ["shop.orders", ["id", "customer_id", "product_id", "status", "quantity", "ordered_at"]],
  ["people.employees", ["id", "manager_id", "full_name", "salary", "department", "hired_on"]],
  ["shop.support_tickets", ["id", "customer_id", "subject", "message", "tags", "payload", "priority"]],
  ["shop.customer_overview", ["id", "customer", "contact", "city", "orders"]],
];

/** Queries nobody here wrote, their names replaced by those of the schema; null where the folder is absent. */
export function boundCorpus(): readonly string[] | null {
  if (!fs.existsSync(CORPUS)) return null;
  const lines = zlib.gunzipSync(fs.readFileSync(CORPUS)).toString("utf8").split("\n");
  const queries = lines.flatMap((line) => {
    if (!line.includes('"kind": "SelectStmt"')) return [];
    const { sql } = JSON.parse(line) as { readonly sql: string };
    return sql.length < 1_500 ? [sql] : [];
  });
  return [...new Set(queries.flatMap((sql) => bind(sql) ?? []))];
}

interface Place {
  readonly at: number;
  readonly by: (name: readonly string[]) => readonly string[];
}

/** Undefined where it reads no table of its own. */
function bind(sql: string): string | undefined {
  const parsed = parseSql(sql);
  if (parsed.kind !== "parsed") return undefined;
  const places: Place[] = [];
  const tables = new Map<string, (typeof TABLES)[number]>();
  const ctes = new Set<string>();
  walk(parsed.statements, (tag, node) => {
    if (tag === "CommonTableExpr") ctes.add(String(node.ctename));
  });
  walk(parsed.statements, (tag, node) => {
    const name = String(node.relname);
    if (tag !== "RangeVar" || ctes.has(name) || node.schemaname !== undefined || /^pg_/.test(name)) return;
    const table = TABLES[hash(name) % TABLES.length];
    if (!table) return;
    const alias = node.alias as { readonly aliasname?: string } | undefined;
    tables.set(alias?.aliasname ?? name, table);
    const called = alias ? "" : ` AS ${name}`;
    places.push({ at: Number(node.location ?? 0), by: () => [`${table[0]}${called}`] });
  });
  if (tables.size === 0) return undefined;
  walk(parsed.statements, (tag, node) => {
    if (tag !== "ColumnRef") return;
    places.push({
      at: Number(node.location ?? 0),
      by: (parts) => {
        const last = parts.at(-1) ?? "*";
        const owner =
          parts.length > 1 ? tables.get(parts[0] ?? "") : [...tables.values()][hash(last) % tables.size];
        if (last === "*" || !owner || tables.has(last)) return parts;
        const column = owner[1][hash(last) % owner[1].length] ?? last;
        const qualifier = parts.length > 1 ? parts.slice(0, -1) : [];
        return [...qualifier, column];
      },
    });
  });
  let bytes = Buffer.from(sql, "utf8");
  for (const { at, by } of places.sort((a, b) => b.at - a.at)) {
    const written = /^(?:[\w$]+|"[^"]*")(?:\s*\.\s*(?:[\w$]+|"[^"]*"|\*))*/u.exec(
      bytes.subarray(at).toString("utf8"),
    )?.[0];
    if (written === undefined) return undefined;
    const parts = written.split(".").map((part) => part.trim());
    const rest = bytes.subarray(at + Buffer.byteLength(written));
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(by(parts).join(".")), rest]);
  }
  return bytes.toString("utf8");
}

function walk(node: unknown, visit: (tag: string, node: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, visit);
    return;
  }
  if (!isObject(node)) return;
  for (const [tag, child] of Object.entries(node)) {
    if (isObject(child)) visit(tag === "relation" ? "RangeVar" : tag, child);
    walk(child, visit);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function hash(text: string): number {
  let state = 2_166_136_261;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return state;
}
