import type { Column } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { isPeoples } from "./listedSchemas.ts";

type Constrained = Pick<Column, "references" | "checks">;

/** What foreign keys and checks say of single columns. */
export interface ColumnConstraints {
  of(schema: string, table: string, column: string): Constrained;
}

export async function readConstraints(
  run: QueryRunner,
  variant: "mysql" | "mariadb",
): Promise<ColumnConstraints> {
  const references = new Map<string, NonNullable<Column["references"]>>();
  for (const row of await run.rows(REFERENCES_SQL)) {
    const [schema, table, column, toSchema, toTable, toColumn] = row.map((value) => value ?? "");
    references.set(key(schema ?? "", table ?? "", column ?? ""), {
      schema: toSchema ?? "",
      table: toTable ?? "",
      column: toColumn ?? "",
    });
  }
  const checks = new Map<string, string[]>();
  for (const [schema, table, clause] of await run.rows(
    variant === "mariadb" ? MARIADB_CHECKS : MYSQL_CHECKS,
  )) {
    const names = new Set([...(clause ?? "").matchAll(/`((?:[^`]|``)+)`/g)].map(([, name]) => name ?? ""));
    const [only] = names;
    if (only === undefined || names.size > 1) continue;
    const at = key(schema ?? "", table ?? "", only.replaceAll("``", "`"));
    checks.set(at, [...(checks.get(at) ?? []), clause ?? ""]);
  }
  return {
    of: (schema, table, column) => {
      const at = key(schema, table, column);
      const reference = references.get(at);
      return { ...(reference !== undefined && { references: reference }), checks: checks.get(at) ?? [] };
    },
  };
}

const key = (...names: readonly string[]): string => JSON.stringify(names);

const REFERENCES_SQL = `
  SELECT table_schema, table_name, column_name, referenced_table_schema, referenced_table_name,
    referenced_column_name
  FROM information_schema.key_column_usage
  WHERE referenced_table_name IS NOT NULL AND ${isPeoples("table_schema")}`;

/** Names of checks are unique within a table in MariaDB, within a database in MySQL. */
const MARIADB_CHECKS = `
  SELECT constraint_schema, table_name, check_clause FROM information_schema.check_constraints
  WHERE ${isPeoples("constraint_schema")}`;
const MYSQL_CHECKS = `
  SELECT t.table_schema, t.table_name, c.check_clause
  FROM information_schema.check_constraints c
  JOIN information_schema.table_constraints t
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
      AND t.constraint_type = 'CHECK'
  WHERE ${isPeoples("t.table_schema")}`;
