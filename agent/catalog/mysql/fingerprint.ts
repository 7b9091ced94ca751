import type { QueryRunner } from "../queryRunner.ts";
import { partsSql } from "./definitionParts.ts";
import { isPeoples } from "./listedSchemas.ts";
import { PARTITIONS_SQL } from "./readPartitions.ts";

/**
 * A text that changes when the definition of any table, view, trigger or routine did, keys and checks included. MySQL keeps no counter of
 * such changes that an account without special rights may see, so the server digests the definitions themselves.
 */
export async function mysqlFingerprint(run: QueryRunner): Promise<string> {
  const [row] = await run.rows(FINGERPRINT_SQL);
  return (row ?? []).join("-");
}

const PARTS: readonly string[] = [
  ...(["table", "column", "view", "trigger"] as const).map((kind) => partsSql(kind, isPeoples)),
  `SELECT routine_schema AS s, routine_name AS n, JSON_ARRAY(routine_type, dtd_identifier, routine_definition,
      security_type, sql_data_access, is_deterministic, last_altered) AS p
    FROM information_schema.routines WHERE ${isPeoples("routine_schema")}`,
  `SELECT specific_schema AS s, specific_name AS n, JSON_ARRAY(routine_type, ordinal_position, parameter_mode,
      parameter_name, dtd_identifier) AS p
    FROM information_schema.parameters WHERE ${isPeoples("specific_schema")}`,
  PARTITIONS_SQL,
  `SELECT table_schema AS s, table_name AS n, JSON_ARRAY(constraint_name, column_name, ordinal_position,
      referenced_table_schema, referenced_table_name, referenced_column_name) AS p
    FROM information_schema.key_column_usage WHERE ${isPeoples("table_schema")}`,
  // Names of checks are unique within a table in MariaDB, within a database in MySQL.
  `SELECT constraint_schema AS s, constraint_name AS n,
      JSON_ARRAY(check_clause /*M!100600 , table_name */) AS p
    FROM information_schema.check_constraints WHERE ${isPeoples("constraint_schema")}`,
];

/** Rows in any order: the digests of all are joined by exclusive or. */
const digestOf = (part: string): string => `
  (SELECT CONCAT(COUNT(*), '.', COALESCE(BIT_XOR(CAST(CONV(LEFT(MD5(d), 16), 16, 10) AS UNSIGNED)), 0))
    FROM (SELECT CONCAT_WS(CHAR(0), s, n, p) AS d FROM (${part}) parts) digested)`;

const FINGERPRINT_SQL = `SELECT ${PARTS.map(digestOf).join(", ")}`;
