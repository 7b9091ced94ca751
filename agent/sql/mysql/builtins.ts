const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

const aggregates = new Set(
  words(`count sum avg min max std stddev stddev_pop stddev_samp variance var_pop var_samp bit_and bit_or bit_xor
    group_concat json_arrayagg json_objectagg any_value median percentile_cont percentile_disc st_collect`),
);

const windows = new Set(
  words(`row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value`),
);

/** Values of any content go through these: at worst NULL comes out, with a warning. */
const total = new Set([
  ...aggregates,
  ...windows,
  ...words(`
    ascii ord bin bit_length bit_count char chr char_length character_length charset coercibility collation concat
    concat_ws conv crc32 crc32c elt export_set field find_in_set format format_bytes from_base64 greatest hex if ifnull
    nvl nvl2 insert instr isnull lcase least left length lengthb locate lower lpad ltrim make_set md5 mid natural_sort_key
    nullif oct octet_length position quote repeat replace reverse right rpad rtrim sha sha1 sha2 soundex space strcmp
    substr substring substring_index to_base64 trim ucase unhex upper uncompress compress uncompressed_length coalesce
    decode encode des_decrypt des_encrypt aes_decrypt aes_encrypt old_password password encrypt to_char sformat kdf
    adddate addtime add_months convert_tz curdate curtime current_date current_time current_timestamp date date_add
    date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format
    hour last_day localtime localtimestamp makedate maketime microsecond minute month monthname now period_add
    period_diff quarter sec_to_time second str_to_date subdate subtime sysdate time time_format time_to_sec timediff
    timestamp timestampadd timestampdiff to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday
    weekofyear year yearweek
    abs ceil ceiling floor round truncate sign sqrt mod rand pi ln log log2 log10 sin cos asin acos atan atan2 radians
    degrees interval
    inet_aton inet_ntoa inet6_aton inet6_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid
    json_valid grouping uuid uuid_short sys_guid random_bytes
    connection_id current_user current_role user session_user system_user database schema version found_rows row_count
    last_insert_id`),
]);

/** In MariaDB a document that is no JSON makes these NULL; in MySQL it is an error. */
const json = new Set(
  words(`
    json_array json_array_append json_array_insert json_compact json_contains json_contains_path json_depth json_detailed
    json_equals json_exists json_extract json_insert json_keys json_length json_loose json_merge json_merge_patch
    json_merge_preserve json_normalize json_object json_overlaps json_pretty json_query json_quote json_remove json_replace
    json_search json_set json_type json_unquote json_value json_storage_size json_storage_free json_schema_valid
    json_schema_validation_report json_array_intersect json_object_filter_keys json_object_to_array json_key_value`),
);

/** Fail on some values: overflow, patterns, geometry, dynamic columns, identifiers. */
const failing = new Set(
  words(`
    exp pow power cot tan extractvalue updatexml regexp_instr regexp_like regexp_replace regexp_substr
    bin_to_uuid uuid_to_bin gtid_subset gtid_subtract binlog_gtid_pos name_const weight_string
    statement_digest statement_digest_text column_add column_check column_create column_delete column_exists column_get
    column_json column_list value compress validate_password_strength soundslike
    geometrycollection linestring multilinestring multipoint multipolygon point polygon geomcollection
    geometrycollectionfromtext geometryfromtext geometryfromwkb geomcollfromtext geomfromtext geomfromwkb
    linefromtext linefromwkb linestringfromtext mlinefromtext mpointfromtext mpolyfromtext multilinestringfromtext
    multipointfromtext multipolygonfromtext pointfromtext pointfromwkb polyfromtext polyfromwkb polygonfromtext
    area asbinary astext aswkb aswkt boundary buffer centroid contains convexhull crosses dimension disjoint
    distance_sphere endpoint envelope equals exteriorring geometryn geometrytype glength interiorringn intersects
    isclosed isempty isring issimple mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequal mbrequals mbrintersects
    mbroverlaps mbrtouches mbrwithin numgeometries numinteriorrings numpoints overlaps pointn pointonsurface srid
    startpoint touches within x y can_access_column can_access_database can_access_table can_access_view
    format_pico_time ps_current_thread_id ps_thread_id icu_version roles_graphml
    decode_histogram benchmark sleep load_file get_lock release_lock release_all_locks is_free_lock is_used_lock
    master_pos_wait source_pos_wait master_gtid_wait wait_for_executed_gtid_set wait_until_sql_thread_after_gtids
    wsrep_last_written_gtid wsrep_last_seen_gtid wsrep_sync_wait_upto_gtid
    asynchronous_connection_failover_add_source asynchronous_connection_failover_delete_source
    group_replication_set_as_primary group_replication_switch_to_single_primary_mode
    group_replication_switch_to_multi_primary_mode
    sys_exec sys_eval sys_get sys_set lib_mysqludf_sys_info`),
);

const volatile = new Set(
  words("rand uuid uuid_short sys_guid random_bytes sysdate sleep benchmark get_lock"),
);

const isSpatial = (name: string): boolean => name.startsWith("st_");

export const isBuiltin = (name: string): boolean =>
  total.has(name) || json.has(name) || failing.has(name) || isSpatial(name);

export const isAggregate = (name: string): boolean => aggregates.has(name);

/** Whether an error raised by the function can't depend on what its arguments hold. */
export const isTotal = (name: string, variant: "mysql" | "mariadb"): boolean =>
  total.has(name) || (variant === "mariadb" && json.has(name));

export const isJson = (name: string): boolean => json.has(name);

export const volatilityOf = (name: string): "immutable" | "stable" | "volatile" =>
  volatile.has(name) ? "volatile" : "stable";
