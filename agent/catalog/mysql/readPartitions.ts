import type { Column } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { isPeoples } from "./listedSchemas.ts";

/** By which columns tables are partitioned. */
export interface Partitions {
  /** Undefined where it is not partitioned, or by what no column says, as the time of a row's version. */
  of(schema: string, table: string, columns: readonly Column[]): readonly string[] | undefined;
}

/** What of a table's partitions the server lists, in a row for each way that it divides the table. */
export const PARTITIONS_SQL = `
  SELECT DISTINCT table_schema AS s, table_name AS n,
    JSON_ARRAY(partition_method, partition_expression, subpartition_method, subpartition_expression) AS p
  FROM information_schema.partitions WHERE partition_name IS NOT NULL AND ${isPeoples("table_schema")}`;

export async function readPartitions(run: QueryRunner): Promise<Partitions> {
  const found = new Map<string, readonly (string | null)[]>();
  for (const [schema, table, parts] of await run.rows(PARTITIONS_SQL)) {
    found.set(JSON.stringify([schema, table]), JSON.parse(parts ?? "[]"));
  }
  return {
    of: (schema, table, columns) => {
      const parts = found.get(JSON.stringify([schema, table]));
      if (parts === undefined) return undefined;
      const [method, expression, subMethod, subExpression] = parts;
      const by = columnsOf(method, expression, columns);
      const subBy = subMethod === null ? [] : columnsOf(subMethod, subExpression, columns);
      if (by === undefined || subBy === undefined) return undefined;
      return columns.map(({ name }) => name).filter((name) => by.includes(name) || subBy.includes(name));
    },
  };
}

/** The columns an expression names, which the server prints in backticks; KEY without any is by the primary key. */
function columnsOf(
  method: string | null | undefined,
  expression: string | null | undefined,
  columns: readonly Column[],
): readonly string[] | undefined {
  const isByKey = /\bKEY$/i.test(method ?? "") && (expression ?? "") === "";
  const named = columns.filter(({ name, inPrimaryKey }) =>
    isByKey ? inPrimaryKey : (expression ?? "").includes(`\`${name.replaceAll("`", "``")}\``),
  );
  return named.length === 0 ? undefined : named.map(({ name }) => name);
}
