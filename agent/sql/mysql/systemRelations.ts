import { foldColumn } from "./settings.ts";

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

const schemas: ReadonlySet<string> = new Set(["information_schema", "performance_schema", "mysql", "sys"]);

/** Databases the server keeps for itself. */
export const isSystemSchema = (schema: string): boolean => schemas.has(foldColumn(schema));

/** Tables of the server that hold structure and nothing else; every other one is taken to show data. */
const describing: ReadonlySet<string> = new Set(
  words(`
    information_schema.applicable_roles information_schema.character_sets information_schema.check_constraints
    information_schema.collations information_schema.collation_character_set_applicability
    information_schema.columns information_schema.columns_extensions information_schema.column_privileges
    information_schema.enabled_roles information_schema.engines information_schema.events
    information_schema.global_variables information_schema.session_variables information_schema.keywords
    information_schema.key_column_usage information_schema.parameters information_schema.partitions
    information_schema.plugins information_schema.referential_constraints information_schema.routines
    information_schema.schemata information_schema.schemata_extensions information_schema.schema_privileges
    information_schema.sql_functions information_schema.statistics information_schema.tables
    information_schema.tables_extensions information_schema.tablespaces information_schema.table_constraints
    information_schema.table_constraints_extensions information_schema.table_privileges information_schema.triggers
    information_schema.user_privileges information_schema.views information_schema.view_routine_usage
    information_schema.view_table_usage information_schema.st_geometry_columns
    information_schema.st_spatial_reference_systems information_schema.st_units_of_measure
    information_schema.system_variables information_schema.key_caches information_schema.resource_groups
    mysql.help_category mysql.help_keyword mysql.help_relation mysql.help_topic mysql.time_zone
    mysql.time_zone_leap_second mysql.time_zone_name mysql.time_zone_transition mysql.time_zone_transition_type`),
);

/** Columns that depend on the values stored, in tables that otherwise hold structure. */
const counting: ReadonlySet<string> = new Set(
  words(`
    information_schema.statistics.cardinality information_schema.tables.checksum
    information_schema.tables.auto_increment information_schema.partitions.checksum
    information_schema.partitions.table_rows information_schema.partitions.avg_row_length
    information_schema.partitions.data_length information_schema.partitions.index_length`),
);

const reasons: Readonly<Record<string, string>> = {
  "information_schema.processlist": "shows the statements others are running, with their literals",
  "information_schema.innodb_trx": "shows the statements others are running, with their literals",
  "information_schema.innodb_locks": "shows values of the keys that are locked",
  "information_schema.column_statistics": "holds histograms of columns",
  "information_schema.optimizer_trace": "shows the literals of statements",
  "information_schema.user_variables": "shows what user variables hold",
  "information_schema.profiling": "tells how long statements took",
  "information_schema.session_status": "counts what statements did",
  "information_schema.global_status": "counts what statements did",
  "mysql.user": "holds password hashes",
  "mysql.global_priv": "holds password hashes",
  "mysql.servers": "holds passwords of other servers",
  "mysql.general_log": "holds texts of statements",
  "mysql.slow_log": "holds texts of statements",
  "mysql.column_stats": "holds bounds and histograms of columns",
  "mysql.index_stats": "holds statistics of values",
  "mysql.innodb_index_stats": "holds statistics of values",
};

/** Why reading a table of the server can show more than structure; undefined where it can't. */
export function revealingRelation(schema: string, name: string): string | undefined {
  const key = foldColumn(`${schema}.${name}`);
  if (describing.has(key)) return undefined;
  if (reasons[key] !== undefined) return reasons[key];
  const lower = foldColumn(schema);
  if (lower === "performance_schema" || lower === "sys")
    return "shows what others are doing, texts of statements included";
  return "is a table of the server itself that may hold values of the data";
}

/** Columns with values of the data, in tables that otherwise hold structure. */
export const isRevealingColumn = (schema: string, name: string, column: string): boolean =>
  counting.has(foldColumn(`${schema}.${name}.${column}`));
