import type { Effect, FunctionHazard } from "../facts.ts";

export interface Hazard {
  readonly kind: FunctionHazard;
  /** What the call may do to the database or the server. */
  readonly effect: Effect;
  /** What it returns can't be attributed to columns. */
  readonly opaque: boolean;
  readonly why: string;
}

const hazards = new Map<string, Hazard>();

function list(kind: FunctionHazard, effect: Effect, opaque: boolean, why: string, names: string): void {
  for (const name of names.split(/\s+/).filter(Boolean)) hazards.set(name, { kind, effect, opaque, why });
}

list(
  "server_files",
  "admin",
  true,
  "reads or lists files of the database server",
  `pg_read_file pg_read_binary_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir pg_ls_archive_statusdir
   pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_stat_file pg_current_logfile
   pg_file_read pg_file_write pg_file_unlink pg_file_rename pg_file_sync pg_logdir_ls pg_file_length
   pg_hba_file_rules pg_ident_file_mappings pg_show_all_file_settings pg_get_loaded_modules`,
);
list(
  "large_object",
  "unknown",
  true,
  "moves large objects between the database and files of its server",
  "lo_import lo_export",
);
list(
  "large_object",
  "write",
  true,
  "changes a large object",
  "lo_create lo_creat lo_from_bytea lo_put lo_unlink lo_truncate lo_truncate64 lowrite lo_open lo_manage",
);
list(
  "large_object",
  "read",
  true,
  "returns bytes of a large object, which has no column to classify",
  "lo_get loread lo_lseek lo_lseek64 lo_tell lo_tell64 lo_close",
);
list(
  "runs_sql_text",
  "unknown",
  true,
  "runs SQL held in a string",
  `query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema ts_stat ts_rewrite
   crosstab crosstab2 crosstab3 crosstab4 crosstabN connectby xpath_table pgr_dijkstra cron.schedule`,
);
list(
  "reveals_data_values",
  "read",
  true,
  "prints the rows of tables named at run time",
  `table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
   schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema`,
);
list(
  "reveals_data_values",
  "read",
  true,
  "shows texts of statements or values sampled from columns",
  `pg_stat_get_activity pg_stat_get_backend_activity current_query pg_cursor pg_prepared_statement
   pg_stat_statements pg_mcv_list_items pg_prepared_xact pg_get_backend_memory_contexts pg_logical_slot_peek_changes
   pg_logical_slot_peek_binary_changes get_raw_page heap_page_items heap_page_item_attrs bt_page_items
   tuple_data_split pgstattuple pg_walinspect pg_get_wal_records_info pg_get_wal_block_info pg_get_sequence_data
   pg_stats_ext_mcvlist_items currtid2 pg_show_replication_origin_status`,
);
list(
  "outside_network",
  "unknown",
  true,
  "reaches another server",
  `dblink dblink_connect dblink_connect_u dblink_exec dblink_open dblink_fetch dblink_close dblink_send_query
   dblink_get_result dblink_disconnect dblink_cancel_query dblink_get_connections dblink_error_message
   dblink_get_notify dblink_build_sql_insert dblink_build_sql_update dblink_build_sql_delete dblink_get_pkey
   dblink_is_busy postgres_fdw_get_connections postgres_fdw_disconnect postgres_fdw_disconnect_all http http_get
   http_post http_put http_delete http_patch http_head aws_s3_query_export aws_s3_table_import`,
);
list("changes_settings", "session", false, "changes a setting of the session", "set_config setseed");
list(
  "terminates_backend",
  "admin",
  false,
  "stops or disturbs other sessions",
  "pg_terminate_backend pg_cancel_backend pg_log_backend_memory_contexts",
);
list(
  "sleeps",
  "read",
  false,
  "holds a connection and lets time carry a value",
  "pg_sleep pg_sleep_for pg_sleep_until",
);
list(
  "sequence_write",
  "write",
  false,
  "advances a sequence, which no rollback undoes",
  "nextval setval pg_nextoid",
);
list(
  "locks",
  "session",
  false,
  "takes or gives back a lock others can wait for",
  `pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
   pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared
   pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_export_snapshot`,
);
list(
  "replication",
  "admin",
  true,
  "steers replication, backups or the write-ahead log",
  `pg_create_logical_replication_slot pg_create_physical_replication_slot pg_copy_logical_replication_slot
   pg_copy_physical_replication_slot pg_drop_replication_slot pg_replication_slot_advance
   pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_logical_emit_message
   pg_replication_origin_advance pg_replication_origin_create pg_replication_origin_drop
   pg_replication_origin_session_setup pg_replication_origin_session_reset pg_replication_origin_xact_setup
   pg_replication_origin_xact_reset pg_switch_wal pg_create_restore_point pg_promote pg_wal_replay_pause
   pg_wal_replay_resume pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup pg_switch_xlog
   pg_sync_replication_slots pg_log_standby_snapshot`,
);
list(
  "changes_settings",
  "admin",
  false,
  "changes how the server runs, for everyone",
  `pg_reload_conf pg_rotate_logfile pg_stat_reset pg_stat_reset_backend_stats pg_stat_reset_replication_slot
   pg_stat_reset_shared pg_stat_reset_single_function_counters pg_stat_reset_single_table_counters
   pg_stat_reset_slru pg_stat_reset_subscription_stats pg_stat_statements_reset pg_import_system_collations
   pg_clear_attribute_stats pg_clear_relation_stats pg_restore_attribute_stats pg_restore_relation_stats
   pg_extension_config_dump brin_desummarize_range brin_summarize_new_values brin_summarize_range
   gin_clean_pending_list pg_stop_making_pinned_objects binary_upgrade_add_sub_rel_state
   binary_upgrade_create_empty_extension binary_upgrade_replorigin_advance binary_upgrade_set_missing_value
   binary_upgrade_set_next_array_pg_type_oid binary_upgrade_set_next_heap_pg_class_oid
   binary_upgrade_set_next_heap_relfilenode binary_upgrade_set_next_index_pg_class_oid
   binary_upgrade_set_next_index_relfilenode binary_upgrade_set_next_multirange_array_pg_type_oid
   binary_upgrade_set_next_multirange_pg_type_oid binary_upgrade_set_next_pg_authid_oid
   binary_upgrade_set_next_pg_enum_oid binary_upgrade_set_next_pg_tablespace_oid
   binary_upgrade_set_next_pg_type_oid binary_upgrade_set_next_toast_pg_class_oid
   binary_upgrade_set_next_toast_relfilenode binary_upgrade_set_record_init_privs
   binary_upgrade_logical_slot_has_caught_up`,
);
list("outside_network", "session", false, "sends a message to other sessions", "pg_notify");

