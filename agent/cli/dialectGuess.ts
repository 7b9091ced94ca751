import type { EngineName } from "../../protocol/connection.ts";

/** What only a dump of MySQL or MariaDB, or only one of SQLite, says. */
const MYSQL =
  /^-- (?:MySQL|MariaDB) dump|^\/\*M?!\d{5,6} |\bENGINE\s*=\s*(?:InnoDB|MyISAM|Aria)\b|\bAUTO_INCREMENT\b|^\s*CREATE TABLE (?:IF NOT EXISTS )?`/im;
const SQLITE = /^\s*PRAGMA\s+\w+|\bAUTOINCREMENT\b|^\s*CREATE VIRTUAL TABLE\b/im;
/** A dump says at its beginning what it is. */
const LOOKED_AT = 200_000;

/** Whose DDL a text is, by what the other dialects do not have; PostgreSQL's where nothing speaks against it. */
export function guessDialect(ddl: string): EngineName {
  const start = ddl.slice(0, LOOKED_AT);
  if (/^-- PostgreSQL database dump/m.test(start)) return "postgres";
  if (MYSQL.test(start)) return "mysql";
  return SQLITE.test(start) ? "sqlite" : "postgres";
}
