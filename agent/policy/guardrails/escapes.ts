import { isSensitive } from "../../../protocol/label.ts";
import type { ColumnUse, FunctionHazard, Span, StatementFacts } from "../../sql/facts.ts";
import { actionsFlagged, actionsNamed, type Gravity, hitsOf, type Rule, type RuleContext } from "./rule.ts";

const hazard = (
  id: string,
  title: string,
  hazard: FunctionHazard,
  gravity: Gravity,
  message: string,
  triggers: readonly string[],
): Rule => ({
  id,
  title,
  gravity,
  message,
  triggers,
  lookalikes: triggers.map((sql) => `SELECT '${sql.replaceAll("'", "''")}'`),
  find: (facts: StatementFacts) =>
    facts.functions
      .filter(({ hazards }) => hazards.includes(hazard))
      .map(({ span, name }) => ({ span, what: name })),
});

/** What these change keeps the values they were given. */
const SINKS: ReadonlySet<FunctionHazard> = new Set([
  "changes_settings",
  "large_object",
  "locks",
  "outside_network",
  "replication",
  "sequence_write",
  "server_files",
]);

const takesPart = (use: ColumnUse, span: Span): boolean =>
  use.role === "function_argument" && use.span.start === span.start && use.span.end === span.end;

function isHidden(use: ColumnUse, context: RuleContext): boolean {
  const label = context.labelOf(use.column);
  return label === undefined || isSensitive(label);
}

