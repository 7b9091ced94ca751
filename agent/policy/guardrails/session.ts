import { actionsNamed, hitsOf, type Rule } from "./rule.ts";

/** Settings that change how results look or how the planner works, and nothing else. */
const HARMLESS: ReadonlySet<string> = new Set([
  "timezone",
  "datestyle",
  "intervalstyle",
  "search_path",
  "lock_timeout",
  "work_mem",
  "extra_float_digits",
  "application_name",
  "client_min_messages",
  "jit",
  "geqo",
  "random_page_cost",
  "seq_page_cost",
  "effective_cache_size",
  "max_parallel_workers_per_gather",
  "plan_cache_mode",
  "statement_timeout",
  "from_collapse_limit",
  "join_collapse_limit",
  "bytea_output",
  "xmloption",
  "default_text_search_config",
  "lc_monetary",
  "lc_numeric",
  "lc_time",
  "transaction_isolation",
  "transaction_read_only",
  "transaction_deferrable",
  "default_transaction_isolation",
  "idle_in_transaction_session_timeout",
  // Of MySQL. NAMES with a character set in which a quote can hide counts as character_set_client.
  "names",
  "time_zone",
  "lc_time_names",
  "group_concat_max_len",
  "max_execution_time",
  "max_statement_time",
  "lock_wait_timeout",
  "innodb_lock_wait_timeout",
  "sql_safe_updates",
]);

/** What a session may become. */
export const SESSION: readonly Rule[] = [
  {
    id: "setting-not-allowed",
    title: "A setting outside the list",
    gravity: "escape",
    message:
      "{what} changes more than how results look, and what was judged might not hold. Settings that are safe: search_path, TimeZone, DateStyle, statement_timeout, work_mem, enable_*.",
    triggers: [
      "SET session_replication_role = replica",
      "SET standard_conforming_strings = off",
      "SET default_transaction_read_only = off",
    ],
    lookalikes: ["SET TIME ZONE 'UTC'", "SET search_path = shop", "SET enable_seqscan = off"],
    find: (facts) =>
      facts.settings
        .filter(
          ({ name }) =>
            !HARMLESS.has(name.toLowerCase()) &&
            !/^enable_[a-z_]+$/i.test(name) &&
            !HAVE_OWN_RULE.has(name.toLowerCase()),
        )
        .map(({ span, name }) => ({ span, what: name })),
  },
  {
    id: "do-block",
    title: "DO",
    gravity: "approval",
    message: "A DO block is a program. Have somebody look at it, or write the statements one by one.",
    triggers: ["DO $$ BEGIN PERFORM 1; END $$"],
    lookalikes: ["SELECT 'DO'"],
    find: (facts) => (facts.kind === "do" ? [{ span: facts.span }] : []),
  },
  {
    id: "two-phase",
    title: "PREPARE TRANSACTION, XA",
    gravity: "escape",
    message:
      "A prepared transaction outlives your session and can be committed by others, outside of any record. Use BEGIN and COMMIT.",
    triggers: ["PREPARE TRANSACTION 'x'"],
    lookalikes: ["PREPARE x AS SELECT 1"],
    find: (facts) =>
      /(?:prepare|commit_prepared|rollback_prepared)_?transaction|_prepared$/.test(facts.kind)
        ? [{ span: facts.span }]
        : [],
  },
  {
    id: "notify",
    title: "NOTIFY",
    gravity: "caution",
    message: "Applications that listen on {what} will react.",
    triggers: ["NOTIFY jobs"],
    lookalikes: ["SELECT 'NOTIFY'"],
    find: (facts) => hitsOf(actionsNamed(facts, "notify")),
  },
  {
    id: "sequence-moved",
    title: "Sequences moved",
    gravity: "caution",
    message: "{what} changes what number comes next, and no rollback brings it back.",
    triggers: ["SELECT setval('shop.orders_id_seq', 1)"],
    lookalikes: ["SELECT 'setval'"],
    find: (facts) =>
      facts.functions
        .filter(({ hazards }) => hazards.includes("sequence_write"))
        .map(({ span, name }) => ({ span, what: name })),
  },
];

const HAVE_OWN_RULE: ReadonlySet<string> = new Set(["role", "session_authorization", "row_security"]);
