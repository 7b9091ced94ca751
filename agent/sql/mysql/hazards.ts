import type { Effect, FunctionHazard } from "../facts.ts";

export interface Hazard {
  readonly kind: FunctionHazard;
  readonly effect: Effect;
  /** What it returns can't be attributed to columns. */
  readonly opaque: boolean;
  readonly why: string;
}

const hazards = new Map<string, Hazard>();

function list(kind: FunctionHazard, effect: Effect, opaque: boolean, why: string, names: string): void {
  for (const name of names.split(/\s+/).filter(Boolean)) hazards.set(name, { kind, effect, opaque, why });
}

list("server_files", "admin", true, "reads a file of the database server", "load_file");
list("sleeps", "read", false, "makes the server wait, so that time can tell a value", "sleep benchmark");
list(
  "sleeps",
  "read",
  false,
  "waits for replication",
  `master_pos_wait source_pos_wait master_gtid_wait wait_for_executed_gtid_set wait_until_sql_thread_after_gtids
   wsrep_sync_wait_upto_gtid`,
);
list(
  "locks",
  "session",
  false,
  "takes, gives back or looks at a lock by a name that other sessions see",
  "get_lock release_lock release_all_locks is_free_lock is_used_lock",
);
list(
  "outside_network",
  "unknown",
  true,
  "runs a program on the database server",
  "sys_exec sys_eval sys_get sys_set",
);
list(
  "replication",
  "admin",
  true,
  "changes replication",
  `asynchronous_connection_failover_add_source asynchronous_connection_failover_delete_source
   group_replication_set_as_primary group_replication_switch_to_single_primary_mode
   group_replication_switch_to_multi_primary_mode`,
);
list(
  "reveals_data_values",
  "read",
  true,
  "prints bounds and frequencies of values of a column",
  "decode_histogram",
);
list("reveals_data_values", "read", true, "shows who holds which role", "roles_graphml");

/** Why a function known by name matters beyond its value. */
export const functionHazard = (name: string): Hazard | undefined => hazards.get(name);

/** Variables of the server that tell of statements before, or hold secrets. */
const revealingVariables =
  /^(?:warning_count|error_count|last_insert_id|identity|insert_id|last_gtid|init_connect|.*password.*|.*_key_?file|proxy_user|external_user|rand_seed\d|pseudo_\w+|optimizer_trace\w*|timestamp)$/;

export const isRevealingVariable = (name: string): boolean => revealingVariables.test(name);
