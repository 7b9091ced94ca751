import { higherLevel, isSensitive, type Label } from "../../../protocol/label.ts";
import { type ColumnId, columnKey, type StatementFacts } from "../../sql/facts.ts";
import { addLimit, isFiltered } from "./reading.ts";
import type { Rule, RuleContext } from "./rule.ts";

/** A LIMIT beyond this is none. */
const MOST_RESTRICTED_ROWS = 10_000;

/** Shapes of large reads, and of data carried to where its label is lost. */
export const EXFILTRATION: readonly Rule[] = [
  {
    id: "unbounded-restricted",
    fromRecord: true,
    title: "All rows of restricted data",
    gravity: "caution",
    message: "This reads restricted columns of every row. Name the rows you need, or add a LIMIT.",
    triggers: ["SELECT number FROM shop.cards", "SELECT number FROM shop.cards LIMIT 1000000"],
    lookalikes: ["SELECT number FROM shop.cards WHERE id = 1", "SELECT number FROM shop.cards LIMIT 10"],
    find: (facts, context) => {
      if (facts.effect !== "read" || isFiltered(facts)) return [];
      if (facts.limit !== undefined && facts.limit <= MOST_RESTRICTED_ROWS) return [];
      const restricted = facts.outputs.find(
        (output) =>
          output.transform === "direct" &&
          output.sources.some((id) => context.labelOf(id)?.level === "restricted"),
      );
      return restricted === undefined ? [] : [{ span: restricted.span, ...addLimit(facts) }];
    },
  },
  {
    id: "cross-join",
    title: "Tables joined without a condition",
    gravity: "caution",
    message: "Every row of one table meets every row of the other. Add the condition that ties them.",
    triggers: ["SELECT o.id FROM shop.orders o, shop.customers c"],
    lookalikes: ["SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id"],
    find: (facts) => (facts.crossJoin ? [{ span: facts.relations[0]?.span ?? facts.span }] : []),
  },
  {
    id: "laundering",
    fromRecord: true,
    title: "Sensitive data copied elsewhere",
    gravity: "approval",
    message: "This copies {what} to a place that does not carry its label. Have somebody look at it.",
    triggers: [
      "CREATE TABLE shop.copy AS SELECT number FROM shop.cards",
      "UPDATE shop.customers SET email = upper(email), city = email",
    ],
    lookalikes: [
      "CREATE TABLE shop.copy AS SELECT id FROM shop.cards",
      "UPDATE shop.customers SET email = upper(email)",
    ],
    find: (facts, context) => (isCopy(facts) ? copiedColumns(facts, context) : []),
  },
];

const isCopy = (facts: StatementFacts): boolean =>
  facts.effect === "write" || facts.effect === "ddl" || facts.effect === "unknown";

function copiedColumns(facts: StatementFacts, context: RuleContext) {
  const copied = facts.reads.filter(({ column, role }) => {
    if (role !== "assignment" && !(role === "output" && COPIES_OUTPUT.has(facts.kind))) return false;
    const label = context.labelOf(column);
    return (label === undefined || isSensitive(label)) && !keepsLabel(column, label, facts, context);
  });
  return copied.map(({ span, column }) => ({
    span,
    what: `${column.schema}.${column.table}.${column.column}`,
  }));
}

/** Whether its values only go to columns that are labelled as it is: into itself, or into its like in an archive. */
function keepsLabel(
  column: ColumnId,
  label: Label | undefined,
  { flows, writes }: StatementFacts,
  { labelOf }: RuleContext,
): boolean {
  if (flows.some(({ opaque }) => opaque)) return false;
  const key = columnKey(column);
  const targets = flows
    .filter(({ sources }) => sources.some((source) => columnKey(source) === key))
    .map(({ target }) => target)
    .filter((target) => columnKey(target) !== key);
  if (targets.length === 0) return writes.some((use) => columnKey(use.column) === key);
  return targets.every((target) => {
    const there = labelOf(target);
    return (
      label !== undefined &&
      there?.infoType === label.infoType &&
      higherLevel(there.level, label.level) === there.level
    );
  });
}

/** Statements whose outputs become data: the rest only return them, masked. */
const COPIES_OUTPUT: ReadonlySet<string> = new Set([
  "insert",
  "merge",
  "update",
  "create_table_as",
  "select_into",
  "create_materialized_view",
  "refresh_materialized_view",
]);
