/**
 * What defines relations, each part as one JSON array printed by the server: read in bulk for the catalog, and
 * for a few relations inside a statement's own transaction, in exactly the same form.
 */
export type PartKind = "table" | "column" | "view" | "trigger";

interface PartQuery {
  readonly source: string;
  readonly schema: string;
  readonly name: string;
  readonly fields: readonly string[];
}

const PARTS: Readonly<Record<PartKind, PartQuery>> = {
  table: {
    source: "information_schema.tables",
    schema: "table_schema",
    name: "table_name",
    fields: ["table_type"],
  },
  column: {
    source: "information_schema.columns",
    schema: "table_schema",
    name: "table_name",
    fields: [
      "ordinal_position",
      "column_name",
      "column_type",
      "is_nullable",
      "column_default",
      "extra",
      "generation_expression",
      "collation_name",
      "column_key",
      "column_comment",
    ],
  },
  view: {
    source: "information_schema.views",
    schema: "table_schema",
    name: "table_name",
    fields: ["view_definition", "security_type", "definer", "check_option"],
  },
  trigger: {
    source: "information_schema.triggers",
    schema: "event_object_schema",
    name: "event_object_table",
    fields: [
      "trigger_name",
      "event_manipulation",
      "action_timing",
      "action_order",
      "action_statement",
      "definer",
      "sql_mode",
    ],
  },
};

/** In the encoding of the server's own tables, else it would compare every row. */
const NAME = "CONVERT(? USING utf8mb3)";

const KINDS = ["table", "column", "view", "trigger"] as const satisfies readonly PartKind[];

/** Rows of schema, name, and the part as JSON, of every relation this account may see and `condition` holds for. */
export function partsSql(kind: PartKind, condition: (schema: string, name: string) => string): string {
  const { source, schema, name, fields } = PARTS[kind];
  return `SELECT ${schema} AS s, ${name} AS n, JSON_ARRAY(${fields.join(", ")}) AS p FROM ${source}
    WHERE ${condition(schema, name)}`;
}

/**
 * Rows of kind and part of one relation, named by two `?`: equality with constants lets the server open that
 * relation alone.
 */
export const partsOfOneSql: string = KINDS.map((kind) => {
  const { source, schema, name, fields } = PARTS[kind];
  return `SELECT '${kind}', JSON_ARRAY(${fields.join(", ")}) FROM ${source}
    WHERE ${schema} = ${NAME} AND ${name} = ${NAME}`;
}).join(" UNION ALL ");

/** How many `?` that holds: schema and name in turn. */
export const PARTS_PER_RELATION: number = KINDS.length;
