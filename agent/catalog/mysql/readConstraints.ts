import type { Column, RowRule } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { isPeoples } from "./listedSchemas.ts";

type Reference = NonNullable<Column["references"]>;
type Constrained = Pick<Column, "references" | "otherReferences" | "checks">;

/** What foreign keys and checks say of single columns. */
export interface ColumnConstraints {
  of(schema: string, table: string, column: string): Constrained;
  rulesOf(schema: string, table: string): readonly RowRule[];
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
  const rules = new Map<string, RowRule[]>();
  const addRule = (schema: string | null | undefined, table: string | null | undefined, rule: RowRule) => {
    const at = key(schema ?? "", table ?? "");
    rules.set(at, [...(rules.get(at) ?? []), rule]);
  };
  const parts = await run.rows(keysSql(variant));
  for (const columns of Map.groupBy(parts, ([schema, table, name]) =>
    key(schema ?? "", table ?? "", name ?? ""),
  ).values()) {
    const computes = columns.some(([, , , computed]) => computed === "1");
    if (columns.length === 1 && !computes) continue;
    const [schema, table] = columns[0] ?? [];
    const names = columns.flatMap(([, , , , column]) => namesIn(column ?? ""));
    addRule(schema, table, { kind: computes ? "computed_key" : "key", columns: [...new Set(names)] });
  }
  const checks = new Map<string, string[]>();
  for (const [schema, table, clause] of await run.rows(
    variant === "mariadb" ? MARIADB_CHECKS : MYSQL_CHECKS,
  )) {
    const columns = namesIn(clause ?? "");
    const [only, another] = columns;
    if (another !== undefined) addRule(schema, table, { kind: "check", columns });
    if (only === undefined || another !== undefined) continue;
    const at = key(schema ?? "", table ?? "", only);
    checks.set(at, [...(checks.get(at) ?? []), clause ?? ""]);
  }
  return {
    of: (schema, table, column) => {
      const at = key(schema, table, column);
      const [reference, ...others] = references.get(at) ?? [];
      return {
        ...(reference !== undefined && { references: reference }),
        ...(others.length > 0 && { otherReferences: others }),
        checks: checks.get(at) ?? [],
      };
    },
    rulesOf: (schema, table) => rules.get(key(schema, table)) ?? [],
  };
}

/** The names in backquotes, each once. */
const namesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/`((?:[^`]|``)+)`/g)].map(([, name]) => (name ?? "").replaceAll("``", "`"))),
];

/** The parts of unique keys; those of beginnings, and in MySQL of expressions, are computed. */
function keysSql(variant: "mysql" | "mariadb"): string {
  const expression = variant === "mysql" ? "expression" : "NULL";
  return `
    SELECT table_schema, table_name, index_name, sub_part IS NOT NULL OR column_name IS NULL,
      COALESCE(CONCAT('\`', REPLACE(column_name, '\`', '\`\`'), '\`'), ${expression})
    FROM information_schema.statistics
    WHERE non_unique = 0 AND ${isPeoples("table_schema")}
    ORDER BY table_schema, table_name, index_name, seq_in_index`;
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
