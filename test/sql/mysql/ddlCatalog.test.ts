import { faker } from "@faker-js/faker";
import { describe, expect, it } from "vitest";
import { DdlError } from "../../../agent/sql/ddlError.ts";
import { MysqlDdlCatalog } from "../../../agent/sql/mysql/ddlCatalog.ts";
import { generateDdl } from "./generateDdl.ts";

const catalogOf = (ddl: string) => new MysqlDdlCatalog(ddl).catalog;

const columns = (ddl: string) =>
  Object.fromEntries(
    catalogOf(ddl).relations.map(({ schema, name, columns }) => [
      `${schema}.${name}`,
      columns.map((column) => `${column.name} ${column.type}`),
    ]),
  );

function problemOf(ddl: string): unknown {
  try {
    catalogOf(ddl);
  } catch (error) {
    return error instanceof DdlError ? error.problem : error;
  }
  return undefined;
}

describe("MysqlDdlCatalog", () => {
  it("prints types as MySQL does, and as MariaDB where the text is MariaDB's", () => {
    const table =
      "CREATE TABLE t (a int(11), b tinyint(1), c tinyint unsigned, d json, e year, f int(5) zerofill)";
    expect(columns(table)).toEqual({
      "app.t": [
        "a int",
        "b tinyint(1)",
        "c tinyint unsigned",
        "d json",
        "e year",
        "f int(5) unsigned zerofill",
      ],
    });
    const dump = `/*!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n${table};`;
    expect(columns(dump)["app.t"]).toEqual([
      "a int(11)",
      "b tinyint(1)",
      "c tinyint(3) unsigned",
      "d longtext",
      "e year(4)",
      "f int(5) unsigned zerofill",
    ]);
  });

  it("is on the first database named, and keeps the others apart", () => {
    const ddl = `CREATE TABLE before_use (a int); CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`one\`; USE one;
      CREATE TABLE t (a int); USE two; CREATE TABLE t (b int); CREATE TABLE three.t (c date)`;
    const catalog = catalogOf(ddl);
    expect([catalog.database, catalog.searchPath]).toEqual(["one", ["one"]]);
    expect(columns(ddl)).toEqual({
      "one.before_use": ["a int"],
      "one.t": ["a int"],
      "two.t": ["b int"],
      "three.t": ["c date"],
    });
  });

  it("reads views whatever comes first, and shows no column of what it cannot follow", () => {
    expect(
      columns(`CREATE VIEW v AS SELECT w.x FROM w; CREATE VIEW w AS SELECT a AS x FROM t; CREATE VIEW lost AS SELECT z FROM nowhere;
        CREATE TABLE copied AS SELECT z FROM nowhere; CREATE TABLE alike LIKE nowhere; ALTER TABLE nowhere ADD z int;
        CREATE TABLE t (a date)`),
    ).toEqual({ "app.v": ["x date"], "app.w": ["x date"], "app.lost": [], "app.t": ["a date"] });
  });

  it("takes the tables that mysqldump puts in the place of views for what they are", () => {
    expect(
      columns(`/*!50001 CREATE TABLE \`v\` (\n  \`a\` tinyint NOT NULL\n) ENGINE=MyISAM */;
        CREATE TABLE t (a date);
        /*!50001 DROP TABLE IF EXISTS \`v\`*/;
        /*!50001 CREATE ALGORITHM=UNDEFINED */
        /*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER */
        /*!50001 VIEW \`v\` AS select \`t\`.\`a\` AS \`a\` from \`t\` where \`t\`.\`a\` is not null */
        /*!50002 WITH CASCADED CHECK OPTION */;`),
    ).toEqual({ "app.v": ["a date"], "app.t": ["a date"] });
  });

  it("takes what phpMyAdmin and MySQL 8 write", () => {
    const ddl = `SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO"; START TRANSACTION;
      /*!50606 SET GLOBAL INNODB_STATS_AUTO_RECALC=@OLD_INNODB_STATS_AUTO_RECALC */;
      CREATE TABLE \`t\` (
        \`id\` int UNSIGNED NOT NULL,
        \`mail\` varchar(90) COLLATE utf8mb4_0900_ai_ci NOT NULL DEFAULT _utf8mb4'x' /*!80023 INVISIBLE */,
        \`at\` point NOT NULL /*!80003 SRID 4326 */,
        \`on\` bit(1) DEFAULT b'0',
        \`key_of\` varchar(36) DEFAULT (uuid()),
        \`low\` varchar(90) GENERATED ALWAYS AS (lower(\`mail\`)) VIRTUAL,
        UNIQUE KEY \`f\` ((lower(\`mail\`))),
        CONSTRAINT \`c\` CHECK ((\`id\` > 0)) /*!80016 NOT ENFORCED */
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
      /*!50100 PARTITION BY HASH (\`id\`) PARTITIONS 4 */;
      LOCK TABLES \`t\` WRITE; /*!40000 ALTER TABLE \`t\` DISABLE KEYS */;
      INSERT INTO \`t\` (\`id\`) VALUES (1), (2); UNLOCK TABLES;
      ALTER TABLE \`t\` ADD PRIMARY KEY (\`id\`), ADD UNIQUE KEY \`m\` (\`mail\`) USING BTREE;
      ALTER TABLE \`t\` MODIFY \`id\` int UNSIGNED NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=3; COMMIT;`;
    expect(columns(ddl)["app.t"]).toEqual([
      "id int unsigned",
      "mail varchar(90)",
      "at point",
      "on bit(1)",
      "key_of varchar(36)",
      "low varchar(90)",
    ]);
    const found = catalogOf(ddl).relations[0]?.columns ?? [];
    expect(found.filter(({ inPrimaryKey }) => inPrimaryKey).map(({ name }) => name)).toEqual(["id"]);
    expect(found.filter(({ unique }) => unique).map(({ name }) => name)).toEqual(["mail"]);
    expect(found[0]?.checks).toHaveLength(1);
  });

  it("forgets no old meaning of a star and takes no new column for one of the view's", () => {
    const ddl = new MysqlDdlCatalog("CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT * FROM t");
    ddl.apply("ALTER TABLE t ADD c int FIRST");
    const names = ddl.catalog.relations.map(({ columns }) => columns.map(({ name }) => name));
    expect(names).toEqual([
      ["c", "a", "b"],
      ["a", "b"],
    ]);
    ddl.apply("ALTER TABLE t DROP b");
    expect(ddl.catalog.relations.find(({ name }) => name === "v")?.columns).toEqual([]);
  });

  it("says where a statement is not MySQL", () => {
    expect(problemOf("CREATE TABLE a (id int);\n CREATE TABLE b (id int,)")).toMatchObject({
      code: "ddl-invalid",
      message: expect.stringMatching(/^The DDL is not valid MySQL: line 2, column 25: /),
    });
    expect(problemOf("CREAT TABLE a (id int)")).toMatchObject({
      message: expect.stringContaining("line 1, column 1: no statement begins like this"),
    });
    expect(problemOf("CREATE TABLE t (a int, b )")).toMatchObject({ code: "ddl-invalid" });
    expect(problemOf("CREATE TABLE t")).toMatchObject({ code: "ddl-invalid" });
  });

  it("survives a text that ends anywhere, and names no column that the text doesn't", () => {
    faker.seed(11);
    const ddl = generateDdl(4, "cut");
    for (let end = 0; end < ddl.length; end += 7) {
      const text = ddl.slice(0, end);
      const problem = problemOf(text);
      if (problem !== undefined) {
        expect(problem).toMatchObject({ code: "ddl-invalid" });
        continue;
      }
      for (const { columns } of catalogOf(text).relations)
        for (const { name } of columns) expect(text).toContain(name);
    }
  });

  it("reads a dump of 500 tables whole", () => {
    faker.seed(12);
    const { relations, routines } = catalogOf(generateDdl(500, "large"));
    const tables = relations.filter(({ kind }) => kind === "table");
    expect(tables).toHaveLength(500);
    expect(
      tables.filter(({ columns }) => columns.some(({ references }) => references !== undefined)),
    ).toHaveLength(499);
    expect(relations.filter(({ kind, columns }) => kind === "view" && columns.length === 1)).toHaveLength(
      100,
    );
    expect(routines).toHaveLength(72);
  });
});
