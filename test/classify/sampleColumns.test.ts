import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadPostgresCatalog } from "../../agent/catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import { type SampleSource, sampleColumns, sampledColumns } from "../../agent/classify/sampleColumns.ts";
import type { RelationEvidence } from "../../agent/classify/samples.ts";
import { ConnectError } from "../../agent/connect/connectError.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import type { Catalog } from "../../protocol/catalog.ts";
import { connectionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";

let server: TestPostgres;
let admin: pg.Client;
let session: PostgresSession;

const open = (user = server.user, password = server.password): Promise<PostgresSession> =>
  PostgresSession.open({
    profile: {
      id: connectionId("test"),
      name: "test",
      engine: "postgres",
      host: server.host,
      port: server.port,
      database: server.database,
      user,
      tls: "disable",
    },
    password,
    applicationName: "test",
    relationVersionsSql,
  });

interface Outcome {
  readonly seen: ReadonlyMap<string, RelationEvidence>;
  readonly skipped: readonly string[];
}

async function sample(
  catalog: Catalog,
  source: SampleSource = session,
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const seen = new Map<string, RelationEvidence>();
  const skipped: string[] = [];
  await sampleColumns(
    source,
    catalog,
    [...sampledColumns(catalog).keys()],
    {
      sampled: (relation, evidence) => seen.set(`${relation.schema}.${relation.name}`, evidence),
      skipped: (relation, why) => skipped.push(`${relation.schema}.${relation.name}: ${why}`),
    },
    signal,
  );
  return { seen, skipped };
}

beforeAll(async () => {
  server = await startPostgres();
  admin = new pg.Client({ connectionString: server.connectionString });
  await admin.connect();
  await admin.query(`
    CREATE SCHEMA s;
    CREATE TABLE s.large (id int, mail text, n bigint);
    INSERT INTO s.large SELECT i, 'person' || i || '@example.org', i FROM generate_series(1, 60000) i;
    CREATE TABLE s.huge_values (a text, b bytea, c jsonb, d text[]);
    INSERT INTO s.huge_values SELECT repeat('x', 30000000), decode(repeat('00', 5000000), 'hex'),
      jsonb_build_object('k', repeat('y', 20000000)), ARRAY[repeat('z', 20000000)];
    CREATE TABLE s.parts (id int, mail text) PARTITION BY RANGE (id);
    CREATE TABLE s.part_1 PARTITION OF s.parts FOR VALUES FROM (0) TO (10);
    INSERT INTO s.parts SELECT i, 'part' || i || '@example.org' FROM generate_series(0, 9) i;
    CREATE TABLE s.parent (note text);
    CREATE TABLE s.child (own text) INHERITS (s.parent);
    INSERT INTO s.child VALUES ('n', 'child@example.org');
    CREATE TABLE s."odd ""name" ("a ""column" text[], tags text[]);
    INSERT INTO s."odd ""name" VALUES (ARRAY['one@example.org', 'two, "quoted" {x}'], ARRAY['red', NULL]);
    CREATE MATERIALIZED VIEW s.never_filled AS SELECT mail FROM s.large WITH NO DATA;
    CREATE VIEW s.a_view AS SELECT mail FROM s.large;
    CREATE TABLE s.mixed (id int, open_note text, closed_note text);
    INSERT INTO s.mixed SELECT i, 'mail' || i || '@example.org', 'x' FROM generate_series(1, 20) i;
    CREATE ROLE limited LOGIN PASSWORD 'limited-password';
    GRANT USAGE ON SCHEMA s TO limited;
    GRANT SELECT ON s.parts TO limited;
    GRANT SELECT (id, open_note) ON s.mixed TO limited;
    ANALYZE;
  `);
});
afterAll(async () => {
  await session.close();
  await admin.end();
  await server.stop();
});
beforeEach(async () => {
  if (session === undefined || !session.alive) session = await open();
});

describe("samples", () => {
  it("are bounded, from anywhere in a large table, and read every kind of column", async () => {
    const { seen, skipped } = await sample(await loadPostgresCatalog(session));
    const large = seen.get("s.large")?.columns;
    expect(large?.mail?.rows).toBeGreaterThan(50);
    expect(large?.mail?.rows).toBeLessThanOrEqual(400);
    expect(large?.mail?.hits.email).toBe(large?.mail?.distinct);
    expect(large?.n?.values).toBe(large?.n?.rows);
    expect(seen.get("s.parts")?.columns.mail?.hits.email).toBe(10);
    expect(seen.has("s.part_1")).toBe(false);
    expect(Object.keys(seen.get("s.child")?.columns ?? {})).toEqual(["own"]);
    expect(seen.get("s.parent")?.columns.note?.rows).toBe(1);
    expect(seen.get('s.odd "name')?.columns['a "column']?.hits.email).toBe(1);
    expect(seen.has("s.a_view")).toBe(false);
    expect(skipped).toEqual(["s.never_filled: it holds no data yet"]);
    expect(session.transaction()).toBe("none");
  });

  it("never carry a huge value over", async () => {
    let longest = 0;
    const catalog = await loadPostgresCatalog(session);
    const watched: SampleSource = {
      rows: async (sql) => {
        const rows = await session.rows(sql);
        for (const cell of rows.flat()) longest = Math.max(longest, cell?.length ?? 0);
        return rows;
      },
      cancel: () => session.cancel(),
    };
    const { seen } = await sample(catalog, watched);
    expect(seen.get("s.huge_values")?.columns.a?.values).toBe(1);
    expect(longest).toBeLessThanOrEqual(4_000);
  });

  it("cannot write, and stop at their own timeout", async () => {
    const asked: string[] = [];
    const catalog = await loadPostgresCatalog(session);
    await sample(catalog, {
      rows: async (sql) => {
        asked.push(sql);
        if (/TABLESAMPLE/.test(sql)) {
          await expect(session.rows("CREATE TABLE s.written (a int)")).rejects.toMatchObject({
            sqlstate: "25006",
          });
        }
        const rows = await session.rows(sql).catch(() => []);
        if (/set_config/.test(sql)) {
          const [[timeout] = []] = await session.rows("SHOW statement_timeout");
          expect(timeout).toBe("5s");
        }
        return rows;
      },
      cancel: async () => {},
    });
    expect(asked.filter((sql) => sql === "BEGIN READ ONLY").length).toBe(
      asked.filter((sql) => sql === "ROLLBACK").length,
    );
  });

  it("go on past what may not be read, whole tables or columns, and name the tables", async () => {
    const limited = await open("limited", "limited-password");
    const { seen, skipped } = await sample(await loadPostgresCatalog(limited), limited);
    expect([...seen.keys()].sort()).toEqual(["s.mixed", "s.parts"]);
    expect(Object.keys(seen.get("s.mixed")?.columns ?? {}).sort()).toEqual(["id", "open_note"]);
    expect(seen.get("s.mixed")?.columns.open_note?.hits.email).toBe(20);
    expect(skipped).toContain("s.large: this account may not read it");
    await limited.close();
  });

  it("skip tables that vanish meanwhile, without a word", async () => {
    await admin.query("CREATE TABLE s.a_passing (note text); INSERT INTO s.a_passing VALUES ('x')");
    const catalog = await loadPostgresCatalog(session);
    await admin.query("DROP TABLE s.a_passing");
    const { seen, skipped } = await sample(catalog);
    expect(seen.has("s.a_passing")).toBe(false);
    expect(skipped.filter((line) => line.includes("a_passing"))).toEqual([]);
    expect(seen.has("s.large")).toBe(true);
  });

  it("name a table somebody has locked, and do not wait for it", async () => {
    await admin.query("BEGIN; LOCK TABLE s.mixed IN ACCESS EXCLUSIVE MODE");
    const catalog = await loadPostgresCatalog(session);
    const { skipped } = await sample(catalog);
    await admin.query("ROLLBACK");
    expect(skipped).toContain("s.mixed: it was locked");
  });

  it("stop on the server when aborted, and leave the session usable", async () => {
    const catalog = await loadPostgresCatalog(session);
    const abort = new AbortController();
    let sent = 0;
    const slow: SampleSource = {
      rows: async (sql) => {
        if (!sql.startsWith("SELECT pg_catalog.left")) return session.rows(sql);
        sent += 1;
        const running = session.rows("SELECT pg_sleep(60)::text");
        await untilAsleep();
        abort.abort();
        return running;
      },
      cancel: () => session.cancel(),
    };
    const { seen, skipped } = await sample(catalog, slow, abort.signal);
    expect({ sent, seen: seen.size, skipped }).toEqual({ sent: 1, seen: 0, skipped: [] });
    expect(session.transaction()).toBe("none");
    expect(await session.rows("SELECT 1::text")).toEqual([["1"]]);
  });

  it("say so where the connection itself is lost", async () => {
    const doomed = await open();
    const catalog = await loadPostgresCatalog(doomed);
    const source: SampleSource = {
      rows: async (sql) => {
        if (sql.startsWith("SELECT pg_catalog.left")) {
          await admin.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'test' AND state = 'idle in transaction'",
          );
        }
        return doomed.rows(sql);
      },
      cancel: () => doomed.cancel(),
    };
    await expect(sample(catalog, source)).rejects.toBeInstanceOf(ConnectError);
  });
});

/** Until the server says that the statement sleeps. */
async function untilAsleep(): Promise<void> {
  for (;;) {
    const { rows } = await admin.query(
      "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND state = 'active'",
    );
    if (rows.length > 0) return;
  }
}
