import { counted } from "../../../protocol/counted.ts";
import { columnKey, type RelationUse, type StatementFacts } from "../../sql/facts.ts";
import { addLimit, isFiltered } from "./reading.ts";
import type { Hit, Rule, RuleContext } from "./rule.ts";

/** Reading all of a table this large is felt by others. */
export const LARGE_TABLE_ROWS = 100_000;

/** Reads that cost much more than they need to. They only tell: nothing is stopped for being slow. */
export const PERFORMANCE: readonly Rule[] = [
  {
    id: "leading-wildcard",
    title: "A pattern that may begin with anything",
    gravity: "advice",
    message:
      "No index in the order of {what} helps to find this, so every row of a large table is read. Let the pattern begin with what you know, add another condition, or index the column for such searches (trigrams, full text).",
    examplesIn: { rows: 1_000_000 },
    triggers: [
      "SELECT id FROM shop.customers WHERE city LIKE '%erlin'",
      "SELECT id FROM shop.customers WHERE city ILIKE '%' || $1 || '%' LIMIT 10",
      "SELECT id FROM shop.customers WHERE city ~ 'erl'",
    ],
    lookalikes: [
      "SELECT id FROM shop.customers WHERE city LIKE 'Ber%'",
      "SELECT id FROM shop.customers WHERE id = 7 AND city LIKE '%erlin'",
      "SELECT id FROM shop.customers WHERE city ~ '^Ber'",
      "SELECT '%' || city FROM shop.customers",
    ],
    find: (facts, context) => {
      const pinned = new Set(
        facts.reads
          .filter(({ role }) => role === "filter_equality")
          .map(({ column }) => `${column.schema}.${column.table}`),
      );
      const large = new Set(largeRelations(facts, context).map(({ schema, name }) => `${schema}.${name}`));
      const hits = facts.unanchoredSearches
        .filter(({ column: { schema, table } }) => {
          const name = `${schema}.${table}`;
          return large.has(name) && !pinned.has(name);
        })
        .map(({ column, span }): [string, Hit] => [columnKey(column), { span, what: columnKey(column) }]);
      return [...new Map(hits).values()];
    },
  },
  {
    id: "no-limit-large-table",
    title: "No LIMIT on a large table",
    gravity: "advice",
    message: "{what}. With a LIMIT the server can stop early.",
    examplesIn: { rows: 1_000_000 },
    triggers: ["SELECT id FROM shop.orders", "SELECT id FROM shop.orders WHERE customer_id > 3"],
    lookalikes: ["SELECT id FROM shop.orders LIMIT 10", "SELECT count(*) FROM shop.orders"],
    find: (facts, context) => {
      if (facts.kind !== "select" || facts.limit !== undefined || aggregates(facts)) return [];
      const [large] = largeRelations(facts, context);
      if (large === undefined) return [];
      const name = `${large.schema}.${large.name}`;
      const { plannedRows } = context;
      if (plannedRows !== undefined) {
        if (plannedRows < LARGE_TABLE_ROWS) return [];
        const what = `The planner expects ${counted(plannedRows, "row")} out of ${name}`;
        return [{ span: large.span, what, ...addLimit(facts) }];
      }
      const reduced = isFiltered(facts) || facts.reads.some(({ role }) => REDUCES.has(role));
      return reduced ? [] : [{ span: large.span, what: `${name} is large`, ...addLimit(facts) }];
    },
  },
];

const REDUCES: ReadonlySet<string> = new Set(["group", "distinct"]);

const aggregates = (facts: StatementFacts): boolean =>
  facts.outputs.length > 0 &&
  facts.outputs.every(({ transform }) => transform === "aggregate" || transform === "constant");

/** The tables read that are large, the largest first. */
function largeRelations(facts: StatementFacts, context: RuleContext): readonly RelationUse[] {
  const rows = (use: RelationUse): number => context.estimatedRows(use) ?? 0;
  return facts.relations
    .filter((use) => use.access === "read" && rows(use) >= LARGE_TABLE_ROWS)
    .sort((one, other) => rows(other) - rows(one));
}
