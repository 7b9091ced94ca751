/** What of a session's state decides how the server reads a text. */
export interface MysqlSettings {
  /** `"x"` is a name, not a string. */
  readonly ansiQuotes: boolean;
  /** A backslash in a string is a character like any other. */
  readonly noBackslashEscapes: boolean;
  /** `||` joins strings instead of meaning OR. */
  readonly pipesAsConcat: boolean;
  /** 0: table names are compared as written; 1 and 2: without case. */
  readonly lowerCaseTableNames: 0 | 1 | 2;
  /** major × 10000 + minor × 100 + patch, as in version comments. */
  readonly serverVersion: number;
  readonly variant: "mysql" | "mariadb";
  /** What `USE` chose: the schema of names without one; undefined where none is chosen. */
  readonly database: string | undefined;
}

/** The same text means the same under both. */
export const readsAlike = (a: MysqlSettings, b: MysqlSettings): boolean =>
  a.database === b.database &&
  a.ansiQuotes === b.ansiQuotes &&
  a.noBackslashEscapes === b.noBackslashEscapes &&
  a.pipesAsConcat === b.pipesAsConcat;

/** Column names, aliases of columns and names of routines are compared without case. */
export const foldColumn = (name: string): string => name.replaceAll("\u0130", "i").toLowerCase();

/** Names of tables, their aliases and databases, by `lower_case_table_names`. */
export const foldTable = (settings: MysqlSettings, name: string): string =>
  settings.lowerCaseTableNames === 0 ? name : foldColumn(name);
