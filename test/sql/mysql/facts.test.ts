import { describe, expect, test } from "vitest";
import { FRESH_SESSION } from "../../../agent/sql/mysql/session.ts";
import { storedMysqlFlows } from "../../../agent/sql/mysql/storedFlows.ts";
import {
  actions,
  factsOf,
  flows,
  INDEX,
  inSession,
  MYSQL,
  outputs,
  SETTINGS,
  shaping,
  targets,
  understand,
} from "./shop.ts";

describe("lineage", () => {
  test.each([
    ["SELECT email FROM customers", ["email[customers.Email] direct"]],
    ["SELECT c.* FROM mails c", ["id[customers.id] direct", "mail[customers.Email] direct"]],
    ["SELECT * FROM (SELECT ssn AS Hidden FROM customers) d", ["Hidden[customers.ssn] direct"]],
    ["WITH w (a) AS (SELECT ssn FROM customers) SELECT a x FROM w", ["x[customers.ssn] direct"]],
    ["SELECT 1 AS a UNION SELECT ssn FROM customers", ["a[customers.ssn] expression"]],
    [
      "SELECT COUNT(*), MIN(ssn) FROM customers",
      ["COUNT(*)[] aggregate", "MIN(ssn)[customers.ssn] aggregate"],
    ],
    ["SELECT IF(name = 'x', 1, 2) FROM customers", ["IF(name = 'x', 1, 2)[customers.name] expression"]],
    ["SELECT (SELECT ssn FROM customers LIMIT 1) s", ["s[customers.ssn] expression"]],
    [
      "SELECT j.v FROM customers c, JSON_TABLE(c.ssn, '$' COLUMNS (v INT PATH '$')) j",
      ["v[customers.ssn] expression"],
    ],
    [
      "SELECT GROUP_CONCAT(name ORDER BY ssn) g FROM customers",
      ["g[customers.name customers.ssn] aggregate"],
    ],
    ["SELECT mail_of('x') m", ["m[customers.Email customers.name] expression"]],
  ])("%s", (sql, expected) => {
    expect(outputs(factsOf(sql))).toEqual(expected);
  });

  test("what the server runs inside of executable comments is read, what it skips is not", () => {
    const sql =
      "SELECT id /*!100100 , ssn */ /*!50701 , name */ /*M!101199 , born */ /*! , Email */ FROM customers";
    expect(outputs(factsOf(sql)).map((one) => one.split("[")[0])).toEqual(["id", "ssn", "Email"]);
    const old = { ...SETTINGS, serverVersion: 100000 };
    expect(outputs(factsOf(sql, old)).map((one) => one.split("[")[0])).toEqual(["id", "Email"]);
    const mysql = sql.replace("/*M!101199 , born */", "").replace("100100", "99999");
    expect(outputs(factsOf(mysql, MYSQL)).map((one) => one.split("[")[0])).toEqual(["id", "name", "Email"]);
  });

  test.each([
    ["SELECT id FROM customers WHERE name LIKE '%son'", ["name"]],
    ["SELECT id FROM customers WHERE name LIKE CONCAT('%', ?, '%')", ["name"]],
    ["SELECT id FROM customers WHERE name LIKE '|%son' ESCAPE '|'", []],
    ["SELECT id FROM customers c WHERE LOWER(c.name) LIKE '_on' OR c.name REGEXP 'on$'", ["name", "name"]],
    ["SELECT id FROM customers WHERE name LIKE 'son%' AND name REGEXP '^s'", []],
    ["SELECT id FROM customers WHERE name LIKE '\\%son'", []],
  ])("what is searched for a pattern that may begin with anything: %s", (sql, expected) => {
    expect(factsOf(sql).unanchoredSearches.map(({ column }) => column.column)).toEqual(expected);
  });

  test("names of columns have no case; names of tables have it where the server says so", () => {
    expect(outputs(factsOf("SELECT EMAIL FROM customers"))).toEqual(["EMAIL[customers.Email] direct"]);
    expect(understand("SELECT 1 FROM Customers").kind).toBe("unresolved");
    expect(understand("SELECT 1 FROM cased").kind).toBe("unresolved");
    expect(understand("SELECT C.id FROM CASED c", { ...SETTINGS, lowerCaseTableNames: 1 }).kind).toBe(
      "understood",
    );
  });
});

