import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogFingerprint } from "../../agent/catalog/fingerprint.ts";
import { loadPostgresCatalog } from "../../agent/catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { connectRunner, type PgRunner } from "./pgRunner.ts";

let server: TestPostgres;
let run: PgRunner;
let oids: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startPostgres();
  run = await connectRunner(server.connectionString);
  await run.execute(`
    CREATE SCHEMA s;
    CREATE TABLE s.t (id int PRIMARY KEY, a text, b varchar(10), g int GENERATED ALWAYS AS (1) STORED);
    CREATE TABLE s.child () INHERITS (s.t);
    CREATE TABLE s.parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE s.part (id int);
    CREATE VIEW s.v AS SELECT id, a FROM s.t;
    CREATE MATERIALIZED VIEW s.m AS SELECT count(*) AS n FROM s.t;
    CREATE UNIQUE INDEX ON s.m (n);
    CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    INSERT INTO s.t (id, a) SELECT i, 'x' FROM generate_series(1, 1000) i;
  `);
  const rows = await run.rows(
    "SELECT relname, oid::text FROM pg_class WHERE relnamespace = 's'::regnamespace AND relkind <> 'i'",
  );
  oids = new Map(rows.map(([name, oid]) => [name ?? "", oid ?? ""]));
});

afterAll(async () => {
  await run.end();
  await server.stop();
});

async function version(name: string): Promise<string> {
  const [row] = await run.rows(relationVersionsSql, [`{${oids.get(name)}}`]);
  return row?.[1] ?? "gone";
}

describe("relation versions", () => {
  it("are the same in the catalog and for chosen oids", async () => {
    const catalog = await loadPostgresCatalog(run);
    const inCatalog = new Map(catalog.relations.map((r) => [String(r.oid), r.version]));
    const all = [...inCatalog.keys()];
    const chosen = await run.rows(relationVersionsSql, [`{${all.join(",")}}`]);
    expect(new Map(chosen.map(([oid, text]) => [oid, text]))).toEqual(inCatalog);
    expect(all.length).toBeGreaterThan(150);
  });

  it("say nothing of relations that do not exist", async () => {
    expect(await run.rows(relationVersionsSql, ["{4294967}"])).toEqual([]);
    expect(await run.rows(relationVersionsSql, ["{}"])).toEqual([]);
  });

  it.each([
    ["t", "ALTER TABLE s.t ADD COLUMN c int"],
    ["t", "ALTER TABLE s.t RENAME COLUMN c TO d"],
    ["t", "ALTER TABLE s.t DROP COLUMN d"],
    ["t", "ALTER TABLE s.t ALTER COLUMN b TYPE varchar(20)"],
    ["t", "ALTER TABLE s.t ALTER COLUMN b TYPE text"],
    ["t", "ALTER TABLE s.t ALTER COLUMN a SET NOT NULL"],
    ["t", "ALTER TABLE s.t ALTER COLUMN a SET DEFAULT 'y'"],
    ["t", "ALTER TABLE s.t ALTER COLUMN a SET DEFAULT 'z'"],
    ["t", "ALTER TABLE s.t ALTER COLUMN g SET EXPRESSION AS (id)"],
    ["t", "ALTER TABLE s.t ADD CONSTRAINT checked CHECK (id > 0)"],
    ["t", "ALTER TABLE s.t ADD UNIQUE (a, id)"],
    ["t", "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY"],
    ["t", "ALTER TABLE s.t RENAME TO t2"],
    ["t", "ALTER TABLE s.t2 RENAME TO t"],
    ["t", "CREATE TRIGGER fired BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.f()"],
    ["t", "ALTER TABLE s.t DISABLE TRIGGER fired"],
    ["t", "CREATE RULE ruled AS ON DELETE TO s.t DO INSTEAD NOTHING"],
    ["t", "CREATE OR REPLACE RULE ruled AS ON DELETE TO s.t DO ALSO NOTHING"],
    ["v", "CREATE OR REPLACE VIEW s.v AS SELECT id, upper(a) AS a FROM s.t"],
    ["v", "ALTER VIEW s.v RENAME COLUMN a TO z"],
    ["v", "ALTER VIEW s.v SET (security_barrier)"],
    ["m", "ALTER MATERIALIZED VIEW s.m RENAME COLUMN n TO total"],
    ["child", "ALTER TABLE s.child NO INHERIT s.t"],
    ["part", "ALTER TABLE s.parts ATTACH PARTITION s.part FOR VALUES FROM (1) TO (10)"],
    ["v", "ALTER SCHEMA s RENAME TO s2"],
    ["v", "ALTER SCHEMA s2 RENAME TO s"],
  ])("of %s change with %s", async (name, ddl) => {
    const before = await version(name);
    const fingerprint = await catalogFingerprint(run);
    await run.execute(ddl);
    expect(await version(name)).not.toBe(before);
    expect(await catalogFingerprint(run)).not.toBe(fingerprint);
  });

  it("change twice within one transaction", async () => {
    await run.execute("BEGIN");
    await run.execute("ALTER TABLE s.t RENAME COLUMN b TO b1");
    const first = await version("t");
    const fingerprint = await catalogFingerprint(run);
    await run.execute("ALTER TABLE s.t RENAME COLUMN b1 TO b2");
    expect(await version("t")).not.toBe(first);
    expect(await catalogFingerprint(run)).not.toBe(fingerprint);
    await run.execute("ROLLBACK");
  });

  it("are gone with the relation", async () => {
    await run.execute("DROP TABLE s.child");
    expect(await version("child")).toBe("gone");
  });

  it.each([
    "ANALYZE s.t",
    "VACUUM s.t",
    "VACUUM FREEZE s.t",
    "VACUUM FULL s.t",
    "INSERT INTO s.t (id, a) VALUES (-5, 'new')",
    "UPDATE s.t SET a = 'changed'",
    "CREATE INDEX ON s.t (a)",
    "REFRESH MATERIALIZED VIEW s.m",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY s.m",
    "TRUNCATE s.t",
    "VACUUM FREEZE pg_class, pg_attribute, pg_rewrite",
    "SELECT pg_stat_reset()",
    "CREATE TEMP TABLE fleeting (id int)",
  ])("stay the same over %s", async (sql) => {
    await run.execute("ALTER TABLE s.t DROP CONSTRAINT IF EXISTS checked");
    const before = [await version("t"), await version("m"), await version("v")];
    const fingerprint = await catalogFingerprint(run);
    await run.execute(sql);
    expect([await version("t"), await version("m"), await version("v")]).toEqual(before);
    if (!sql.startsWith("CREATE INDEX")) expect(await catalogFingerprint(run)).toBe(fingerprint);
  });
});

describe("catalogFingerprint", () => {
  it.each([
    "CREATE TABLE s.fresh (id int)",
    "COMMENT ON COLUMN s.fresh.id IS 'changed'",
    "DROP TABLE s.fresh",
    "CREATE TYPE s.mood AS ENUM ('fine')",
    "ALTER TYPE s.mood ADD VALUE 'sad'",
    "CREATE FUNCTION s.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION s.one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "DROP FUNCTION s.one()",
    "CREATE SCHEMA other",
    "DROP SCHEMA other",
  ])("changes with %s", async (ddl) => {
    const before = await catalogFingerprint(run);
    await run.execute(ddl);
    expect(await catalogFingerprint(run)).not.toBe(before);
  });
});
