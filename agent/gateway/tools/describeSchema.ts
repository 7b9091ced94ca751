import { z } from "zod";
import type { Catalog, Relation } from "../../../protocol/catalog.ts";
import { isSensitive } from "../../../protocol/label.ts";
import { defineTool, LOOKS } from "./tool.ts";
import { PROBLEM } from "./toolProblem.ts";
import type { ToolSession } from "./toolSession.ts";
import { answerWith } from "./untrusted.ts";

const PAGE = 25;
const SHOWN: ReadonlySet<Relation["kind"]> = new Set([
  "table",
  "partitioned_table",
  "view",
  "materialized_view",
  "foreign_table",
]);
const HIDDEN = new Set(["pg_catalog", "information_schema", "pg_toast"]);

const COLUMN = z.object({
  name: z.string(),
  type: z.string(),
  primary_key: z.boolean(),
  references: z.string().optional(),
  info_type: z.string(),
  level: z.string(),
  masked: z.boolean(),
  comment: z.string().optional(),
});
const TABLE = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.string(),
  estimated_rows: z.number().optional(),
  comment: z.string().optional(),
  columns: z.array(COLUMN),
});

export const describeSchema = defineTool({
  name: "describe_schema",
  title: "Describe tables and columns",
  description:
    "Tables and columns of a connection, with what each column is (info_type, level) and whether its values are masked for you. Masked columns may be shown, but not be used in WHERE, JOIN, ORDER BY or GROUP BY. Give `filter` to look for a table or column by part of its name; `cursor` goes on with the next page.",
  input: z.object({
    connection: z.string().min(1).max(200).describe("Name of a connection, from list_connections"),
    filter: z.string().max(200).optional().describe("Part of a schema, table or column name"),
    cursor: z.number().int().nonnegative().optional().describe("next_cursor of the page before"),
  }),
  output: z.object({
    status: z.enum(["ok", "failed"]),
    tables: z.array(TABLE).optional(),
    total: z.number().optional(),
    next_cursor: z.number().optional(),
    problem: PROBLEM.optional(),
    untrusted: z.boolean().optional(),
  }),
  annotations: LOOKS,
  call: async (session, { connection, filter, cursor = 0 }) => {
    const tables = await matching(session, connection, filter?.trim().toLowerCase() ?? "");
    const page = tables.slice(cursor, cursor + PAGE);
    const shown = await Promise.all(page.map((relation) => tableOf(session, connection, relation)));
    const next = cursor + page.length < tables.length ? cursor + page.length : undefined;
    const more = next === undefined ? "" : ` More follow: call again with cursor ${next}.`;
    return answerWith(
      `${tables.length} tables and views match; ${page.length} are shown, one a line.${more}`,
      {
        status: "ok",
        tables: shown,
        total: tables.length,
        ...(next === undefined ? {} : { next_cursor: next }),
      },
      shown,
    );
  },
});

const OF_NO_COLUMN = { infoType: "none", level: "public" } as const;

async function matching(session: ToolSession, name: string, filter: string): Promise<readonly Relation[]> {
  await session.actor();
  const { engine } = session;
  const catalog: Catalog = await engine.open.database(engine.connection(name)).catalog();
  return catalog.relations
    .filter(({ kind, schema }) => SHOWN.has(kind) && !HIDDEN.has(schema))
    .filter(
      (relation) =>
        filter === "" ||
        `${relation.schema}.${relation.name}`.toLowerCase().includes(filter) ||
        relation.columns.some((column) => column.name.toLowerCase().includes(filter)),
    )
    .toSorted((a, b) => `${a.schema}.${a.name}`.localeCompare(`${b.schema}.${b.name}`));
}

async function tableOf(
  session: ToolSession,
  connection: string,
  relation: Relation,
): Promise<z.infer<typeof TABLE>> {
  const { engine } = session;
  const actor = await session.actor();
  const database = engine.open.database(engine.connection(connection));
  const { schema, name, kind, comment, estimatedRows } = relation;
  const inView = await engine.viewColumns(database.profile, relation, actor);
  return {
    schema,
    name,
    kind,
    ...(estimatedRows === undefined ? {} : { estimated_rows: Math.round(estimatedRows) }),
    ...(comment === undefined ? {} : { comment }),
    columns: relation.columns.map((column) => {
      const id = { schema, table: name, column: column.name };
      const plan = inView.get(column.name);
      // A column of a view that comes of no other is nobody's.
      const own = database.labelOf(id, "programs");
      const label = plan === undefined ? own : (plan.label ?? OF_NO_COLUMN);
      const to = column.references;
      return {
        name: column.name,
        type: column.type,
        primary_key: column.inPrimaryKey,
        ...(to === undefined ? {} : { references: `${to.schema}.${to.table}.${to.column}` }),
        info_type: label?.infoType ?? "unclassified",
        level: label?.level ?? "confidential",
        masked:
          plan === undefined
            ? own === undefined ||
              (isSensitive(own) && !engine.rooms.policy.mayReveal(actor, id, own, database.profile))
            : plan.mask !== null,
        ...(column.comment === undefined ? {} : { comment: column.comment }),
      };
    }),
  };
}