describe("roles", () => {
  test.each([
    ["SELECT 1 FROM customers WHERE email = 'x'", ["customers.Email filter_equality"]],
    // A text beside a number is turned into one: this asks more than whether two values are the same.
    ["SELECT 1 FROM customers WHERE ssn = 123", ["customers.ssn filter_other"]],
    ["SELECT 1 FROM customers WHERE ssn IN ('1', 0)", ["customers.ssn filter_other"]],
    ["SELECT 1 FROM customers WHERE ssn = BINARY 'x'", ["customers.ssn filter_other"]],
    ["SELECT 1 FROM customers WHERE salary = '1'", ["customers.salary filter_equality"]],
    ["SELECT 1 FROM customers WHERE ssn = ?", ["customers.ssn filter_equality"]],
    ["SELECT 1 FROM customers WHERE NOT ssn = 'x'", ["customers.ssn filter_other"]],
    ["SELECT 1 FROM customers WHERE ssn RLIKE '^1'", ["customers.ssn filter_other"]],
    [
      "SELECT name n FROM customers GROUP BY n HAVING n > 'a'",
      ["customers.name filter_other", "customers.name group"],
    ],
    ["SELECT ssn AS id FROM customers ORDER BY id", ["customers.ssn sort"]],
    ["SELECT ssn AS name FROM customers ORDER BY CONCAT(name)", ["customers.name sort"]],
    ["SELECT DISTINCT ssn FROM customers", ["customers.ssn distinct"]],
    [
      "SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id",
      ["customers.id join_equality", "orders.customer_id join_equality"],
    ],
    [
      "SELECT 1 FROM customers c JOIN orders o ON o.note = c.salary",
      ["customers.salary join_other", "orders.note join_other"],
    ],
    ["SELECT salary + 1 FROM customers", ["customers.salary function_argument"]],
    ["SELECT EXTRACTVALUE(1, ssn) FROM customers", ["customers.ssn function_argument"]],
    ["SELECT SLEEP(ssn) FROM customers", ["customers.ssn function_argument"]],
    ["SELECT * FROM mails", ["customers.salary filter_other"]],
  ])("%s", (sql, expected) => {
    expect(shaping(factsOf(sql))).toEqual(expected);
  });
});

