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
const part = (table: string, condition: string) =>
  `SELECT count(*) AS n, sum(${mark}) AS h FROM pg_catalog.${table} t WHERE ${condition}`;

const FINGERPRINT_SQL = `
  SELECT string_agg(concat_ws('.', part.n, part.h), '-')
  FROM (
    SELECT count(*) AS n, sum(hashtextextended(concat_ws(' ', t.oid, t.relnamespace, t.relname, t.relkind,
        t.relnatts, t.relrowsecurity, t.relispartition, t.reloptions::text), 0)) AS h
      FROM pg_catalog.pg_class t WHERE t.oid >= ${USER_OBJECTS} AND t.relpersistence <> 't' AND t.relkind <> 't'
    UNION ALL
    SELECT count(*), sum(${mark}) FROM pg_catalog.pg_attribute t
      JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
      WHERE t.attnum > 0 AND c.oid >= ${USER_OBJECTS} AND c.relpersistence <> 't'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT count(*), sum(${mark}) FROM pg_catalog.pg_rewrite t
      JOIN pg_catalog.pg_class c ON c.oid = t.ev_class AND c.relpersistence <> 't'
      WHERE t.oid >= ${USER_OBJECTS}
    UNION ALL
    SELECT count(*), sum(${mark}) FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relpersistence <> 't'
    UNION ALL
    SELECT count(*), sum(${mark}) FROM pg_catalog.pg_constraint t
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.conrelid
      WHERE t.oid >= ${USER_OBJECTS} AND c.relpersistence IS DISTINCT FROM 't'
    UNION ALL
    ${part("pg_proc", `t.oid >= ${USER_OBJECTS}`)}
    UNION ALL
    ${part("pg_type", `t.oid >= ${USER_OBJECTS} AND t.typtype IN ('e', 'd', 'r', 'm')`)}
    UNION ALL
    ${part("pg_enum", "true")}
    UNION ALL
    ${part("pg_namespace", "t.nspname !~ '^pg_(toast_)?temp_'")}
    UNION ALL
    ${part("pg_inherits", "true")}
    UNION ALL
    ${part("pg_description", `t.objoid >= ${USER_OBJECTS}`)}
  ) part`;
