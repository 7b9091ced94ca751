import type { QueryRunner } from "./queryRunner.ts";

/** Object ids from here on belong to what people created (FirstNormalObjectId). */
const USER_OBJECTS = 16384;

/**
 * A text that changes when any DDL was committed, temporary tables apart. It digests `xmin` and `ctid` of every
 * user object's rows in the system tables: nothing cheaper is sound, since transaction ids are not in commit
 * order and the server's change counters lag behind.
 */
export async function catalogFingerprint(run: QueryRunner): Promise<string> {
  const [row] = await run.rows(FINGERPRINT_SQL);
  return row?.[0] ?? "";
}

const mark = "hashtextextended(t.xmin::text || t.ctid::text, 0)";
const ofRelation = (table: string, relationColumn: string, condition: string): string =>
  `SELECT pg_catalog.count(*), pg_catalog.sum(${mark}) FROM pg_catalog.${table} t
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.${relationColumn}
    WHERE ${condition} AND c.relpersistence IS DISTINCT FROM 't'`;
const ofDatabase = (table: string, condition: string): string =>
  `SELECT pg_catalog.count(*), pg_catalog.sum(${mark}) FROM pg_catalog.${table} t WHERE ${condition}`;

const PARTS: readonly string[] = [
  // By content: TRUNCATE, REFRESH and VACUUM FULL write this row without changing the definition.
  `SELECT pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', t.oid, t.relnamespace, t.relname, t.relkind, t.relnatts,
      t.relam, t.relchecks, t.relrowsecurity, t.relforcerowsecurity, t.relispartition, t.relpersistence,
      t.reloptions::text, t.relpartbound::text), 0))
    FROM pg_catalog.pg_class t
    WHERE t.oid >= ${USER_OBJECTS}::oid AND t.relpersistence <> 't' AND t.relkind <> 't'`,
  ofRelation(
    "pg_attribute",
    "attrelid",
    `t.attnum > 0 AND c.oid >= ${USER_OBJECTS}::oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')`,
  ),
  ofRelation("pg_rewrite", "ev_class", `t.oid >= ${USER_OBJECTS}::oid`),
  ofRelation("pg_trigger", "tgrelid", "true"),
  ofRelation("pg_constraint", "conrelid", `t.oid >= ${USER_OBJECTS}::oid`),
  ofDatabase("pg_proc", `t.oid >= ${USER_OBJECTS}::oid`),
  ofDatabase("pg_type", `t.oid >= ${USER_OBJECTS}::oid AND t.typtype IN ('e', 'd', 'r', 'm')`),
  ofDatabase("pg_operator", `t.oid >= ${USER_OBJECTS}::oid`),
  ofDatabase("pg_cast", `t.oid >= ${USER_OBJECTS}::oid`),
  ofDatabase("pg_enum", "true"),
  ofDatabase("pg_namespace", "t.nspname OPERATOR(pg_catalog.!~) '^pg_(toast_)?temp_'"),
  ofDatabase("pg_inherits", "true"),
  ofDatabase("pg_description", `t.objoid >= ${USER_OBJECTS}::oid`),
];

const FINGERPRINT_SQL = `SELECT pg_catalog.concat_ws('-', ${PARTS.map(
  (part) => `(SELECT pg_catalog.concat_ws('.', n, h) FROM (${part}) AS part(n, h))`,
).join(", ")})`;
