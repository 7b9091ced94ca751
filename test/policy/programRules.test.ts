import { beforeAll, describe, expect, test } from "vitest";
import { programFindings } from "../../agent/policy/programRules.ts";
import type { StatementFacts } from "../../agent/sql/facts.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitSqlite } from "../../agent/sql/sqlite/split.ts";
import { understandSqlite } from "../../agent/sql/sqlite/understand.ts";
import type { Catalog } from "../../protocol/catalog.ts";
import { MYSQL, factsOf as mysqlFacts } from "../sql/mysql/shop.ts";
import { shopCatalog } from "../sql/sqlite/shop.ts";

const rulesOf = (facts: StatementFacts): readonly string[] =>
  programFindings(facts).map(({ rule, verdict }) => `${rule} ${verdict}`);

describe("MySQL and MariaDB", () => {
  test.each([
    "SET max_statement_time = 0",
    "SET SESSION max_execution_time = 0",
    "SET @@session.sort_buffer_size = 1073741824",
    "SET STATEMENT max_statement_time = 0 FOR SELECT id FROM customers",
    "SET lock_wait_timeout = 31536000, NAMES utf8mb4",
    "SET sql_safe_updates = 0",
    "SET foreign_key_checks = 0",
    "SET sql_log_bin = 0",
    "SET autocommit = 0",
    "SET ROLE admin",
    "SET PASSWORD = PASSWORD('x')",
  ])("not for a program: %s", (sql) => {
    expect(rulesOf(mysqlFacts(sql))).toContain("program-setting deny");
  });

  test.each([
    "SELECT /*+ MAX_EXECUTION_TIME(0) */ id FROM customers",
    "SELECT /*+ SET_VAR(max_join_size = 18446744073709551615) */ id FROM customers",
  ])("for one statement of MySQL: %s", (sql) => {
    expect(rulesOf(mysqlFacts(sql, MYSQL))).toContain("program-setting deny");
  });

  test.each(["SET GLOBAL general_log = 1", "FLUSH TABLES WITH READ LOCK"])(
    "administers the server, which no program does: %s",
    (sql) => {
      expect(mysqlFacts(sql).effect).toBe("admin");
    },
  );

  test.each([
    "LOCK TABLES customers READ",
    "LOCK TABLES customers WRITE",
    "SELECT id FROM customers FOR UPDATE",
    "SELECT id FROM customers LOCK IN SHARE MODE",
    "SELECT GET_LOCK('x', 100)",
    "SELECT * FROM (SELECT id FROM customers FOR UPDATE) c",
  ])("takes a lock: %s", (sql) => {
    expect(rulesOf(mysqlFacts(sql))).toContain("program-lock deny");
  });

  test.each(["SET NAMES utf8mb4", "SET time_zone = '+00:00'", "SELECT id FROM customers"])(
    "as anybody's: %s",
    (sql) => {
      expect(rulesOf(mysqlFacts(sql))).toEqual([]);
    },
  );
});

describe("SQLite", () => {
  let catalog: Catalog;
  beforeAll(async () => {
    await loadPostgresParser();
    catalog = await shopCatalog();
  });
  const sqliteFacts = (text: string): StatementFacts => {
    const split = splitSqlite(text);
    const [statement] = split.kind === "split" ? split.statements : [];
    if (statement === undefined) throw new RangeError(`There is no statement in ${text}.`);
    const understanding = understandSqlite(statement, { catalog });
    if (!("facts" in understanding)) throw new RangeError(understanding.message);
    return understanding.facts;
  };

  test.each(["PRAGMA busy_timeout = 600000", "PRAGMA cache_size = -4000000", "PRAGMA query_only = 0"])(
    "not for a program: %s",
    (sql) => {
      expect(rulesOf(sqliteFacts(sql))).toContain("program-setting deny");
    },
  );

  test.each(["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])("takes a lock: %s", (sql) => {
    expect(rulesOf(sqliteFacts(sql))).toContain("program-lock deny");
  });

  test.each(["BEGIN", "SELECT id FROM customers"])("as anybody's: %s", (sql) => {
    expect(rulesOf(sqliteFacts(sql))).toEqual([]);
  });
});