/** Ways out of the database, and ways in that nobody can see. */
export const ESCAPES: readonly Rule[] = [
  {
    id: "copy-program",
    title: "COPY … PROGRAM",
    gravity: "escape",
    message: "This runs a program on the database server. Nobody needs that from an editor.",
    triggers: ["COPY shop.orders TO PROGRAM 'cat'", "COPY shop.orders FROM PROGRAM 'cat'"],
    lookalikes: ["SELECT 'COPY x TO PROGRAM'"],
    find: (facts) => hitsOf(actionsNamed(facts, "copy").filter(({ flags }) => flags.includes("program"))),
  },
  {
    id: "copy-file",
    title: "COPY to or from a file of the server",
    gravity: "escape",
    message: "This reads or writes a file on the database server. Query the rows and export what is shown.",
    triggers: ["COPY shop.orders TO '/tmp/x'", "COPY shop.orders FROM '/tmp/x'"],
    lookalikes: ["SELECT '/tmp/x'"],
    find: (facts) =>
      hitsOf(
        actionsNamed(facts, "copy").filter(
          ({ flags }) => flags.includes("to_file") || flags.includes("from_file"),
        ),
      ),
  },
  {
    id: "copy-stream",
    title: "COPY through the connection",
    gravity: "escape",
    message: "COPY streams rows past masking. Write it as a SELECT, or an INSERT.",
    triggers: ["COPY shop.orders TO STDOUT"],
    lookalikes: ["SELECT 1"],
    find: (facts) =>
      hitsOf(
        actionsNamed(facts, "copy").filter(
          ({ flags }) => flags.includes("stdin") || flags.includes("stdout"),
        ),
      ),
  },
  hazard(
    "server-files",
    "Files of the server",
    "server_files",
    "escape",
    "{what} reads or writes files of the database server.",
    ["SELECT pg_read_file('/etc/passwd')"],
  ),
  hazard(
    "large-objects",
    "Large objects",
    "large_object",
    "escape",
    "{what} works on large objects, which no label and no mask can follow.",
    ["SELECT lo_import('/etc/passwd')"],
  ),
  hazard(
    "outside-network",
    "Connections to elsewhere",
    "outside_network",
    "escape",
    "{what} connects the database server to another machine.",
    ["SELECT dblink_connect('host=elsewhere')"],
  ),
  hazard(
    "runs-sql-text",
    "SQL in a string",
    "runs_sql_text",
    "escape",
    "{what} runs SQL that is only a string here, so nobody can judge it. Write the query itself.",
    ["SELECT query_to_xml('SELECT 1', true, true, '')"],
  ),
  hazard(
    "changes-settings",
    "Settings changed by a function",
    "changes_settings",
    "escape",
    "{what} changes settings of the session in the middle of a query. Use SET.",
    ["SELECT set_config('role', 'postgres', false)"],
  ),
  hazard(
    "terminates-backends",
    "Other people's sessions",
    "terminates_backend",
    "approval",
    "{what} ends or cancels somebody's work.",
    ["SELECT pg_terminate_backend(1)"],
  ),
  hazard(
    "sleeps",
    "Sleeping",
    "sleeps",
    "escape",
    "{what} makes the server wait, which tells one value from another by time.",
    ["SELECT pg_sleep(10)"],
  ),
  hazard(
    "reveals-data-values",
    "Catalogs that hold data",
    "reveals_data_values",
    "escape",
    "{what} holds values of people's data, or other people's statements, outside of any label.",
    ["SELECT * FROM pg_stats"],
  ),
  hazard(
    "replication",
    "Replication and recovery",
    "replication",
    "escape",
    "{what} interferes with replication, backup or recovery.",
    ["SELECT pg_create_physical_replication_slot('x')"],
  ),
  {
    id: "replica-identity",
    title: "REPLICA IDENTITY",
    gravity: "approval",
    message:
      "Copies of {what} elsewhere find changed rows by this; without it their updates and deletes fail.",
    triggers: ["ALTER TABLE shop.orders REPLICA IDENTITY NOTHING"],
    lookalikes: ["SELECT 'REPLICA IDENTITY'"],
    find: (facts) => hitsOf(actionsFlagged(facts, "replica_identity")),
  },
  {
    id: "carried-beyond-labels",
    title: "Masked values carried where no label follows",
    gravity: "escape",
    message:
      "{what} would carry masked values into a lock, a sequence, a setting or a message, where anybody can read them. Give it a value of your own.",
    triggers: ["SELECT pg_advisory_lock(number::bigint) FROM shop.cards"],
    lookalikes: ["SELECT pg_advisory_lock(id) FROM shop.cards"],
    find: (facts, context) =>
      facts.functions
        .filter(({ hazards }) => hazards.some((one) => SINKS.has(one)))
        .filter(({ span }) => facts.reads.some((use) => takesPart(use, span) && isHidden(use, context)))
        .map(({ span, name }) => ({ span, what: name })),
  },
  hazard(
    "unreadable-function",
    "A function nobody can read",
    "unreadable_body",
    "approval",
    "What {what} does cannot be read, so it may do anything. Have somebody look at it.",
    ["SELECT shop.native(1)"],
  ),
  {
    id: "untrusted-code",
    title: "New code in the database",
    gravity: "approval",
    message:
      "{what} puts code into the database that runs later, for others. Put it into a reviewed migration.",
    triggers: ["CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    lookalikes: ["SELECT 1"],
    find: (facts) =>
      hitsOf(
        facts.actions.filter(
          ({ action, objectKind }) =>
            action === "create" &&
            ["function", "procedure", "trigger", "rule", "event_trigger", "event", "package"].includes(
              objectKind,
            ),
        ),
      ),
  },
  {
    id: "create-extension",
    title: "CREATE EXTENSION",
    gravity: "catastrophe",
    message: "{what} brings code from outside into the server. Ask whoever runs it.",
    triggers: ["CREATE EXTENSION dblink"],
    lookalikes: ["SELECT 1"],
    find: (facts) => hitsOf(actionsNamed(facts, "create", "extension")),
  },
  {
    id: "foreign-server",
    title: "Foreign servers",
    gravity: "escape",
    message: "{what} lets the database reach other machines.",
    triggers: ["CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw"],
    lookalikes: ["SELECT 1"],
    find: (facts) =>
      hitsOf(
        facts.actions.filter(({ objectKind }) =>
          ["foreign_server", "user_mapping", "foreign_data_wrapper", "subscription", "publication"].includes(
            objectKind,
          ),
        ),
      ),
  },
  {
    id: "load-library",
    title: "LOAD",
    gravity: "escape",
    message: "LOAD runs machine code from a file of the server.",
    triggers: ["LOAD 'x'"],
    lookalikes: ["SELECT 'LOAD'"],
    find: (facts) => hitsOf(actionsNamed(facts, "load")),
  },
  {
    id: "superuser-attribute",
    title: "Server-wide change",
    gravity: "escape",
    message: "ALTER SYSTEM changes the whole server for everybody.",
    triggers: ["ALTER SYSTEM SET work_mem = '1GB'"],
    lookalikes: ["SET work_mem = '64MB'"],
    find: (facts) => [
      ...hitsOf(actionsNamed(facts, "alter_system")),
      ...hitsOf(actionsFlagged(facts, "alter_system")),
    ],
  },
];
