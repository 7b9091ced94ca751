import { actionsFlagged, actionsNamed, hitsOf, type Rule } from "./rule.ts";

/** Who may do what, and as whom. */
export const PRIVILEGES: readonly Rule[] = [
  {
    id: "grant-to-public",
    title: "GRANT … TO PUBLIC",
    gravity: "escape",
    message: "This gives rights on {what} to everybody who can connect, now and later. Grant them to a role.",
    triggers: ["GRANT SELECT ON shop.orders TO PUBLIC"],
    lookalikes: ["REVOKE ALL ON shop.orders FROM PUBLIC"],
    find: (facts) => hitsOf(actionsNamed(facts, "grant").filter(({ flags }) => flags.includes("to_public"))),
  },
  {
    id: "grant",
    title: "GRANT and REVOKE",
    gravity: "approval",
    message: "This changes who may use {what}. Rights belong in reviewed migrations.",
    triggers: ["GRANT SELECT ON shop.orders TO reporting", "REVOKE SELECT ON shop.orders FROM reporting"],
    lookalikes: ["SELECT 'GRANT'"],
    find: (facts) => hitsOf([...actionsNamed(facts, "grant"), ...actionsNamed(facts, "revoke")]),
  },
  {
    id: "grant-all",
    title: "GRANT ALL",
    gravity: "catastrophe",
    message:
      "This gives every right on {what}, TRUNCATE and TRIGGER included. Name the rights that are needed.",
    triggers: ["GRANT ALL ON shop.orders TO reporting"],
    lookalikes: ["GRANT SELECT ON shop.orders TO reporting"],
    find: (facts) =>
      hitsOf(actionsNamed(facts, "grant").filter(({ flags }) => flags.includes("all_privileges"))),
  },
  {
    id: "role-change",
    title: "CREATE, ALTER ROLE",
    gravity: "approval",
    message: "Who exists at this server, and what they may do, is decided elsewhere. Ask whoever runs it.",
    triggers: ["CREATE ROLE reporting", "ALTER ROLE reporting LOGIN"],
    lookalikes: ["SELECT 'CREATE ROLE'"],
    find: (facts) =>
      hitsOf(
        facts.actions.filter(
          ({ action, objectKind }) => objectKind === "role" && ["create", "alter"].includes(action),
        ),
      ),
  },
  {
    id: "superuser",
    title: "Superuser rights",
    gravity: "escape",
    message: "A superuser passes every rule of the database, row security and audit included.",
    triggers: ["ALTER ROLE reporting SUPERUSER"],
    lookalikes: ["ALTER ROLE reporting NOSUPERUSER"],
    find: (facts) => hitsOf(actionsFlagged(facts, "superuser")),
  },
  {
    id: "become-another-role",
    title: "SET ROLE, SET SESSION AUTHORIZATION",
    gravity: "escape",
    message:
      "You would act as another role of the database, and what was judged for you would not hold. Use a connection of that role.",
    triggers: ["SET ROLE postgres", "SET SESSION AUTHORIZATION postgres"],
    lookalikes: ["SHOW role"],
    find: (facts) =>
      facts.settings
        .filter(({ name }) => name === "role" || name === "session_authorization")
        .map(({ span, name }) => ({ span, what: name })),
  },
  {
    id: "row-security-off",
    title: "Row security switched off",
    gravity: "escape",
    message: "Row security on {what} keeps tenants apart; without it they see each other.",
    triggers: ["ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY", "SET row_security = off"],
    lookalikes: ["ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY"],
    find: (facts) => [
      ...hitsOf(actionsFlagged(facts, "disable_row_security")),
      ...facts.settings
        .filter(({ name }) => name === "row_security")
        .map(({ span }) => ({ span, what: "this session" })),
    ],
  },
  {
    id: "disable-triggers",
    title: "Triggers switched off",
    gravity: "catastrophe",
    message: "The triggers of {what} guard its data and record its changes. Leave them on.",
    triggers: ["ALTER TABLE shop.orders DISABLE TRIGGER ALL"],
    lookalikes: ["ALTER TABLE shop.orders ENABLE TRIGGER ALL"],
    find: (facts) => hitsOf(actionsFlagged(facts, "disable_trigger")),
  },
  {
    id: "security-definer",
    title: "SECURITY DEFINER",
    gravity: "approval",
    message:
      "Whoever calls {what} acts with its owner's rights. Have somebody look at its search_path and body.",
    triggers: ["CREATE FUNCTION shop.peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"],
    lookalikes: ["CREATE FUNCTION shop.peek() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    find: (facts) => hitsOf(actionsFlagged(facts, "security_definer")),
  },
];
