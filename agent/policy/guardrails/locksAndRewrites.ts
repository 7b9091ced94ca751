import { actionsFlagged, actionsNamed, hitsOf, type Rule } from "./rule.ts";

/** Changes that stop everybody else while they run. */
export const LOCKS_AND_REWRITES: readonly Rule[] = [
  {
    id: "alter-column-type",
    title: "ALTER TABLE … TYPE",
    gravity: "approval",
    message:
      "Changing a column's type may rewrite all of {what} under a lock that blocks everybody. Add a new column and copy in steps.",
    triggers: ["ALTER TABLE shop.orders ALTER COLUMN id TYPE bigint"],
    lookalikes: ["ALTER TABLE shop.orders ALTER COLUMN status SET DEFAULT 'new'"],
    find: (facts) => hitsOf(actionsFlagged(facts, "set_type")),
  },
  {
    id: "set-not-null",
    title: "SET NOT NULL",
    gravity: "approval",
    message:
      "This reads all of {what} under a lock that blocks writers. Add a CHECK … NOT VALID, validate it, then set NOT NULL.",
    triggers: ["ALTER TABLE shop.orders ALTER COLUMN status SET NOT NULL"],
    lookalikes: ["ALTER TABLE shop.orders ALTER COLUMN status DROP NOT NULL"],
    find: (facts) => hitsOf(actionsFlagged(facts, "set_not_null")),
  },
  {
    id: "index-not-concurrently",
    title: "CREATE INDEX without CONCURRENTLY",
    gravity: "caution",
    message: "Writers to {what} wait until the index is built. CREATE INDEX CONCURRENTLY lets them go on.",
    triggers: ["CREATE INDEX ON shop.orders (status)"],
    lookalikes: ["CREATE INDEX CONCURRENTLY ON shop.orders (status)"],
    find: (facts) =>
      hitsOf(actionsNamed(facts, "create", "index").filter(({ flags }) => !flags.includes("concurrently"))),
  },
  {
    id: "vacuum-full",
    title: "VACUUM FULL",
    gravity: "approval",
    message: "VACUUM FULL rewrites {what} while nobody can use it. A plain VACUUM is usually enough.",
    triggers: ["VACUUM FULL shop.orders"],
    lookalikes: ["VACUUM shop.orders"],
    find: (facts) => hitsOf(actionsFlagged(facts, "full")),
  },
  {
    id: "cluster-table",
    title: "CLUSTER",
    gravity: "approval",
    message: "CLUSTER rewrites {what} while nobody can use it.",
    triggers: ["CLUSTER shop.orders USING orders_pkey"],
    lookalikes: ["SELECT 1"],
    find: (facts) => hitsOf(actionsNamed(facts, "cluster")),
  },
  {
    id: "lock-table",
    title: "LOCK TABLE",
    gravity: "approval",
    message: "A lock on {what} makes everybody else wait until your transaction ends.",
    triggers: ["LOCK TABLE shop.orders"],
    lookalikes: ["SELECT 1 AS lock"],
    find: (facts) => hitsOf(actionsNamed(facts, "lock")),
  },
  {
    id: "row-locks",
    title: "SELECT … FOR UPDATE",
    gravity: "caution",
    message: "The rows you read here stay locked until your transaction ends; others wait for them.",
    triggers: ["SELECT id FROM shop.orders WHERE id = 1 FOR UPDATE"],
    lookalikes: ["SELECT id FROM shop.orders WHERE id = 1"],
    find: (facts) => (facts.locksRows ? [{ span: facts.span }] : []),
  },
  {
    id: "advisory-lock",
    title: "Advisory locks",
    gravity: "approval",
    message: "{what} holds a lock that applications wait for, perhaps until your session ends.",
    triggers: ["SELECT pg_advisory_lock(1)"],
    lookalikes: ["SELECT 'pg_advisory_lock(1)'"],
    find: (facts) =>
      facts.functions
        .filter(({ hazards }) => hazards.includes("locks"))
        .map(({ span, name }) => ({ span, what: `${name}()` })),
  },
];
