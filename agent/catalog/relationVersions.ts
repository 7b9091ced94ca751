/**
 * The version of a relation: a digest of everything that decides what its name means and what reading or
 * writing it does. Rows of pg_attribute, pg_rewrite, pg_trigger and pg_constraint enter by `xmin` and `ctid`,
 * which any DDL changes, even twice within one transaction. pg_class enters by content, because TRUNCATE,
 * REFRESH and VACUUM FULL write that row without changing the definition.
 */
function versionsOf(condition: string): string {
  const marks = (table: string, relationColumn: string) =>
    `(SELECT pg_catalog.sum(pg_catalog.hashtextextended(t.xmin::text || t.ctid::text, 0))
        FROM pg_catalog.${table} t WHERE t.${relationColumn} = c.oid)`;
  return `
    SELECT c.oid::text,
      pg_catalog.concat_ws('.',
        pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', c.relnamespace::regnamespace, c.relname, c.relkind, c.reltype,
          c.relam, c.relnatts, c.relchecks, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
          c.relpersistence, c.reloptions::text, c.relpartbound::text), 0),
        ${marks("pg_attribute", "attnum > 0 AND t.attrelid")},
        'r', CASE WHEN c.relhasrules THEN ${marks("pg_rewrite", "ev_class")} END,
        't', CASE WHEN c.relhastriggers THEN ${marks("pg_trigger", "tgrelid")} END,
        'c', ${marks("pg_constraint", "conrelid")})
    FROM pg_catalog.pg_class c
    WHERE ${condition}`;
}

/**
 * Versions of some relations: takes their oids as `$1::oid[]`, returns rows of oid and version. Run inside the
 * transaction that uses them. A relation that no longer exists has no row.
 */
// The sub-select hides the array's length from the planner, which else plans anew each time: twice the cost.
export const relationVersionsSql: string = versionsOf("c.oid = ANY ((SELECT $1::oid[])::oid[])");

/** Relations a catalog lists; other sessions' temporary ones cannot be read anyway. */
export const LISTED_RELATIONS =
  "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND (c.relpersistence <> 't' OR c.relnamespace = pg_catalog.pg_my_temp_schema())";

/** The same versions for every relation of the catalog. */
export const allRelationVersionsSql: string = versionsOf(LISTED_RELATIONS);