/** Why a function known by name matters beyond its value, whichever extension or schema it comes from. */
export const functionHazard = (name: string): Hazard | undefined => hazards.get(name);

const volatileButHarmless: ReadonlySet<string> = new Set(
  `random random_normal gen_random_uuid uuidv4 uuidv7 clock_timestamp timeofday currval lastval array_sample
   array_shuffle txid_status pg_xact_status uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_salt
   gen_random_bytes bernoulli system`.split(/\s+/),
);

/** Whether a volatile function merely returns something new each time. */
export const isHarmlessVolatile = (name: string): boolean => volatileButHarmless.has(name);

/** Extensions whose C functions compute with their arguments and nothing else. */
const computingExtensions: ReadonlySet<string> = new Set(
  `pgcrypto uuid-ossp pg_trgm unaccent citext hstore ltree intarray fuzzystrmatch cube earthdistance isn seg
   btree_gin btree_gist bloom postgis postgis_topology postgis_raster vector timescaledb_toolkit tsm_system_rows
   tsm_system_time dict_int dict_xsyn intagg hll pg_uuidv7 pgroonga rum tablefunc`.split(/\s+/),
);

export const isComputingExtension = (name: string | undefined): boolean =>
  name !== undefined && computingExtensions.has(name);

/** System relations that hold values of the data, texts of statements, or secrets; with a reason. */
const revealing: ReadonlyMap<string, string> = new Map([
  ["pg_statistic", "holds most common values and bounds sampled from columns"],
  ["pg_stats", "shows most common values and bounds sampled from columns"],
  ["pg_stats_ext", "shows most common combinations of values"],
  ["pg_stats_ext_exprs", "shows most common values of expressions"],
  ["pg_statistic_ext_data", "holds most common combinations of values"],
  ["pg_stat_activity", "shows the statements others are running, with their literals"],
  ["pg_stat_statements", "shows statements that ran"],
  ["pg_stat_replication", "shows addresses of replicas"],
  ["pg_prepared_statements", "shows texts of statements"],
  ["pg_cursors", "shows texts of statements"],
  ["pg_prepared_xacts", "shows names given to transactions"],
  ["pg_authid", "holds password hashes"],
  ["pg_shadow", "shows password hashes"],
  ["pg_largeobject", "holds the bytes of large objects"],
  ["pg_user_mapping", "holds passwords of other servers"],
  ["pg_user_mappings", "shows passwords of other servers"],
  ["user_mapping_options", "shows passwords of other servers"],
  ["_pg_user_mappings", "shows passwords of other servers"],
  ["pg_subscription", "holds connection strings with passwords"],
  ["pg_hba_file_rules", "shows a configuration file of the server"],
  ["pg_ident_file_mappings", "shows a configuration file of the server"],
  ["pg_file_settings", "shows configuration files of the server"],
  ["pg_foreign_server", "may hold credentials among its options"],
  ["pg_backend_memory_contexts", "shows texts of statements"],
]);

/** Why reading a system relation can show more than structure; undefined where it can't. */
export const revealingRelation = (name: string): string | undefined => revealing.get(name);

/** Columns with values of the data, in catalogs that otherwise hold structure. */
export const isRevealingColumn = (relation: string, column: string): boolean =>
  relation === "pg_attribute" && column === "attmissingval";
