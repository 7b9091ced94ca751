import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { faker } from "@faker-js/faker";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadMysqlCatalog } from "../../../agent/catalog/loadMysqlCatalog.ts";
import { MysqlDdlCatalog } from "../../../agent/sql/mysql/ddlCatalog.ts";
import { splitMysql } from "../../../agent/sql/mysql/split.ts";
import type { Catalog, Relation } from "../../../protocol/catalog.ts";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import { generateChanges, generateDdl } from "./generateDdl.ts";
import { Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: TestMariadb;
let asker: Asker;

beforeAll(async () => {
  server = await startMariadb();
  asker = await Asker.open(server);
  await asker.run("SET sql_mode = ''");
});
afterAll(async () => {
  await asker?.close();
  await server?.stop();
});

/** What both must agree on; of a view's computed columns only a server knows the type. */
function comparable(relation: Relation, other: Relation | undefined) {
  const isView = relation.kind === "view";
  return {
    kind: relation.kind,
    comment: relation.comment,
    partitionColumns: relation.partitionColumns,
    columns: relation.columns.map((column, position) => ({
      name: column.name,
      ordinal: column.ordinal,
      type: other?.columns[position]?.type === "" ? "" : column.type,
      ...(!isView && {
        notNull: column.notNull,
        generated: column.generated,
        inPrimaryKey: column.inPrimaryKey,
        unique: column.unique,
        references: column.references,
        otherReferences: column.otherReferences,
        // A sequence's are the server's own.
        comment: relation.kind === "table" ? column.comment : undefined,
        checks: column.checks.length,
      }),
    })),
    triggers: relation.triggers.map(({ name, events }) => ({ name, events })),
    rowRules: (relation.rowRules ?? []).map(({ kind, columns }) => `${kind} ${[...columns].sort()}`).sort(),
  };
}

function compared(catalog: Catalog, other: Catalog, databases: readonly string[]) {
  const others = new Map(other.relations.map((one) => [`${one.schema}.${one.name}`, one]));
  return {
    relations: Object.fromEntries(
      catalog.relations
        .filter(({ schema }) => databases.includes(schema))
        .map(
          (one) =>
            [`${one.schema}.${one.name}`, comparable(one, others.get(`${one.schema}.${one.name}`))] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    routines: catalog.routines
      .filter(({ schema }) => databases.includes(schema))
      .map(({ oid: _, ...routine }) => routine)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Runs DDL on the server and holds what it lists against what was read of the text alone. */
async function agree(ddl: string, databases: readonly string[]): Promise<MysqlDdlCatalog> {
  for (const database of databases) await asker.run(`DROP DATABASE IF EXISTS ${database}`);
  const split = splitMysql(ddl, SETTINGS);
  if (split.kind !== "split") throw new Error(split.message);
  for (const { text } of split.statements) await asker.run(text);
  const theirs = await loadMysqlCatalog(asker);
  const read = new MysqlDdlCatalog(ddl, "mariadb");
  expect(compared(read.catalog, theirs, databases)).toEqual(compared(theirs, read.catalog, databases));
  return read;
}

const TYPES = `
  CREATE DATABASE types CHARACTER SET utf8mb4; USE types;
  CREATE TABLE numbers (
    a tinyint, b smallint unsigned, c mediumint(5), d int, e integer(7) unsigned zerofill, f bigint, g bool, h int1,
    i decimal, j numeric(8), k dec(10,3) unsigned, l fixed(4,1), m float, n float(20), o float(30), p float(7,3),
    q double, r double precision, s real, t double(9,2) unsigned, u bit, v bit(9), w serial, x int8 signed,
    y bigint unsigned zerofill, z boolean not null);
  CREATE TABLE texts (
    a char, b char(9), c varchar(80), d character varying(70), e national varchar(60), f nchar(5), g nvarchar(6),
    h tinytext, i text, j mediumtext, k longtext, l text(20), m text(200), n text(70000), o long, p long varchar,
    q varchar(20) character set latin1 collate latin1_bin, r char(5) binary, s varchar(30) charset utf8mb4,
    t enum('a','b','it''s','c (d)', 'e,f'), u set('r','w') not null default 'r', v json, w character(3));
  CREATE TABLE others (
    a date, b time, c time(3), d datetime, e datetime(6), f timestamp null, g timestamp(2) null, h year, i binary,
    j binary(16), k varbinary(99), l tinyblob, m blob, n blob(300), o mediumblob, p longblob, q blob(70000),
    r geometry, s point not null, t linestring, u polygon, v uuid, w inet6, x inet4, y long varbinary, z blob(10));
  CREATE SEQUENCE numbering START WITH 100;
`;

const KEYS = `
  CREATE DATABASE firm CHARACTER SET utf8mb4; CREATE DATABASE other CHARACTER SET utf8mb4; USE firm;
  CREATE TABLE \`country\` (\`code\` char(2) NOT NULL COMMENT 'ISO ''3166''', name varchar(80), PRIMARY KEY (\`code\`))
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='Countries; all';
  CREATE TABLE other.site (id int PRIMARY KEY AUTO_INCREMENT, url varchar(200) UNIQUE KEY);
  CREATE TABLE \`Person\` (
    id int unsigned NOT NULL AUTO_INCREMENT,
    \`e-mail\` varchar(120) NOT NULL DEFAULT '' COMMENT "reached at" ,
    country char(2) DEFAULT 'BE' REFERENCES country (code) ON DELETE SET NULL ON UPDATE CASCADE,
    born date DEFAULT NULL,
    age int GENERATED ALWAYS AS (year(born) + 1) VIRTUAL,
    initials varchar(4) AS (left(\`e-mail\`, 2)) STORED,
    salary decimal(10,2) CHECK (salary > 0),
    bonus decimal(10,2),
    seen timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    site int,
    PRIMARY KEY (id) USING BTREE,
    UNIQUE KEY mail (\`e-mail\`),
    UNIQUE two (born, country),
    KEY \`by_born\` (born DESC),
    FULLTEXT KEY words (\`e-mail\`),
    CONSTRAINT enough CHECK (bonus < 1000 and bonus > -1),
    CONSTRAINT relation CHECK (bonus < salary),
    CONSTRAINT at_site FOREIGN KEY (site) REFERENCES other.site (id)
  );
  CREATE TABLE loose (a int NOT NULL, b int NOT NULL, c varchar(9) NOT NULL, UNIQUE (a), UNIQUE (b));
  CREATE TABLE prefixed (c text NOT NULL, d int, UNIQUE KEY (c(10)), UNIQUE KEY (d));
  CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, UNIQUE (a, b));
  CREATE TABLE likewise LIKE \`Person\`;
  CREATE TEMPORARY TABLE passing (id int);
  CREATE TABLE parted (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (to_days(day))
    (PARTITION p0 VALUES LESS THAN (1000), PARTITION p1 VALUES LESS THAN MAXVALUE);
  CREATE TABLE by_key (id int, e varchar(9), f int, PRIMARY KEY (id, e)) PARTITION BY KEY () PARTITIONS 3;
  CREATE TABLE by_list (id int, \`odd \`\`name\` varchar(9)) PARTITION BY LIST COLUMNS (\`odd \`\`name\`, id)
    (PARTITION a VALUES IN (('x', 1), ('y', 2)));
  CREATE TABLE in_two (id int, d date, e int, PRIMARY KEY (id, d)) PARTITION BY RANGE (year(d))
    SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION a VALUES LESS THAN (2020), PARTITION b VALUES LESS THAN MAXVALUE);
  CREATE TABLE by_time (x int) WITH SYSTEM VERSIONING
    PARTITION BY SYSTEM_TIME (PARTITION h HISTORY, PARTITION c CURRENT);
  CREATE TABLE once_parted (id int) PARTITION BY HASH (id); ALTER TABLE once_parted REMOVE PARTITIONING;
  CREATE TABLE later_parted (id int, e int); ALTER TABLE later_parted PARTITION BY LINEAR HASH (e + 1) PARTITIONS 2;
  ALTER TABLE later_parted RENAME COLUMN e TO f;
  CREATE TABLE referring (id int, CONSTRAINT second FOREIGN KEY (id) REFERENCES other.site (id),
    CONSTRAINT first FOREIGN KEY (id) REFERENCES loose (a));
  CREATE TABLE versioned (x int) WITH SYSTEM VERSIONING;
`;

const CHANGES = `
  CREATE DATABASE firm CHARACTER SET utf8mb4; USE firm;
  CREATE TABLE a (id int PRIMARY KEY, one int, two varchar(20) UNIQUE, three text, four int CHECK (four > 1));
  CREATE TABLE b (id int PRIMARY KEY, a_id int, CONSTRAINT to_a FOREIGN KEY (a_id) REFERENCES a (id));
  CREATE TABLE c (id int, two varchar(20));
  ALTER TABLE a ADD COLUMN zero int FIRST, ADD five datetime NULL COMMENT 'when' AFTER one, ADD (six int, seven json);
  ALTER TABLE a CHANGE three third mediumtext NOT NULL, MODIFY COLUMN one bigint unsigned AFTER two;
  ALTER TABLE a RENAME COLUMN two TO second;
  ALTER TABLE a DROP COLUMN six, DROP CONSTRAINT IF EXISTS nothing;
  ALTER TABLE a ADD UNIQUE KEY fifth (five), ADD KEY (zero), ADD CONSTRAINT UNIQUE sole (zero);
  ALTER TABLE a DROP INDEX fifth;
  ALTER TABLE a ALTER COLUMN zero SET DEFAULT 7, ENGINE = InnoDB, COMMENT = 'changed';
  ALTER TABLE b RENAME TO bee;
  RENAME TABLE a TO aa, bee TO bb;
  ALTER TABLE aa CHANGE id number int;
  ALTER TABLE c ADD PRIMARY KEY (id), ADD CONSTRAINT FOREIGN KEY (id) REFERENCES aa (number) ON DELETE CASCADE;
  ALTER TABLE c ADD COLUMN IF NOT EXISTS two int, ADD more int NOT NULL UNIQUE, ADD CHECK (more > 2);
  CREATE TABLE d (id int, x int, y int, KEY both_of (x, y), KEY (x));
  ALTER TABLE d DROP COLUMN y;
  CREATE UNIQUE INDEX d_id ON d (id);
  CREATE INDEX nothing_much ON d (x);
  CREATE TABLE e (id int NOT NULL PRIMARY KEY);
  ALTER TABLE e DROP PRIMARY KEY, ADD n int;
  ALTER TABLE d DROP INDEX d_id;
  DROP INDEX nothing_much ON d;
  CREATE TABLE gone (id int); DROP TABLE IF EXISTS gone, never;
  ALTER TABLE bb DROP FOREIGN KEY to_a;
  CREATE OR REPLACE TABLE c (fresh int);
  CREATE TABLE IF NOT EXISTS c (stale int);
`;

const CODE = `
  CREATE DATABASE firm CHARACTER SET utf8mb4; USE firm;
  CREATE TABLE t (id int, Name varchar(30), note text, born date);
  CREATE TABLE log (line text);
  INSERT INTO t VALUES (1, 'a;b', 'c''d', NULL);
  CREATE VIEW plain AS SELECT id, Name AS called, note FROM t WHERE id > 2 WITH CASCADED CHECK OPTION;
  CREATE VIEW named (first, Second) AS SELECT id, note FROM t;
  CREATE VIEW over_views AS SELECT p.called, n.Second FROM plain p JOIN named n ON n.first = p.id;
  CREATE VIEW everything AS SELECT * FROM t;
  CREATE VIEW computed AS SELECT count(*) AS many, max(born) AS latest, concat(Name, '!') AS loud FROM t GROUP BY id;
  CREATE VIEW united AS SELECT Name AS n FROM t UNION SELECT note FROM t;
  CREATE OR REPLACE ALGORITHM=MERGE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW replaced AS SELECT born FROM t;
  ALTER VIEW replaced AS SELECT note FROM t;
  CREATE TABLE copied AS SELECT id, Name, born FROM t;
  CREATE TABLE mixed (extra int, born varchar(20)) SELECT Name, born FROM t;
  ALTER TABLE t ADD later int;
  DELIMITER $$
  CREATE TRIGGER before_t BEFORE INSERT ON t FOR EACH ROW BEGIN
    SET NEW.note = upper(NEW.note); INSERT INTO log VALUES (NEW.Name);
  END$$
  CREATE DEFINER=CURRENT_USER TRIGGER after_t AFTER UPDATE ON t FOR EACH ROW FOLLOWS_NOTHING: BEGIN END$$
  CREATE PROCEDURE show_it (IN a int, OUT b varchar(40), INOUT c decimal(8,2))
    READS SQL DATA COMMENT 'it''s' SQL SECURITY INVOKER
  BEGIN
    DECLARE x int DEFAULT 1; IF a > x THEN SELECT note INTO b FROM t LIMIT 1; END IF;
  END$$
  CREATE FUNCTION double_it (n int unsigned) RETURNS bigint DETERMINISTIC NO SQL RETURN n * 2$$
  DELIMITER ;
  CREATE FUNCTION words () RETURNS varchar(50) CHARSET utf8mb4 RETURN 'a;b';
  CREATE FUNCTION lost () RETURNS int RETURN 1;
  DROP FUNCTION lost;
  CREATE TRIGGER lost_too BEFORE DELETE ON t FOR EACH ROW SET @x = 1;
  DROP TRIGGER lost_too;
`;

describe("MysqlDdlCatalog lists what MariaDB lists", () => {
  it("of types", async () => {
    await agree(TYPES, ["types"]);
  });

  it("of keys, checks, references and comments", async () => {
    await agree(KEYS, ["firm", "other"]);
  });

  it("after changes", async () => {
    await agree(CHANGES, ["firm"]);
  });

  it("of views, triggers and routines", async () => {
    const read = await agree(CODE, ["firm"]);
    const everything = read.catalog.relations.find(({ name }) => name === "everything");
    expect(everything?.columns.map(({ name }) => name)).toEqual(["id", "Name", "note", "born"]);
  });

  it("of what seeds make up, and of its dump by the server's own tool", async () => {
    for (const seed of [1, 2, 3]) {
      faker.seed(seed);
      await agree(generateDdl(25, `made${seed}`), [`made${seed}`]);
    }
    const { host, port, user, password } = server;
    const { stdout } = await promisify(execFile)(
      "mariadb-dump",
      [`-h${host}`, `-P${port}`, `-u${user}`, `-p${password}`, "--routines", "--databases", "made1", "firm"],
      { maxBuffer: 1 << 28 },
    );
    await agree(stdout, ["made1", "firm"]);
  });

  it.each(Array.from({ length: 20 }, (_, at) => at))(
    "after changes of any kind in any order (%i)",
    async (seed) => {
      faker.seed(seed);
      await asker.run(
        "DROP DATABASE IF EXISTS changing",
        "CREATE DATABASE changing CHARACTER SET utf8mb4",
        "USE changing",
      );
      const ran = ["USE changing"];
      for (const sql of generateChanges(250)) {
        if ((await asker.ask(sql)).kind !== "error") ran.push(sql);
      }
      expect(ran.length).toBeGreaterThan(10);
      const theirs = await loadMysqlCatalog(asker);
      const ours = new MysqlDdlCatalog(`${ran.join(";\n")};`, "mariadb").catalog;
      expect(compared(ours, theirs, ["changing"]), ran.join(";\n")).toEqual(
        compared(theirs, ours, ["changing"]),
      );
    },
  );
});
