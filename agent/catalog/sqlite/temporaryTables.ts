import type { Relation } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { syntheticOid } from "../syntheticOid.ts";
import { readTableColumns } from "./readColumns.ts";
import { byRelation, readSchema, type SchemaEntry, versionOf } from "./relationVersions.ts";

/** The schema of what one session has for itself. */
export const TEMPORARY = "temp";

const temporaryOid = (name: string): number => syntheticOid("relation", TEMPORARY, name);

/**
 * The temporary tables of the session that asks, without those that stand in front of something of the file, and those
 * with triggers: nothing can be read that needs them.
 */
export async function readTemporaryTables(
  run: QueryRunner,
  taken: ReadonlySet<string>,
): Promise<readonly Relation[]> {
  const tables = plainTables(await readSchema(run, TEMPORARY));
  const columns = await readTableColumns(run, TEMPORARY);
  return tables
    .filter(([name]) => !taken.has(name.toLowerCase()))
    .map(([name, entries]) => ({
      oid: temporaryOid(name),
      schema: TEMPORARY,
      name,
      kind: "table",
      columns: columns.get(name) ?? [],
      definition: entries.map(({ sql }) => sql).join(";\n"),
      parents: [],
      hasRules: false,
      triggers: [],
      hasRowSecurity: false,
      version: versionOf(entries),
    }));
}

/** Versions of temporary tables by their oids. */
export async function temporaryVersions(run: QueryRunner): Promise<ReadonlyMap<number, string>> {
  const tables = plainTables(await readSchema(run, TEMPORARY));
  return new Map(tables.map(([name, entries]) => [temporaryOid(name), versionOf(entries)]));
}

/** Tables and their unique indexes. Virtual tables and views show what lies elsewhere. */
const plainTables = (
  entries: readonly SchemaEntry[],
): readonly (readonly [string, readonly SchemaEntry[]])[] =>
  [...byRelation(entries)].flatMap(([name, own]) => {
    const [table] = own.filter(({ type }) => type === "table");
    const indexes = own.filter(({ type }) => type === "index");
    const isPlain = table !== undefined && /^CREATE TABLE\b/i.test(table.sql);
    const hasMore = own.some(({ type }) => type === "view" || type === "trigger");
    return isPlain && !hasMore ? [[name, [table, ...indexes]] as const] : [];
  });
