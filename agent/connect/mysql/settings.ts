import type { Problem } from "../../../protocol/messages.ts";
import type { RawRow } from "./textCommand.ts";

/** What of a session decides how its next statement reads. */
export interface MysqlSettings {
  readonly variant: "mysql" | "mariadb";
  /** major × 10000 + minor × 100 + patch. */
  readonly serverVersion: number;
  /** Undefined where none is chosen. */
  readonly database: string | undefined;
  readonly sqlMode: readonly string[];
  /** `"x"` is a name, not a string. */
  readonly ansiQuotes: boolean;
  /** A backslash in a string is a character like others. */
  readonly noBackslashEscapes: boolean;
  /** `||` joins strings, else it is OR. */
  readonly pipesAsConcat: boolean;
  /** 0: names of tables and databases are compared as they are written; 1, 2: in lower case. */
  readonly lowerCaseTableNames: 0 | 1 | 2;
}

export const SETTINGS_SQL = `SELECT @@version, COALESCE(DATABASE(), ''), @@sql_mode, @@lower_case_table_names,
  @@character_set_client, @@character_set_connection, COALESCE(@@character_set_results, '')`;

/**
 * Only in UTF-8 is a quote always a quote: in GBK, Big5 or Shift-JIS it can be the second half of a character,
 * and where results come in another encoding, their bytes are not the text they stand for.
 */
const UTF8: ReadonlySet<string> = new Set(["utf8mb4", "utf8mb3", "utf8"]);

/** The row of SETTINGS_SQL. @throws SettingsError where the session's texts are not in UTF-8. */
export function readSettings(row: RawRow | undefined): MysqlSettings {
  const [version, database, mode, lowerCase, ...charsets] = (row ?? []).map((value) => value ?? "");
  const foreign = charsets.find((charset) => !UTF8.has(charset));
  if (foreign !== undefined) throw new SettingsError(foreignCharset(foreign));
  const sqlMode = (mode ?? "").split(",").filter((flag) => flag !== "");
  return {
    variant: isMariadb(version ?? "") ? "mariadb" : "mysql",
    serverVersion: versionNumber(version ?? ""),
    database: database === "" ? undefined : database,
    sqlMode,
    ansiQuotes: sqlMode.includes("ANSI_QUOTES"),
    noBackslashEscapes: sqlMode.includes("NO_BACKSLASH_ESCAPES"),
    pipesAsConcat: sqlMode.includes("PIPES_AS_CONCAT"),
    lowerCaseTableNames: lowerCase === "1" ? 1 : lowerCase === "2" ? 2 : 0,
  };
}

export const sameSettings = (a: MysqlSettings, b: MysqlSettings): boolean =>
  a.database === b.database && a.sqlMode.join() === b.sqlMode.join();

/** The session is not set up as the statement was judged under; it did not run. */
export class SettingsError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = "SettingsError";
    this.problem = problem;
  }
}

const foreignCharset = (charset: string): Problem => ({
  code: "character-set",
  message: `This session's character set is ${charset || "not set"}, in which the end of a string cannot be told for certain.`,
  action: "Run SET NAMES utf8mb4.",
});

export const settingsChanged = (): SettingsError =>
  new SettingsError({
    code: "settings-changed",
    message:
      "The session's database or sql_mode is not the one this statement was judged under. It did not run.",
    action: "Run it again.",
  });

const isMariadb = (version: string): boolean => /mariadb/i.test(version);

/** `10.11.19-MariaDB-…`, `8.4.3`; replication makes some MariaDBs begin with `5.5.5-`. */
function versionNumber(version: string): number {
  const [, major, minor, patch] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major ?? 0) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0);
}
