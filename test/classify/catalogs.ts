import type { Catalog, Column, Relation } from "../../protocol/catalog.ts";

/** `name type` or `name type -> schema.table.column` or `name type -- comment`. */
export type ColumnText = string;

let nextOid = 20_000;

/** A catalog of tables, each given as `schema.table` with its columns in words. */
export function catalogOf(
  tables: Readonly<Record<string, readonly ColumnText[]>>,
  more: Partial<Catalog> = {},
): Catalog {
  return {
    engine: "postgres",
    version: 180_000,
    database: "test",
    currentUser: "test",
    searchPath: ["pg_catalog", "public"],
    relations: Object.entries(tables).map(([name, columns]) => tableOf(name, columns)),
    routines: [],
    types: [],
    ...more,
  };
}

export function tableOf(
  qualified: string,
  columns: readonly ColumnText[],
  more: Partial<Relation> = {},
): Relation {
  const [schema = "", name = ""] = qualified.split(".");
  return {
    oid: nextOid++,
    schema,
    name,
    kind: "table",
    columns: columns.map(columnOf),
    parents: [],
    hasRules: false,
    triggers: [],
    hasRowSecurity: false,
    version: "1",
    ...more,
  };
}

function columnOf(text: ColumnText, position: number): Column {
  const [declared = "", comment] = text.split(" -- ");
  const [typed = "", target] = declared.split(" -> ");
  const [name = "", ...type] = typed.trim().split(" ");
  const [schema = "", table = "", column = ""] = target?.trim().split(".") ?? [];
  return {
    name,
    ordinal: position + 1,
    type: type.join(" ") || "text",
    typeOid: 25,
    notNull: false,
    generated: false,
    inPrimaryKey: name === "id",
    unique: false,
    checks: [],
    ...(target !== undefined && { references: { schema, table, column } }),
    ...(comment !== undefined && { comment }),
  };
}
