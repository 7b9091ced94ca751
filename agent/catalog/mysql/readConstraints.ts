import type { Column } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { isPeoples } from "./listedSchemas.ts";

type Reference = NonNullable<Column["references"]>;
type Constrained = Pick<Column, "references" | "otherReferences" | "checks" | "sharesCheck">;

/** What foreign keys and checks say of single columns. */
export interface ColumnConstraints {
  of(schema: string, table: string, column: string): Constrained;
}

export async function readConstraints(
  run: QueryRunner,
  variant: "mysql" | "mariadb",
): Promise<ColumnConstraints> {
  const references = new Map<string, Reference[]>();
  for (const row of await run.rows(REFERENCES_SQL)) {
    const [schema = "", table = "", column = "", toSchema = "", toTable = "", toColumn = ""] = row.map(
      (value) => value ?? "",
    );
    const reference = { schema: toSchema, table: toTable, column: toColumn };
    const at = key(schema, table, column);
    references.set(at, [...(references.get(at) ?? []), reference]);
  }
  const checks = new Map<string, string[]>();
  const shared = new Set<string>();
  for (const [schema, table, clause] of await run.rows(
    variant === "mariadb" ? MARIADB_CHECKS : MYSQL_CHECKS,
  )) {
    const names = new Set([...(clause ?? "").matchAll(/`((?:[^`]|``)+)`/g)].map(([, name]) => name ?? ""));
    for (const name of names) {
      const at = key(schema ?? "", table ?? "", name.replaceAll("``", "`"));
      if (names.size > 1) shared.add(at);
      else checks.set(at, [...(checks.get(at) ?? []), clause ?? ""]);
    }
  }
  return {
    of: (schema, table, column) => {
      const at = key(schema, table, column);
      const [reference, ...others] = references.get(at) ?? [];
      return {
        ...(reference !== undefined && { references: reference }),
        ...(others.length > 0 && { otherReferences: others }),
        checks: checks.get(at) ?? [],
        ...(shared.has(at) && { sharesCheck: true }),
      };
    },
  };
}

const key = (...names: readonly string[]): string => JSON.stringify(names);

const REFERENCES_SQL = `
  SELECT table_schema, table_name, column_name, referenced_table_schema, referenced_table_name,
    referenced_column_name
  FROM information_schema.key_column_usage
  WHERE referenced_table_name IS NOT NULL AND ${isPeoples("table_schema")}
  ORDER BY table_schema, table_name, column_name, constraint_name`;

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
