import type { UserType } from "../../protocol/catalog.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { TextRow } from "./textRow.ts";

/** Enums, domains, free-standing composites, ranges and base types that people or extensions made. */
export async function readTypes(run: QueryRunner): Promise<readonly UserType[]> {
  const rows = await run.rows(TYPES_SQL);
  return rows.map((fields) => {
    const row = new TextRow(fields);
    return {
      schema: row.text(),
      name: row.text(),
      kind: TYPE_KINDS[row.text()] ?? "base",
      detail: row.texts(),
    };
  });
}

const TYPE_KINDS: Readonly<Record<string, UserType["kind"]>> = {
  e: "enum",
  d: "domain",
  c: "composite",
  r: "range",
  m: "range",
  b: "base",
};

const TYPES_SQL = `
  SELECT n.nspname, t.typname, t.typtype::text,
    CASE t.typtype
      WHEN 'e' THEN (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
      WHEN 'd' THEN pg_catalog.json_build_array(pg_catalog.format_type(t.typbasetype, t.typtypmod))
      WHEN 'r' THEN (SELECT pg_catalog.json_agg(pg_catalog.format_type(r.rngsubtype, NULL))
        FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
    END
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  WHERE t.oid >= 16384::oid AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast_)?temp_'
    AND (t.typtype IN ('e', 'd', 'r', 'm') OR c.relkind = 'c' OR (t.typtype = 'b' AND t.typcategory <> 'A'))
  ORDER BY n.nspname, t.typname`;
