import { actionsFlagged, actionsNamed, type Gravity, hitsOf, type Rule } from "./rule.ts";

const drop = (objectKind: string, gravity: Gravity, loss: string, example: string): Rule => ({
  id: `drop-${objectKind.replaceAll("_", "-")}`,
  title: `DROP ${objectKind.replaceAll("_", " ").toUpperCase()}`,
  gravity,
  message: `This removes {what} for good: ${loss}. Rename it first, or ask whoever owns it.`,
  triggers: [example],
  lookalikes: [`SELECT '${example.replaceAll("'", "''")}'`],
  // What was temporary goes with its session anyway.
  find: (facts) =>
    hitsOf(actionsNamed(facts, "drop", objectKind).filter(({ flags }) => !flags.includes("temporary"))),
});

/** What cannot be brought back, and what breaks everybody who reads it. */
export const DESTRUCTION: readonly Rule[] = [
  drop("table", "catastrophe", "its rows, indexes and rights go with it", "DROP TABLE shop.orders"),
  drop("schema", "catastrophe", "everything in it goes with it", "DROP SCHEMA shop CASCADE"),
  drop("database", "catastrophe", "nothing of it remains", "DROP DATABASE demo"),
  drop(
    "materialized_view",
    "approval",
    "it must be computed again",
    "DROP MATERIALIZED VIEW shop.daily_sales",
  ),
  drop("view", "approval", "whatever reads it stops working", "DROP VIEW shop.customer_overview"),
  drop("foreign_table", "approval", "whatever reads it stops working", "DROP FOREIGN TABLE shop.remote"),
  drop("sequence", "approval", "numbers may be given twice afterwards", "DROP SEQUENCE shop.orders_id_seq"),
  drop("index", "approval", "queries that rely on it become slow", "DROP INDEX shop.orders_customer"),
  drop("function", "approval", "whatever calls it stops working", "DROP FUNCTION shop.total(integer)"),
  drop("trigger", "approval", "what it guarded is not guarded any more", "DROP TRIGGER audit ON shop.orders"),
  drop("policy", "catastrophe", "rows it hid become visible", "DROP POLICY tenant ON shop.orders"),
  drop("type", "approval", "columns of it go with it", "DROP TYPE shop.order_status CASCADE"),
  drop("extension", "catastrophe", "its types and functions go with it", "DROP EXTENSION pgcrypto CASCADE"),
  drop("role", "catastrophe", "whoever works as it is shut out", "DROP ROLE reporting"),
  drop("rule", "approval", "statements it rewrote do something else", "DROP RULE audit ON shop.orders"),
  drop("event_trigger", "catastrophe", "what it watched is not watched any more", "DROP EVENT TRIGGER watch"),
  drop("tablespace", "approval", "no table can be put there", "DROP TABLESPACE fast"),
  drop("language", "approval", "functions written in it stop working", "DROP LANGUAGE plperl CASCADE"),
  {
    id: "drop-definition",
    title: "DROP of what queries are made of",
    gravity: "approval",
    message: "Whatever relies on {what} stops working, or works otherwise. Have somebody look at it.",
    triggers: ["DROP CAST (text AS integer)", "DROP OPERATOR + (integer, integer)", "DROP COLLATION german"],
    lookalikes: ["SELECT 'DROP CAST'"],
    find: (facts) => hitsOf(actionsNamed(facts, "drop", ...DEFINITIONS)),
  },
  {
    id: "drop-partition",
    title: "A partition dropped or emptied",
    gravity: "catastrophe",
    message: "The rows of this partition of {what} are gone for good. Exchange or detach it first.",
    examplesIn: { engine: "mysql" },
    triggers: [
      "ALTER TABLE customers DROP PARTITION p2024",
      "ALTER TABLE customers TRUNCATE PARTITION p2024",
    ],
    lookalikes: ["ALTER TABLE customers ADD COLUMN age INT"],
    find: (facts) => hitsOf(actionsFlagged(facts, "drop_partition")),
  },
  {
    id: "detach-partition",
    title: "DETACH PARTITION",
    gravity: "approval",
    message: "The rows of this partition are not found in {what} any more. Have somebody look at it.",
    triggers: ["ALTER TABLE shop.visits DETACH PARTITION shop.visits_2025"],
    lookalikes: ["SELECT id FROM shop.visits_2025"],
    find: (facts) => hitsOf(actionsFlagged(facts, "detach_partition")),
  },
  {
    id: "drop-owned",
    title: "DROP OWNED",
    gravity: "catastrophe",
    message: "This drops everything {what} owns. Drop what you mean by name.",
    triggers: ["DROP OWNED BY reporting"],
    lookalikes: ["SELECT 1"],
    find: (facts) => hitsOf(actionsNamed(facts, "drop_owned")),
  },
  {
    id: "drop-column",
    title: "ALTER TABLE … DROP COLUMN",
    gravity: "catastrophe",
    message:
      "This removes a column of {what} and its data for good. Stop reading it first, and drop it in a reviewed migration.",
    triggers: ["ALTER TABLE shop.orders DROP COLUMN status"],
    lookalikes: ["ALTER TABLE shop.orders ALTER COLUMN status DROP DEFAULT"],
    find: (facts) => hitsOf(actionsFlagged(facts, "drop_column")),
  },
  {
    id: "drop-constraint",
    title: "ALTER TABLE … DROP CONSTRAINT",
    gravity: "approval",
    message: "Without this constraint {what} can hold what it must not. Have somebody look at it.",
    triggers: ["ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey"],
    lookalikes: ["SELECT 1"],
    find: (facts) => hitsOf(actionsFlagged(facts, "drop_constraint")),
  },
  {
    id: "cascade",
    title: "CASCADE",
    gravity: "approval",
    message:
      "CASCADE also removes what depends on {what}, whatever that is. Leave it out and see what the server names.",
    triggers: ["DROP VIEW shop.customer_overview CASCADE"],
    lookalikes: ["DROP VIEW shop.customer_overview"],
    find: (facts) =>
      hitsOf(facts.actions.filter(({ action, flags }) => action === "drop" && flags.includes("cascade"))),
  },
];

const DEFINITIONS: readonly string[] = [
  "access_method",
  "cast",
  "collation",
  "conversion",
  "operator",
  "opclass",
  "opfamily",
  "transform",
  "tsconfiguration",
  "tsdictionary",
  "tsparser",
  "tstemplate",
];