describe("writes", () => {
  test.each([
    ["DELETE FROM orders", ["delete orders none"]],
    ["DELETE FROM orders WHERE 1", ["delete orders always_true"]],
    ["DELETE FROM orders WHERE '1x' OR id = 3", ["delete orders always_true"]],
    ["DELETE FROM orders WHERE id <=> id", ["delete orders always_true"]],
    ["DELETE FROM orders WHERE 'a' OR id = 3", ["delete orders some"]],
    ["DELETE FROM orders WHERE NOT 0 && 2", ["delete orders always_true"]],
    [
      "DELETE o, c FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id = 1",
      ["delete orders some", "delete customers some"],
    ],
    ["DELETE FROM o USING orders o", ["delete orders none"]],
    [
      "UPDATE orders o, customers c SET o.note = c.name, c.name = 'x' WHERE o.customer_id = c.id",
      ["update orders some", "update customers some"],
    ],
    ["REPLACE INTO log VALUES (1, 'x')", ["insert log not_applicable", "delete log some"]],
    ["UPDATE mails SET mail = 'x' WHERE id = 1", ["update customers some"]],
    ["TRUNCATE orders", ["truncate orders not_applicable"]],
    ["/*!50000 DELETE */ FROM orders", ["delete orders none"]],
  ])("%s", (sql, expected) => {
    expect(targets(factsOf(sql)).filter((one) => !one.includes(" log ") || sql.includes("log"))).toEqual(
      expected,
    );
  });

  test.each([
    ["INSERT INTO log (line) SELECT ssn FROM customers", ["customers.ssn -> log.line"]],
    ["INSERT INTO log SET id = 1, line = (SELECT ssn FROM customers)", ["customers.ssn -> log.line"]],
    [
      "INSERT INTO log (id, line) VALUES (1, 'x') ON DUPLICATE KEY UPDATE line = (SELECT name FROM customers)",
      ["customers.name -> log.line"],
    ],
    ["CREATE TABLE t2 AS SELECT ssn s, COUNT(*) n FROM customers GROUP BY ssn", ["customers.ssn -> t2.s"]],
    ["ALTER TABLE log RENAME COLUMN line TO text", ["log.line -> log.text"]],
    ["SELECT keep(ssn) FROM customers", ["customers.ssn -> log.line"]],
    ["CALL copies()", ["orders.note -> log.line", "customers.ssn -> orders.note"]],
  ])("labels follow %s", (sql, expected) => {
    expect(flows(factsOf(sql))).toEqual(expected);
  });

  test("what triggers and events will store is known when they are made", () => {
    const trigger =
      "CREATE TRIGGER t AFTER INSERT ON customers FOR EACH ROW INSERT INTO log (line) VALUES (NEW.ssn)";
    expect(flows(factsOf(trigger))).toEqual(["customers.ssn -> log.line"]);
    const event =
      "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO INSERT INTO log (line) SELECT ssn FROM customers";
    expect(flows(factsOf(event))).toEqual(["customers.ssn -> log.line"]);
    const before = "CREATE TRIGGER t BEFORE INSERT ON customers FOR EACH ROW SET NEW.name = CONCAT(NEW.ssn)";
    expect(flows(factsOf(before))).toEqual(["customers.ssn -> customers.name"]);
    expect(storedMysqlFlows(INDEX).map((one) => one.target.column)).toEqual(["line"]);
  });

  test.each(["note", "id"])("what foreign keys carry on of %s is stored, through each of them", (name) => {
    expect(flows(factsOf(`UPDATE visits SET ${name} = ssn WHERE id = 1`))).toEqual([
      `visits.ssn -> visits.${name}`,
      "visits.ssn -> links.name",
    ]);
  });

  test("ON DUPLICATE KEY UPDATE takes columns of the query's tables, shown or not", () => {
    const flowsOf = (from: string, value: string) =>
      flows(factsOf(`INSERT INTO log (id) SELECT ${from} ON DUPLICATE KEY UPDATE log.line = ${value}`));
    expect(flowsOf("c.id FROM customers c JOIN orders o ON o.id = c.id", "CONCAT(o.note, Email)")).toEqual([
      "customers.id -> log.id",
      "customers.Email orders.note -> log.line",
    ]);
    expect(flowsOf("b.id FROM (SELECT id, ssn FROM customers) b", "b.ssn")).toContain(
      "customers.ssn -> log.line",
    );
    expect(understand("SELECT 1 FROM customers c JOIN orders o ON 1 ON 2").kind).toBe("syntax_error");
    expect(
      understand(
        "INSERT INTO log (id) SELECT c.id FROM customers c JOIN orders ON DUPLICATE KEY UPDATE id = 1",
      ).kind,
    ).toBe("syntax_error");
  });

  test("a query is the first of several values", () => {
    const uses = (list: string) => shaping(factsOf(`SELECT id FROM orders WHERE note IN (${list})`));
    expect(uses("(SELECT ssn FROM customers LIMIT 1, 2), 'x'")).toContain("customers.ssn filter_other");
    expect(uses("(SELECT ssn FROM customers) UNION (SELECT 1)")).toContain("customers.ssn join_other");
    expect(uses("(SELECT ssn FROM customers)")).toContain("customers.ssn join_equality");
  });

  test("a trigger counts as part of the write that fires it", () => {
    const facts = factsOf("UPDATE orders SET total = 1 WHERE id = 1");
    expect(targets(facts)).toEqual(["insert log not_applicable", "update orders some"]);
    expect(flows(facts)).toEqual(["orders.note -> log.line"]);
  });
});

