const PLAIN = /^[a-z_][a-z0-9_$]*$/;

/** An identifier as PostgreSQL reads it back unchanged: quoted unless it is lower case and plain. */
export const quoteIdentifier = (name: string): string =>
  PLAIN.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** `schema.table`, each part quoted where it must be. */
export const quoteQualified = (...names: readonly string[]): string => names.map(quoteIdentifier).join(".");

/** The statement behind "Preview First 100 Rows". */
export const previewStatement = (schema: string, relation: string): string =>
  `SELECT * FROM ${quoteQualified(schema, relation)} LIMIT 100`;

/** PostgreSQL 18's reserved words (appendix C, "reserved" and "reserved (can be function or type)"). */
const RESERVED: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
   collation column concurrently constraint create cross current_catalog current_date current_role
   current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
   except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
   is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
   only or order outer overlaps placing primary references returning right select session_user similar some
   symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when
   where window with`.split(/\s+/),
);
