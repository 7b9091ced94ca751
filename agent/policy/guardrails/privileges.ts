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
    id: "strong-attribute",
    title: "A role that passes rules",
    gravity: "catastrophe",
    message:
      "With BYPASSRLS, REPLICATION or CREATEROLE {what} reads past row security, copies the whole server, or gives itself more rights.",
    triggers: [
      "ALTER ROLE reporting BYPASSRLS",
      "CREATE ROLE copier REPLICATION",
      "ALTER ROLE reporting CREATEROLE",
    ],
    lookalikes: ["ALTER ROLE reporting NOBYPASSRLS", "ALTER ROLE reporting CONNECTION LIMIT 5"],
    find: (facts) =>
      hitsOf(["bypassrls", "isreplication", "createrole"].flatMap((flag) => actionsFlagged(facts, flag))),
  },
  {
    id: "powerful-role",
    title: "Membership of a role of the server",
    gravity: "catastrophe",
    message:
      "Members of {what} read all data, files of the server, or run programs on it. Grant what is needed.",
    triggers: ["GRANT pg_read_all_data TO reporting", "GRANT pg_execute_server_program TO reporting"],
    lookalikes: ["GRANT readers TO reporting", "REVOKE pg_read_all_data FROM reporting"],
    find: (facts) =>
      hitsOf(actionsNamed(facts, "grant", "role").filter(({ name }) => /\bpg_[a-z_]+/.test(name))),
  },
  {
    id: "grant-option",
    title: "WITH GRANT OPTION, WITH ADMIN OPTION",
    gravity: "catastrophe",
    message: "Whoever gets this can pass {what} on to anybody. Grant it to those who need it.",
    triggers: [
      "GRANT SELECT ON shop.orders TO reporting WITH GRANT OPTION",
      "GRANT readers TO reporting WITH ADMIN OPTION",
    ],
    lookalikes: ["GRANT readers TO reporting", "GRANT readers TO reporting WITH ADMIN FALSE"],
    find: (facts) => hitsOf(actionsFlagged(facts, "grant_option")),
  },
  {
    id: "change-owner",
    title: "OWNER TO, REASSIGN OWNED",
    gravity: "approval",
    message:
      "The owner of {what} may do anything with it, and passes its row security. Have somebody look at it.",
    triggers: [
      "ALTER TABLE shop.orders OWNER TO reporting",
      "ALTER FUNCTION shop.total(integer) OWNER TO reporting",
      "REASSIGN OWNED BY reporting TO postgres",
    ],
    lookalikes: ["ALTER TABLE shop.orders RENAME TO purchases"],
    find: (facts) =>
      hitsOf([...actionsFlagged(facts, "change_owner"), ...actionsNamed(facts, "reassign_owned")]),
  },
  {
    id: "change-policy",
    title: "CREATE, ALTER POLICY",
    gravity: "approval",
    message: "{what} decides which rows each role sees. Put it into a reviewed migration.",
    triggers: [
      "CREATE POLICY everybody ON shop.orders USING (true)",
      "ALTER POLICY everybody ON shop.orders USING (true)",
    ],
    lookalikes: ["SELECT 'CREATE POLICY'"],
    find: (facts) =>
      hitsOf([...actionsNamed(facts, "create", "policy"), ...actionsNamed(facts, "alter", "policy")]),
  },
  {
    id: "stored-setting",
    title: "Settings kept for a role or a database",
    gravity: "approval",
    message:
      "Every later session of {what} begins with this setting, and what is judged there may read otherwise.",
    triggers: ["ALTER ROLE reporting SET search_path = shop", "ALTER DATABASE demo SET row_security = off"],
    lookalikes: ["SET search_path = shop"],
    find: (facts) => hitsOf(actionsFlagged(facts, "settings")),
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
    triggers: [
      "ALTER TABLE shop.orders DISABLE TRIGGER ALL",
      "ALTER TABLE shop.orders DISABLE RULE audit",
      "ALTER EVENT TRIGGER watch DISABLE",
    ],
    lookalikes: ["ALTER TABLE shop.orders ENABLE TRIGGER ALL", "ALTER EVENT TRIGGER watch ENABLE"],
    find: (facts) =>
      hitsOf([...actionsFlagged(facts, "disable_trigger"), ...actionsFlagged(facts, "disable_rule")]),
  },
  {
    id: "security-definer",
    title: "SECURITY DEFINER",
    gravity: "approval",
    message:
      "Whoever calls {what} acts with its owner's rights. Have somebody look at its search_path and body.",
    triggers: [
      "CREATE FUNCTION shop.peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      "ALTER FUNCTION shop.total(integer) SECURITY DEFINER",
    ],
    lookalikes: [
      "CREATE FUNCTION shop.peek() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "ALTER FUNCTION shop.total(integer) STABLE",
    ],
    find: (facts) => hitsOf(actionsFlagged(facts, "security_definer")),
  },
];