describe("the session", () => {
  test("a user variable carries what was put into it", () => {
    const found = inSession(
      "SELECT ssn INTO @a FROM customers LIMIT 1; SET @b = CONCAT('x', @a); SELECT @b, @c",
    );
    expect(found.kind).toBe("understood");
    if (found.kind === "understood") {
      expect(outputs(found.facts)).toEqual(["@b[customers.ssn] expression", "@c[] expression"]);
    }
  });

  test("within one statement too, wherever it is read", () => {
    expect(outputs(factsOf("SELECT @a, @a := ssn FROM customers"))).toEqual([
      "@a[customers.ssn] expression",
      "@a := ssn[customers.ssn] expression",
    ]);
    expect(outputs(factsOf("SELECT @a := @b, @b := @c, @c := ssn FROM customers"))[0]).toBe(
      "@a := @b[customers.ssn] expression",
    );
    expect(outputs(factsOf("SELECT @n := @n + 1 AS n FROM orders, (SELECT @n := 0) z"))).toEqual([
      "n[] expression",
    ]);
  });

  test("LAST_INSERT_ID keeps a value like a variable", () => {
    const found = inSession("SELECT LAST_INSERT_ID(salary) FROM customers; SELECT LAST_INSERT_ID() i");
    expect(found.kind === "understood" && outputs(found.facts)).toEqual(["i[customers.salary] expression"]);
  });

  test("a prepared text is judged as it runs", () => {
    const found = inSession("PREPARE p FROM 'SELECT ssn FROM customers WHERE id = ?'; EXECUTE p USING @i");
    expect(found.kind === "understood" && outputs(found.facts)).toEqual(["ssn[customers.ssn] direct"]);
    expect(inSession("PREPARE p FROM @t").kind).toBe("cannot_tell");
    expect(inSession("EXECUTE IMMEDIATE CONCAT('DROP TABLE ', 'x')").kind).toBe("cannot_tell");
    expect(targets(factsOf("EXECUTE IMMEDIATE 'DELETE FROM orders'"))).toEqual(["delete orders none"]);
  });

  test("parameters carry what variables hold into a prepared text", () => {
    const found = inSession(
      "SELECT ssn INTO @s FROM customers; PREPARE p FROM 'SELECT ? x'; EXECUTE p USING @s",
    );
    expect(found.kind === "understood" && outputs(found.facts)).toEqual(["x[customers.ssn] expression"]);
  });

  test("a prepared text means the database of then, and no other sql_mode than that of now", () => {
    const executed = (text: string, now: Partial<typeof SETTINGS>) => {
      const prepared = new Map([["p", { text, settings: SETTINGS }]]);
      return understand("EXECUTE p", { ...SETTINGS, ...now }, { ...FRESH_SESSION, prepared });
    };
    const found = executed("SELECT ssn FROM customers", { database: "elsewhere" });
    expect(found.kind === "understood" && outputs(found.facts)).toEqual(["ssn[customers.ssn] direct"]);
    expect(understand("SELECT ssn FROM customers", { ...SETTINGS, database: "elsewhere" }).kind).toBe(
      "unresolved",
    );
    expect(executed("SHOW TABLES", { database: "elsewhere" }).kind).toBe("cannot_tell");
    expect(executed("SELECT ssn FROM customers", { ansiQuotes: true }).kind).toBe("cannot_tell");
  });

  test("HANDLER reads the table that was opened, in the order of its keys", () => {
    const read = (script: string) => {
      const found = inSession(script);
      return found.kind === "understood" ? [...outputs(found.facts), ...shaping(found.facts)] : [found.kind];
    };
    expect(read("HANDLER shop.visits OPEN; HANDLER VISITS READ FIRST")).toEqual([
      "id[visits.id] direct",
      "ssn[visits.ssn] direct",
      "note[visits.note] direct",
      "visits.ssn sort",
    ]);
    expect(read("HANDLER visits OPEN AS customers; HANDLER customers READ NEXT WHERE note = 'x'")).toContain(
      "visits.note filter_equality",
    );
    expect(read("HANDLER visits OPEN; HANDLER visits READ any_index = ('x')")).toContain(
      "visits.note filter_other",
    );
    expect(read("HANDLER visits OPEN; HANDLER visits CLOSE; HANDLER visits READ FIRST")).toEqual([
      "unresolved",
    ]);
    expect(read("HANDLER mails OPEN AS v; HANDLER v READ FIRST")).toEqual(["cannot_tell"]);
  });

  test("naming a partition is a condition on the columns it goes by", () => {
    expect(shaping(factsOf("SELECT id FROM visits PARTITION (p0, p1)"))).toEqual(["visits.ssn filter_other"]);
    expect(shaping(factsOf("DELETE FROM visits PARTITION (p0)"))).toEqual([
      // Whether a row may go tells of those that refer to it.
      "links.name filter_equality",
      "visits.ssn filter_other",
    ]);
    expect(shaping(factsOf("UPDATE visits PARTITION (p0) SET note = 'x'"))).toEqual([
      "links.name filter_equality",
      "visits.ssn filter_other",
    ]);
    expect(shaping(factsOf("INSERT INTO visits PARTITION (p0) (ssn) SELECT name FROM customers"))).toContain(
      "customers.name function_argument",
    );
    expect(understand("SELECT id FROM orders PARTITION (p0)").kind).toBe("cannot_tell");
  });

  test("a count of something computed tells of it", () => {
    const counts = (sql: string) => factsOf(sql).outputs.map((one) => one.countOnly);
    expect(counts("SELECT COUNT(ssn), COUNT(*), COUNT(NULLIF(ssn = '1', 0)) FROM customers")).toEqual([
      true,
      true,
      false,
    ]);
  });

  test.each([
    ["SET NAMES utf8mb4", "names"],
    ["SET NAMES gbk", "character_set_client"],
    ["SET CHARACTER SET sjis", "character_set_client"],
    ["SET @@session.sql_mode = 'ANSI_QUOTES'", "sql_mode"],
    ["SET SESSION TRANSACTION READ WRITE", "transaction_read_only"],
    ["SET ROLE admin", "role"],
    ["SET STATEMENT max_statement_time = 1 FOR SELECT 1", "max_statement_time"],
    ["USE mysql", "search_path"],
  ])("%s changes %s", (sql, setting) => {
    const found = understand(sql);
    expect("facts" in found && found.facts.settings.map((one) => one.name)).toEqual([setting]);
  });

  test("a hint of MySQL sets a variable", () => {
    const facts = factsOf("SELECT /*+ SET_VAR(sql_mode = 'ANSI_QUOTES') */ 1", MYSQL);
    expect(facts.settings.map((one) => one.name)).toEqual(["sql_mode"]);
    expect(factsOf("SELECT /*+ SET_VAR(sql_mode = 'ANSI_QUOTES') */ 1").settings).toEqual([]);
  });
});

