import type { Column } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { TextRow } from "../textRow.ts";

/** Columns of tables by table. */
export async function readTableColumns(
  run: QueryRunner,
  schema: "main" | "temp" = "main",
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const uniques = new Set((await run.rows(uniqueSql(schema))).map(([table, column]) => key(table, column)));
  const references = new Map<string, NonNullable<Column["references"]>>();
  for (const [table, column, toTable, toColumn] of await run.rows(referencesSql(schema))) {
    // Without a named column a foreign key points at the other table's primary key.
    references.set(key(table, column), { schema, table: toTable ?? "", column: toColumn ?? "" });
  }
  const columns = new Map<string, Column[]>();
  for (const [table, ...fields] of await run.rows(columnsSql(schema, "m.type = 'table'"))) {
    const column = readColumn(new TextRow(fields));
    const at = key(table ?? "", column.name);
    const reference = references.get(at);
    const full = {
      ...column,
      unique: uniques.has(at),
      ...(reference !== undefined && { references: reference }),
    };
    const known = columns.get(table ?? "");
    if (known === undefined) columns.set(table ?? "", [full]);
    else known.push(full);
  }
  return columns;
}

/** Columns of one view; none where what it is made of is gone. */
export async function readViewColumns(run: QueryRunner, view: string): Promise<readonly Column[]> {
  try {
    const rows = await run.rows(columnsSql("main", "m.type = 'view' AND m.name = ?"), [view]);
    return rows.map(([, ...fields]) => readColumn(new TextRow(fields)));
  } catch {
    return [];
  }
}

const key = (table: string | null | undefined, column: string | null | undefined): string =>
  JSON.stringify([(table ?? "").toLowerCase(), (column ?? "").toLowerCase()]);

function readColumn(row: TextRow): Column {
  const ordinal = row.number() + 1;
  const name = row.text();
  const type = row.text();
  const notNull = row.text() !== "0";
  const defaultText = row.optionalText();
  const inPrimaryKey = row.text() !== "0";
  const hidden = row.text();
  return {
    name,
    ordinal,
    type: type.toLowerCase(),
    typeOid: 0,
    notNull,
    ...(defaultText !== undefined && { defaultText }),
    generated: hidden === "2" || hidden === "3",
    inPrimaryKey,
    unique: false,
    checks: [],
  };
}

const columnsSql = (schema: string, condition: string): string => `
  SELECT m.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
  FROM ${schema}.sqlite_schema m, pragma_table_xinfo(m.name, '${schema}') c
  WHERE ${condition} ORDER BY m.name, c.cid`;

/** Columns that stand alone in a unique index over all rows. */
const uniqueSql = (schema: string): string => `
  SELECT m.name, min(i.name)
  FROM ${schema}.sqlite_schema m, pragma_index_list(m.name, '${schema}') l, pragma_index_info(l.name, '${schema}') i
  WHERE m.type = 'table' AND l."unique" = 1 AND l.partial = 0
  GROUP BY m.name, l.name HAVING count(*) = 1`;

const referencesSql = (schema: string): string => `
  SELECT m.name, f."from", f."table",
    coalesce(f."to", (SELECT p.name FROM pragma_table_xinfo(f."table", '${schema}') p WHERE p.pk = f.seq + 1))
  FROM ${schema}.sqlite_schema m, pragma_foreign_key_list(m.name, '${schema}') f
  WHERE m.type = 'table'`;
