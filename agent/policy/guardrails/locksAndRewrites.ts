import { couldBeConcurrent } from "./concurrently.ts";
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
    // MySQL builds indexes beside writers, and SQLite has one writer anyway.
    find: (facts, context) =>
      facts.dialect === "postgres" ? couldBeConcurrent(actionsNamed(facts, "create", "index"), context) : [],
  },
  {
    id: "drop-index-not-concurrently",
    title: "DROP INDEX without CONCURRENTLY",
    gravity: "caution",
    message:
      "Everybody who uses the table of {what} waits until the index is gone. DROP INDEX CONCURRENTLY lets them go on.",
    triggers: ["DROP INDEX shop.orders_customer"],
    lookalikes: ["DROP INDEX CONCURRENTLY shop.orders_customer"],
    find: (facts, context) =>
      facts.dialect === "postgres" ? couldBeConcurrent(actionsNamed(facts, "drop", "index"), context) : [],
  },
  {
    id: "reindex-not-concurrently",
    title: "REINDEX without CONCURRENTLY",
    gravity: "caution",
    message: "Writers wait until {what} is built again. REINDEX … CONCURRENTLY lets them go on.",
    triggers: ["REINDEX TABLE shop.orders", "REINDEX INDEX shop.orders_customer"],
    lookalikes: ["REINDEX TABLE CONCURRENTLY shop.orders", "REINDEX (CONCURRENTLY) TABLE shop.orders"],
    find: (facts, context) =>
      facts.dialect === "postgres" ? couldBeConcurrent(actionsNamed(facts, "reindex"), context) : [],
  },
  {
    id: "refresh-not-concurrently",
    title: "REFRESH MATERIALIZED VIEW without CONCURRENTLY",
    gravity: "caution",
    message:
      "Readers of {what} wait until it is computed. REFRESH … CONCURRENTLY lets them go on, where it has a unique index.",
    triggers: ["REFRESH MATERIALIZED VIEW shop.daily_sales"],
    lookalikes: ["REFRESH MATERIALIZED VIEW CONCURRENTLY shop.daily_sales"],
    find: (facts, context) => couldBeConcurrent(actionsNamed(facts, "refresh"), context),
  },
  {
    id: "add-not-null-column",
    title: "ADD COLUMN … NOT NULL without a default",
    gravity: "caution",
    message:
      "The rows that {what} has already have no value for this column: PostgreSQL and SQLite refuse it, MySQL fills in a blank. Give it a DEFAULT, or fill it before it is NOT NULL.",
    triggers: ["ALTER TABLE shop.orders ADD COLUMN note text NOT NULL"],
    lookalikes: [
      "ALTER TABLE shop.orders ADD COLUMN note text NOT NULL DEFAULT ''",
      "ALTER TABLE shop.orders ADD COLUMN note text",
      "ALTER TABLE shop.orders ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY NOT NULL",
    ],
    find: (facts) =>
      actionsFlagged(facts, "not_null_without_default").map(({ span, name }) => {
        const edits = [{ start: span.end, end: span.end, text: " DEFAULT /* value */" }];
        return { span, what: name, fix: { title: "Add a DEFAULT", edits } };
      }),
  },
  {
    id: "table-rewrite",
    title: "A change that writes a whole table anew",
    gravity: "approval",
    message:
      "This writes every row of {what} anew under a lock that blocks everybody. Add what is new without a computed value, and fill it in steps.",
    triggers: [
      "ALTER TABLE shop.orders ADD COLUMN key uuid DEFAULT gen_random_uuid()",
      "ALTER TABLE shop.orders ADD COLUMN twice integer GENERATED ALWAYS AS (id * 2) STORED",
      "ALTER TABLE shop.orders ADD COLUMN number bigserial",
      "ALTER TABLE shop.orders SET UNLOGGED",
      "ALTER TABLE shop.orders SET TABLESPACE fast",
    ],
    lookalikes: [
      "ALTER TABLE shop.orders ADD COLUMN made_at timestamptz DEFAULT now()",
      "ALTER TABLE shop.orders ADD COLUMN note text DEFAULT ''",
      "ALTER TABLE shop.orders SET (fillfactor = 70)",
    ],
    find: (facts) => hitsOf([...actionsFlagged(facts, "rewrites"), ...actionsNamed(facts, "optimize")]),
  },
  {
    id: "constraint-checks-rows",
    title: "ADD CONSTRAINT without NOT VALID",
    gravity: "caution",
    message:
      "Every row of {what} is checked while writers wait. With NOT VALID new rows are checked at once, and VALIDATE CONSTRAINT checks the old ones without stopping anybody.",
    triggers: [
      "ALTER TABLE shop.orders ADD CONSTRAINT positive CHECK (id > 0)",
      "ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers (id)",
    ],
    lookalikes: [
      "ALTER TABLE shop.orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID",
      "ALTER TABLE shop.orders VALIDATE CONSTRAINT positive",
    ],
    find: (facts) =>
      actionsFlagged(facts, "validates").map(({ span, name }) => {
        const edits = [{ start: span.end, end: span.end, text: " NOT VALID" }];
        return { span, what: name, fix: { title: "Add NOT VALID", edits } };
      }),
  },
  {
    id: "constraint-builds-index",
    title: "A key whose index is built under a lock",
    gravity: "caution",
    message:
      "Nobody can use {what} until the index of this key is built. CREATE UNIQUE INDEX CONCURRENTLY first, and add the key USING INDEX.",
    triggers: [
      "ALTER TABLE shop.orders ADD CONSTRAINT one_each UNIQUE (customer_id)",
      "ALTER TABLE shop.orders ADD COLUMN code text UNIQUE",
    ],
    lookalikes: ["ALTER TABLE shop.orders ADD CONSTRAINT one_each UNIQUE USING INDEX orders_customer"],
    find: (facts) => hitsOf(actionsFlagged(facts, "builds_index")),
  },
  {
    id: "rename-in-use",
    title: "A name that others use",
    gravity: "caution",
    message: "Whatever names {what} or its column stops working at once. Keep a view under the old name.",
    triggers: [
      "ALTER TABLE shop.orders RENAME TO purchases",
      "ALTER TABLE shop.orders RENAME status TO state",
    ],
    lookalikes: ["SELECT status AS state FROM shop.orders"],
    find: (facts) =>
      hitsOf([
        ...actionsFlagged(facts, "rename"),
        ...actionsFlagged(facts, "rename_column"),
        ...actionsFlagged(facts, "set_schema"),
      ]),
  },
  {
    id: "flush",
    title: "FLUSH",
    gravity: "approval",
    message:
      "FLUSH {what} makes everybody wait until what is running has ended. Ask whoever runs the server.",
    examplesIn: { engine: "mysql" },
    triggers: ["FLUSH TABLES WITH READ LOCK"],
    lookalikes: ["SELECT 'FLUSH TABLES WITH READ LOCK'"],
    find: (facts) => hitsOf(actionsNamed(facts, "flush")),
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
    message: "What you read here stays locked until your transaction ends; others wait for it.",
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
