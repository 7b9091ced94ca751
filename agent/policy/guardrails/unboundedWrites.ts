import { counted } from "../../../protocol/counted.ts";
import type { WriteTarget } from "../../sql/facts.ts";
import { actionsNamed, type Hit, hitsOf, type Rule } from "./rule.ts";

const unbounded =
  (operation: WriteTarget["operation"], predicate: WriteTarget["predicate"]) =>
  (facts: { readonly targets: readonly WriteTarget[] }): readonly Hit[] =>
    facts.targets
      .filter((target) => target.operation === operation && target.predicate === predicate)
      .map((target) => ({
        span: target.span,
        what: `${target.schema}.${target.table}`,
        ...(target.insertWhereAt === undefined
          ? {}
          : {
              fix: {
                title: "Add a WHERE clause",
                edits: [
                  { start: target.insertWhereAt, end: target.insertWhereAt, text: " WHERE /* condition */" },
                ],
              },
            }),
      }));

/** Statements that change every row, openly or in disguise. */
export const UNBOUNDED_WRITES: readonly Rule[] = [
  {
    id: "no-where-delete",
    title: "DELETE without WHERE",
    gravity: "catastrophe",
    message: "This deletes every row of {what}. Add a WHERE clause that names the rows you mean.",
    triggers: [
      "DELETE FROM shop.orders",
      "WITH d AS (DELETE FROM shop.orders RETURNING id) SELECT count(*) FROM d",
    ],
    lookalikes: ["DELETE FROM shop.orders WHERE id = 1", "SELECT 'DELETE FROM shop.orders'"],
    find: unbounded("delete", "none"),
  },
  {
    id: "always-true-delete",
    title: "DELETE whose condition is always true",
    gravity: "catastrophe",
    message: "The condition is true for every row, so this deletes all of {what}. Name the rows you mean.",
    triggers: ["DELETE FROM shop.orders WHERE true", "DELETE FROM shop.orders WHERE 1 = 1"],
    lookalikes: ["DELETE FROM shop.orders WHERE id = 1"],
    find: unbounded("delete", "always_true"),
  },
  {
    id: "no-where-update",
    title: "UPDATE without WHERE",
    gravity: "catastrophe",
    message: "This changes every row of {what}. Add a WHERE clause that names the rows you mean.",
    triggers: ["UPDATE shop.orders SET status = 'new'"],
    lookalikes: ["UPDATE shop.orders SET status = 'new' WHERE id = 1"],
    find: unbounded("update", "none"),
  },
  {
    id: "always-true-update",
    title: "UPDATE whose condition is always true",
    gravity: "catastrophe",
    message: "The condition is true for every row, so this changes all of {what}. Name the rows you mean.",
    triggers: ["UPDATE shop.orders SET status = 'new' WHERE id = id"],
    lookalikes: ["UPDATE shop.orders SET status = 'new' WHERE id = 2"],
    find: unbounded("update", "always_true"),
  },
  {
    id: "committed-at-once",
    title: "A change outside of a transaction",
    gravity: "hint",
    message:
      "This is committed as soon as it has run. Inside a transaction you can look at what it did before you keep it.",
    triggers: ["UPDATE shop.orders SET status = 'new' WHERE id = 1"],
    lookalikes: ["SELECT id FROM shop.orders"],
    find: ({ kind, span }, { inTransaction }) => {
      if (inTransaction || !["update", "delete", "merge"].includes(kind)) return [];
      const edits = [
        { start: span.start, end: span.start, text: "BEGIN;\n" },
        {
          start: span.end,
          end: span.end,
          text: ";\n-- Look at the result, then COMMIT or ROLLBACK.\nROLLBACK",
        },
      ];
      return [
        {
          span: { start: span.start, end: span.start + kind.length },
          fix: { title: "Wrap in a transaction", edits },
        },
      ];
    },
  },
  {
    id: "blast-radius",
    title: "More rows than may change at once",
    gravity: "caution",
    message:
      "The planner expects {what}. If it is right, the change is rolled back before it is committed. Narrow the WHERE clause, or do it in steps.",
    examplesIn: { rows: 10_000_000 },
    triggers: ["UPDATE shop.orders SET status = 'new' WHERE customer_id > 3"],
    lookalikes: ["SELECT id FROM shop.orders WHERE customer_id > 3"],
    find: (facts, { plannedRows, maxAffectedRows }) => {
      const [target] = facts.targets;
      if (target === undefined || plannedRows === undefined || maxAffectedRows === undefined) return [];
      if (plannedRows <= maxAffectedRows) return [];
      const what = `${counted(plannedRows, "row")} to change, and ${maxAffectedRows.toLocaleString("en")} may`;
      return [{ span: target.span, what }];
    },
  },
  {
    id: "truncate",
    title: "TRUNCATE",
    gravity: "catastrophe",
    message:
      "This empties {what} at once, without triggers and without a way to undo a part. Delete the rows you mean instead.",
    triggers: ["TRUNCATE shop.orders", "TRUNCATE TABLE shop.orders CASCADE"],
    lookalikes: ["SELECT date_trunc('day', now())"],
    find: (facts) => [
      ...facts.targets
        .filter(({ operation }) => operation === "truncate")
        .map(({ span, schema, table }) => ({ span, what: `${schema}.${table}` })),
      ...hitsOf(actionsNamed(facts, "truncate")),
    ],
  },
  {
    id: "merge-unbounded",
    title: "MERGE that deletes whatever does not match",
    gravity: "approval",
    message: "A MERGE into {what} may change or delete many rows at once. Try it in a transaction first.",
    triggers: [
      "MERGE INTO shop.orders o USING shop.customers c ON o.customer_id = c.id WHEN MATCHED THEN DELETE",
    ],
    lookalikes: ["SELECT 1"],
    find: (facts) =>
      facts.targets
        .filter(({ operation }) => operation === "merge")
        .map(({ span, schema, table }) => ({ span, what: `${schema}.${table}` })),
  },
];
