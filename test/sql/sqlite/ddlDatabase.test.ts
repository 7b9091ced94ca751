import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { loadSqliteCatalog } from "../../../agent/catalog/loadSqliteCatalog.ts";
import { DdlError } from "../../../agent/sql/ddlError.ts";
import { SqliteDdlDatabase } from "../../../agent/sql/sqlite/ddlDatabase.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-ddl-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const relationsOf = async (ddl: string) => {
  const catalog = await loadSqliteCatalog(new SqliteDdlDatabase(ddl));
  return catalog.relations.filter(({ name }) => !name.startsWith("sqlite_"));
};

function problemOf(ddl: string): unknown {
  try {
    new SqliteDdlDatabase(ddl);
  } catch (error) {
    return error instanceof DdlError ? error.problem : error;
  }
  return undefined;
}

const DDL = `
  PRAGMA foreign_keys=OFF;
  BEGIN TRANSACTION;
  CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(80) NOT NULL UNIQUE, boss REFERENCES people);
  INSERT INTO people VALUES (1, 'a;b', NULL);
  CREATE TABLE "odd name" (a, b GENERATED ALWAYS AS (a + 1), c DEFAULT 5);
  CREATE VIEW mails AS SELECT email FROM people;
  CREATE UNIQUE INDEX one ON "odd name" (a);
  CREATE TRIGGER t AFTER INSERT ON people BEGIN DELETE FROM "odd name"; SELECT 1; END;
  CREATE VIRTUAL TABLE docs USING fts5(title, body);
  ALTER TABLE people ADD COLUMN born DATE;
  CREATE TABLE gone (x); DROP TABLE gone;
  COMMIT;`;

describe("SqliteDdlDatabase", () => {
  it("has what SQLite makes of the same text", async () => {
    const database = new Database(":memory:");
    database.exec(DDL);
    const theirs = await loadSqliteCatalog({
      rows: async (sql, values = []) =>
        database
          .prepare(sql)
          .raw(true)
          .all(...values)
          .map((row) => (Array.isArray(row) ? row.map((cell) => (cell === null ? null : String(cell))) : [])),
    });
    const ours = await loadSqliteCatalog(new SqliteDdlDatabase(DDL));
    const bare = ({ relations }: typeof ours) => relations.filter(({ name }) => !name.startsWith("sqlite_"));
    expect(bare(ours)).toEqual(bare(theirs));
    expect(ours.routines).toEqual(theirs.routines);
  });

  it("makes the columns of a query and runs none, however long it would take", async () => {
    const [relation] = await relationsOf(`CREATE TABLE IF NOT EXISTS main.t AS
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, CAST(i AS TEXT) AS s FROM n -- all`);
    expect(relation?.columns.map(({ name }) => name)).toEqual(["i", "s"]);
  });

  it("reaches no other file and sets nothing", async () => {
    const file = path.join(folder, "other.db");
    await relationsOf(`ATTACH '${file}' AS o; CREATE TABLE t (a); VACUUM INTO '${file}'; PRAGMA user_version = 3;
      SELECT load_extension('x'); EXPLAIN CREATE TABLE u (a)`);
    expect(problemOf(`CREATE TABLE o.t (a)`)).toMatchObject({ code: "ddl-invalid" });
    expect(fs.existsSync(file)).toBe(false);
  });

  it("takes what the shell's .schema prints", async () => {
    const names = await relationsOf(`CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);
      CREATE TABLE sqlite_sequence(name,seq);
      CREATE VIRTUAL TABLE docs USING fts5(a)
      /* docs(a) */;
      CREATE TABLE IF NOT EXISTS 'docs_data'(id INTEGER PRIMARY KEY, block BLOB);
      CREATE TABLE 'docs_config'(k PRIMARY KEY, v) WITHOUT ROWID;`);
    expect(names.map(({ name }) => name)).toContain("docs");
  });

  it("says where a text is not SQLite's", () => {
    expect(problemOf("CREATE TABLE a (x);\n  CREATE TABLE b (x,, y)")).toMatchObject({
      code: "ddl-invalid",
      message: expect.stringMatching(
        /^The DDL is not valid SQLite: line 2, column 21: near ",": syntax error\.$/,
      ),
    });
    expect(problemOf("CREATE TABLE a (x); CREATE TABLE a (y)")).toMatchObject({
      message: expect.stringContaining("line 1, column 21: table a already exists"),
    });
    expect(problemOf("CREAT TABLE a (x)")).toMatchObject({ code: "ddl-invalid" });
    expect(problemOf("CREATE TABLE a (x DEFAULT 'open)")).toMatchObject({ code: "ddl-invalid" });
  });
});
