/**
 * The server's own databases are left out: their tables hold password hashes, other people's statements with their
 * values, and histograms of users' columns. Nothing that names them can be understood, so nobody reads them.
 */
const HIDDEN = ["mysql", "performance_schema", "sys"];

/** Tables of information_schema that say what exists, and nothing of what is stored or running. */
const DESCRIBING = [
  "APPLICABLE_ROLES",
  "CHARACTER_SETS",
  "CHECK_CONSTRAINTS",
  "COLLATIONS",
  "COLUMNS",
  "COLUMN_PRIVILEGES",
  "ENABLED_ROLES",
  "ENGINES",
  "EVENTS",
  "GLOBAL_STATUS",
  "GLOBAL_VARIABLES",
  "KEYWORDS",
  "KEY_COLUMN_USAGE",
  "PARAMETERS",
  "PARTITIONS",
  "PLUGINS",
  "REFERENTIAL_CONSTRAINTS",
  "ROUTINES",
  "SCHEMATA",
  "SCHEMA_PRIVILEGES",
  "SESSION_STATUS",
  "SESSION_VARIABLES",
  "STATISTICS",
  "TABLES",
  "TABLE_CONSTRAINTS",
  "TABLE_PRIVILEGES",
  "TRIGGERS",
  "USER_PRIVILEGES",
  "VIEWS",
];

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");

/** Relations a catalog lists. */
export const isListed = (schema: string, name: string): string =>
  `${schema} NOT IN (${list(HIDDEN)})
    AND (${schema} <> 'information_schema' OR ${name} IN (${list(DESCRIBING)}))`;

/** People's own things. */
export const isPeoples = (schema: string): string =>
  `${schema} NOT IN (${list([...HIDDEN, "information_schema"])})`;
