import type { Catalog, Column, Relation, Routine } from "../../protocol/catalog.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { readTableColumns, readViewColumns } from "./sqlite/readColumns.ts";
import { readUniqueIndexes, rowRulesOf } from "./sqlite/readRowRules.ts";
import { readTriggers } from "./sqlite/readTriggers.ts";
import {
  byRelation,
  MAIN,
  readSchema,
  relationOid,
  SCHEMA_TABLE,
  versionOf,
} from "./sqlite/relationVersions.ts";

/** Samples of indexed values, which ANALYZE keeps; nothing that names it is understood, so nobody reads it. */
const HIDDEN: ReadonlySet<string> = new Set(["sqlite_stat3", "sqlite_stat4"]);

/**
 * Everything in a SQLite file. A relation's definition is the text that made it and its unique indexes. Types are what was declared; only STRICT tables hold values to them.
 */
export async function loadSqliteCatalog(run: QueryRunner): Promise<Catalog> {
  const [[version, file] = []] = await run.rows(
    "SELECT sqlite_version(), (SELECT file FROM pragma_database_list WHERE name = 'main')",
  );
  const schema = await readSchema(run);
  const tables = await readTableColumns(run);
  const uniques = await readUniqueIndexes(run);
  const estimates = await readEstimates(
    run,
    schema.some(({ name }) => name === "sqlite_stat1"),
  );
  const relations: Relation[] = [schemaTable()];
  const routines: Routine[] = [];
  for (const [name, entries] of byRelation(schema)) {
    const own = entries.find(({ type }) => type === "table" || type === "view");
    const indexes = entries.filter(({ type }) => type === "index");
    if (own === undefined || HIDDEN.has(name)) continue;
    const isView = own.type === "view";
    const triggers = readTriggers(entries);
    routines.push(...triggers.map(({ body }) => body));
    const rows = estimates.get(name);
    const columns = isView ? await readViewColumns(run, name) : (tables.get(name) ?? []);
    const rowRules = isView ? [] : rowRulesOf(own.sql, columns, uniques.get(name) ?? []);
    relations.push({
      oid: relationOid(name),
      schema: MAIN,
      name,
      kind: isView ? "view" : "table",
      columns,
      definition: [own, ...indexes].map(({ sql }) => sql).join(";\n"),
      ...(rows !== undefined && { estimatedRows: rows }),
      parents: [],
      ...(rowRules.length > 0 && { rowRules }),
      hasRules: false,
      triggers: triggers.map(({ trigger }) => trigger),
      hasRowSecurity: false,
      version: versionOf(entries),
    });
  }
  return {
    engine: "sqlite",
    version: versionNumber(version ?? ""),
    database: file ?? "",
    currentUser: "",
    searchPath: [MAIN],
    relations,
    routines,
    types: [],
  };
}

/** Rows by table, where ANALYZE was run: the first number of any of its lines. */
async function readEstimates(run: QueryRunner, analysed: boolean): Promise<ReadonlyMap<string, number>> {
  if (!analysed) return new Map();
  const rows = await run.rows("SELECT tbl, max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 GROUP BY tbl");
  return new Map(rows.map(([table, count]) => [table ?? "", Number(count)]));
}

/** The file's own description of itself, which it does not list. */
function schemaTable(): Relation {
  const column = (name: string, ordinal: number, type: string): Column => ({
    name,
    ordinal,
    type,
    typeOid: 0,
    notNull: false,
    generated: false,
    inPrimaryKey: false,
    unique: false,
    checks: [],
  });
  return {
    oid: relationOid(SCHEMA_TABLE),
    schema: MAIN,
    name: SCHEMA_TABLE,
    kind: "table",
    columns: [
      column("type", 1, "text"),
      column("name", 2, "text"),
      column("tbl_name", 3, "text"),
      column("rootpage", 4, "int"),
      column("sql", 5, "text"),
    ],
    parents: [],
    hasRules: false,
    triggers: [],
    hasRowSecurity: false,
    version: SCHEMA_TABLE,
  };
}

function versionNumber(text: string): number {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return major * 10_000 + minor * 100 + patch;
}
