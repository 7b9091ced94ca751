import fs from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPostgresCatalog } from "../../agent/catalog/loadPostgresCatalog.ts";
import { DdlError } from "../../agent/sql/ddlError.ts";
import { columnKey } from "../../agent/sql/facts.ts";
import { indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { withoutPsqlLines } from "../../agent/sql/postgres/ddl/psqlText.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import type { Catalog, Column, Relation, Routine } from "../../protocol/catalog.ts";
import { connectRunner } from "../catalog/pgRunner.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";

const BROAD = fs.readFileSync(new URL("./broadSchema.sql", import.meta.url), "utf8");
const DEMO = fs.readFileSync(new URL("../../scripts/demo/schema.sql", import.meta.url), "utf8");

let server: TestPostgres;

beforeAll(async () => {
  await loadPostgresParser();
  server = await startPostgres();
});
afterAll(() => server.stop());

const userMade = ({ schema }: { readonly schema: string }): boolean =>
  schema !== "pg_catalog" && schema !== "information_schema" && !schema.startsWith("pg_t");

/** What a real server says of the same DDL, to a session that comes after it. */
async function fromServer(ddl: string, database: string): Promise<Catalog> {
  const admin = await connectRunner(server.connectionString);
  await admin.execute(`CREATE DATABASE ${database}`);
  await admin.end();
  const url = server.connectionString.replace(/postgres$/, database);
  const maker = await connectRunner(url);
  try {
    const split = splitPostgres(withoutPsqlLines(ddl));
    if (split.kind === "syntax_error") throw new Error(split.message);
    for (const { text } of split.statements) {
      if (!/from stdin/i.test(text)) await maker.execute(text);
    }
  } finally {
    await maker.end();
  }
  const reader = await connectRunner(url);
  try {
    return await loadPostgresCatalog(reader);
  } finally {
    await reader.end();
  }
}

const fullName = (one: { readonly schema: string; readonly name: string }): string =>
  `${one.schema}.${one.name}`;

/** A relation without what only a server has: oids, versions, estimates, its way of printing expressions. */
function comparable(catalog: Catalog, relation: Relation) {
  const nameOf = (oid: number): string =>
    catalog.relations.filter((one) => one.oid === oid).map(fullName)[0] ?? `unknown ${oid}`;
  const routine = (oid: number): string =>
    catalog.routines.filter((one) => one.oid === oid).map(fullName)[0] ?? `unknown ${oid}`;
  return {
    name: fullName(relation),
    kind: relation.kind,
    comment: relation.comment,
    parents: relation.parents.map(nameOf),
    hasRules: relation.hasRules,
    hasRowSecurity: relation.hasRowSecurity,
    hasDefinition: relation.definition !== undefined,
    triggers: relation.triggers.map(({ routineOid, ...one }) => ({ ...one, routine: routine(routineOid) })),
    columns: relation.columns.map(comparableColumn),
    partitionedBy: relation.partitionedBy ?? [],
    rowRules: (relation.rowRules ?? []).map(({ kind, columns }) => `${kind} ${[...columns].sort()}`).sort(),
  };
}

const comparableColumn = (column: Column) => ({
  name: column.name,
  ordinal: column.ordinal,
  type: column.type,
  notNull: column.notNull,
  comment: column.comment,
  hasDefault: column.defaultText !== undefined,
  generated: column.generated,
  inPrimaryKey: column.inPrimaryKey,
  unique: column.unique,
  references: column.references,
  checks: column.checks.length,
});

const comparableRoutine = ({ oid: _, extension: __, defaultsText: ___, body, ...rest }: Routine) => {
  // The server keeps the tree of a body in the form of the standard, and prints it its own way.
  const standard = /^(?:return|begin atomic)\b/i.test(body.trim());
  return { ...rest, body: standard ? "standard" : rest.language === "internal" ? "" : body };
};

/** What flows into each column that a statement returns, and whether it could be followed. */
function lineage(catalog: Catalog, sql: string) {
  const split = splitPostgres(sql);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (!statement) throw new Error(`not one statement: ${sql}`);
  const understanding = understandPostgres(statement, indexCatalog(catalog));
  if (understanding.kind !== "understood" && understanding.kind !== "cannot_tell") return understanding;
  return {
    kind: understanding.kind,
    outputs: understanding.facts.outputs.map((one) => [
      one.name,
      one.transform,
      one.sources.map(columnKey).sort(),
    ]),
  };
}

describe.each([
  ["demo", DEMO],
  ["broad", BROAD],
])("the %s schema, read from its text and from a server", (name, ddl) => {
  let read: Catalog;
  let real: Catalog;

  beforeAll(async () => {
    read = catalogFromPostgresDdl(ddl);
    real = await fromServer(ddl, name);
  });

  it("has the same relations, with the same columns, keys, parents and triggers", () => {
    const of = (catalog: Catalog) =>
      Object.fromEntries(
        catalog.relations.filter(userMade).map((one) => [fullName(one), comparable(catalog, one)]),
      );
    const [mine, theirs] = [of(read), of(real)];
    expect(Object.keys(mine)).toEqual(Object.keys(theirs));
    for (const [key, relation] of Object.entries(theirs)) expect.soft(mine[key]).toEqual(relation);
  });

  it("has the same routines", () => {
    const of = (catalog: Catalog) =>
      catalog.routines
        .filter((one) => one.extension === undefined)
        .map(comparableRoutine)
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(of(read)).toEqual(of(real));
  });

  it("has the same types", () => {
    expect(read.types).toEqual(real.types);
  });

  it("has views that read the same columns", () => {
    const views = real.relations.filter((one) => userMade(one) && /view/.test(one.kind));
    expect(views.length).toBeGreaterThan(3);
    for (const view of views) {
      const sql = `SELECT * FROM "${view.schema}"."${view.name.replaceAll('"', '""')}"`;
      expect.soft({ sql, ...lineage(read, sql) }).toEqual({ sql, ...lineage(real, sql) });
    }
  });

  it("looks names up in the same schemas", () => {
    expect(read.searchPath).toEqual(real.searchPath);
  });
});

const columnsOf = (ddl: string, relation: string): readonly string[] | undefined =>
  catalogFromPostgresDdl(ddl)
    .relations.find((one) => fullName(one) === relation)
    ?.columns.map((column) => `${column.name} ${column.type}`);

describe("DDL that stands alone", () => {
  it("is refused with line, column and the grammar's words where the grammar doesn't take it", () => {
    const ddl = "CREATE TABLE a (x int);\n\nCREATE TABLE b (\n  y int,,\n);";
    let problem: unknown;
    try {
      catalogFromPostgresDdl(ddl);
    } catch (error) {
      problem = error instanceof DdlError ? error.problem : error;
    }
    expect(problem).toMatchObject({
      code: "ddl-invalid",
      message: 'The DDL is not valid PostgreSQL: line 4, column 9: syntax error at or near ",".',
      start: ddl.indexOf(",,") + 1,
      end: ddl.indexOf(",,") + 2,
    });
  });

  it("leaves out what psql reads, and keeps positions", () => {
    const ddl =
      "\\set x 'y\nCREATE TABLE a (x int); -- \\d\nCOPY a FROM stdin;\n1';\n\\.\nSELECT '\\x' \\gset\nCREATE TABLE b ()";
    const left = withoutPsqlLines(ddl);
    expect(left).toHaveLength(ddl.length);
    expect(left.split("\n").map((line) => line.trim())).toEqual([
      ";",
      "CREATE TABLE a (x int); -- \\d",
      "COPY a FROM stdin;",
      ";",
      "",
      "SELECT '\\x' ;",
      "CREATE TABLE b ()",
    ]);
  });

  it("knows the columns of a view it can't follow by their names alone, and invents none", () => {
    const view = "CREATE VIEW v AS SELECT postgis_thing(x.y) AS shape, x.y FROM elsewhere x;";
    expect(columnsOf(view, "public.v")).toEqual(["shape text", "y text"]);
    expect(columnsOf("CREATE VIEW v AS SELECT * FROM elsewhere;", "public.v")).toEqual([]);
    expect(columnsOf("CREATE VIEW v (a, b) AS SELECT * FROM elsewhere;", "public.v")).toEqual([
      "a text",
      "b text",
    ]);
  });

  it("never leads a view to a column that took another's name", () => {
    const catalog = catalogFromPostgresDdl(`
      CREATE TABLE t (ssn text, note text);
      CREATE VIEW plain AS SELECT ssn FROM t;
      CREATE VIEW starred AS SELECT * FROM t;
      ALTER TABLE t RENAME ssn TO number;
      ALTER TABLE t RENAME note TO ssn;
      ALTER TABLE t ADD COLUMN more text;`);
    expect(lineage(catalog, "SELECT ssn FROM plain")).toMatchObject({
      outputs: [["ssn", "direct", ["public.t.number"]]],
    });
    expect(lineage(catalog, "SELECT * FROM starred")).toMatchObject({
      outputs: [
        ["ssn", "direct", ["public.t.number"]],
        ["note", "direct", ["public.t.ssn"]],
      ],
    });
  });

  it("survives the loss of any statements, and names no column that the text doesn't", () => {
    const split = splitPostgres(withoutPsqlLines(BROAD));
    const statements = split.kind === "split" ? split.statements.map((one) => one.text) : [];
    expect(statements.length).toBeGreaterThan(100);
    const known = /^(?:last_value|log_cnt|is_called|column\d)$/;
    fc.assert(
      fc.property(fc.subarray(statements, { minLength: 5 }), (kept) => {
        const text = kept.join(";\n");
        for (const relation of catalogFromPostgresDdl(text).relations) {
          const names = relation.columns.map((column) => column.name);
          expect(names).toEqual([...new Set(names)]);
          for (const name of names) if (!known.test(name)) expect(text).toContain(name.replaceAll('"', '""'));
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