describe("actions", () => {
  test.each([
    ["DROP TABLE orders, log", ["drop table", "drop table"]],
    ["DROP DATABASE shop", ["drop schema"]],
    [
      "ALTER TABLE orders DROP note, ADD UNIQUE (total)",
      ["alter table drop_column", "alter table add_constraint"],
    ],
    ["ALTER TABLE orders TRUNCATE PARTITION p1", ["alter table drop_partition"]],
    ["GRANT ALL ON *.* TO x@'%'", ["grant table all_privileges superuser"]],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", ["copy table to_file"]],
    ["LOAD DATA LOCAL INFILE 'x' INTO TABLE log", ["copy table stdin"]],
    ["SET GLOBAL max_connections = 1", ["alter_system server"]],
    [
      "CREATE TABLE far (a INT) ENGINE=FEDERATED CONNECTION='mysql://x'",
      ["create table foreign discovers", "create foreign_server"],
    ],
    ["CREATE FUNCTION sys_exec RETURNS INT SONAME 'x.so'", ["create extension"]],
    ["CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1", ["create procedure security_definer"]],
    ["INSTALL PLUGIN x SONAME 'y'", ["create extension"]],
    ["SHUTDOWN", ["alter_system server"]],
    ["LOCK TABLES orders WRITE", ["lock table"]],
  ])("%s", (sql, expected) => {
    expect(actions(factsOf(sql))).toEqual(expected);
  });

  test("a procedure's rows are its query's; of several nobody tells", () => {
    expect(outputs(factsOf("CALL list_mails('x')"))).toEqual([
      "id[customers.id] direct",
      "Email[customers.Email] direct",
    ]);
    expect(understand("CALL two_lists()").kind).toBe("cannot_tell");
    expect(understand("CALL dynamic()").kind).toBe("cannot_tell");
    expect(understand("CALL nobody_knows()").kind).toBe("cannot_tell");
  });

  test.each([
    "SHOW WARNINGS",
    "SHOW FULL PROCESSLIST",
    "SELECT user FROM mysql.user",
    "SELECT * FROM performance_schema.events_statements_history",
    "SELECT info FROM information_schema.processlist",
    "GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT",
    "CHECKSUM TABLE customers",
  ])("%s shows values of the data", (sql) => {
    const found = understand(sql);
    expect("facts" in found && found.facts.functions.flatMap((one) => one.hazards)).toContain(
      "reveals_data_values",
    );
  });

  test.each(["SELECT @@warning_count", "SELECT @@last_insert_id"])("%s is opaque", (sql) => {
    expect(outputs(factsOf(sql))[0]).toMatch(/ opaque$/);
  });
});

describe("what is not understood is refused", () => {
  test.each([
    ["SELECT nobody_made_this(1)", "cannot_tell"],
    [
      "WITH log AS (SELECT 1 a) SELECT * FROM (WITH b AS (SELECT a FROM log) SELECT * FROM b) c",
      "cannot_tell",
    ],
    [
      "WITH w AS (SELECT 1 a) SELECT * FROM (WITH b AS (SELECT 2 a) SELECT b.a FROM b JOIN w) c",
      "understood",
    ],
    ["WITH w AS (SELECT 1 a), b AS (SELECT a FROM w) SELECT * FROM (SELECT * FROM b) c", "understood"],
    ["HANDLER customers READ FIRST", "unresolved"],
    ["SELECT * FROM customers PROCEDURE ANALYSE()", "cannot_tell"],
    ["SELECT id FROM customers PARTITION (p1)", "cannot_tell"],
    ["BEGIN NOT ATOMIC DELETE FROM orders; END", "cannot_tell"],
    ["SELECT ' FROM customers", "syntax_error"],
    ["SELECT 1 /*! , 2", "syntax_error"],
    ["SELECT 1; DROP TABLE orders", "syntax_error"],
    ["SELECT 1 \u0000", "syntax_error"],
  ])("%s", (sql, kind) => {
    expect(understand(sql).kind).toBe(kind);
  });
});
