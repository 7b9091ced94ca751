import { createHash } from "node:crypto";
import type { QueryRunner } from "../queryRunner.ts";
import { syntheticOid } from "../syntheticOid.ts";

/** The schema of the file itself; temporary things and other files are in none. */
export const MAIN = "main";

export const relationOid = (name: string): number => syntheticOid("relation", MAIN, name);

/** What a file holds besides what its own schema table lists: that table. */
export const SCHEMA_TABLE = "sqlite_schema";

/** Unique indexes decide which rows an upsert meets; others only how fast. */
const schemaSql = (schema: string): string => `
  SELECT type, name, tbl_name, sql FROM ${schema}.sqlite_schema
  WHERE type IN ('table', 'view', 'trigger') OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%')
  ORDER BY type DESC, name`;

/** Temporary tables and views that stand in front of the file's, and temporary triggers on them. */
const TEMPORARY_SQL = "SELECT CASE type WHEN 'trigger' THEN tbl_name ELSE name END FROM temp.sqlite_schema";

/** Equal to no version of a catalog. */
const SHADOWED = "something temporary of this session stands in front of it";

export interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** Everything that decides what statements on the file mean, or on what is temporary. */
export async function readSchema(
  run: QueryRunner,
  schema: "main" | "temp" = MAIN,
): Promise<readonly SchemaEntry[]> {
  return (await run.rows(schemaSql(schema))).map(([type, name, table, sql]) => ({
    type: type ?? "",
    name: name ?? "",
    table: table ?? "",
    sql: sql ?? "",
  }));
}

/** A digest of the text that made a relation and its triggers. */
export function versionOf(entries: readonly SchemaEntry[]): string {
  const digest = createHash("sha256").update(
    JSON.stringify(entries.map(({ type, name, sql }) => [type, name, sql])),
  );
  return digest.digest("hex").slice(0, 32);
}

/** Entries by the relation they belong to; SQLite compares names without case. */
export function byRelation(entries: readonly SchemaEntry[]): ReadonlyMap<string, readonly SchemaEntry[]> {
  const grouped = new Map<string, SchemaEntry[]>();
  const names = new Map<string, string>();
  for (const { type, name } of entries)
    if (type === "table" || type === "view") names.set(name.toLowerCase(), name);
  for (const entry of entries) {
    const owner = names.get(entry.table.toLowerCase());
    if (owner === undefined) continue;
    const known = grouped.get(owner);
    if (known === undefined) grouped.set(owner, [entry]);
    else known.push(entry);
  }
  return grouped;
}

/**
 * Versions of relations as they are now. Inside a read transaction nobody can change them any more: SQLite reads
 * one snapshot of file and schema alike. A relation that no longer exists has none; one that something temporary
 * hides has one that no catalog knows.
 */
export async function sqliteRelationVersions(
  run: QueryRunner,
  oids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Set(oids);
  const shadowed = new Set((await run.rows(TEMPORARY_SQL)).map(([name]) => (name ?? "").toLowerCase()));
  const versions = new Map<number, string>([[relationOid(SCHEMA_TABLE), SCHEMA_TABLE]]);
  for (const [name, entries] of byRelation(await readSchema(run))) {
    const oid = relationOid(name);
    if (wanted.has(oid)) versions.set(oid, shadowed.has(name.toLowerCase()) ? SHADOWED : versionOf(entries));
  }
  return versions;
}

/** A number SQLite raises with every change of the schema. */
export async function sqliteFingerprint(run: QueryRunner): Promise<string> {
  return (await run.rows("PRAGMA main.schema_version"))[0]?.[0] ?? "";
}
