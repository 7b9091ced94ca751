import fs from "node:fs";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { ScanView } from "../../protocol/classification.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf, runOne } from "../robustness/engine.ts";

let server: TestPostgres;
let client: pg.Client;
let home: string;
let engine: Engine;
let told: { readonly message: string; readonly scan: ScanView }[];

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  for (const table of ["one", "two", "three"]) {
    await client.query(`CREATE TABLE ${table} (id integer, remarx text)`);
    await client.query(
      `INSERT INTO ${table} SELECT n, 'person' || n || '@example.org' FROM generate_series(1, 50) n`,
    );
  }
});
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

beforeEach(async () => {
  home = newHome();
  told = [];
  engine = await engineIn(home, {
    events: {
      catalogChanged: () => {},
      progress: (_id, message, _done, scan) => told.push({ message, scan }),
    },
  });
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(profileOf(server).id, server.password);
});
afterEach(async () => {
  await engine.close();
  fs.rmSync(home, { recursive: true, force: true });
});

const database = () => engine.open.database(profileOf(server));
const label = (table: string) => database().labelOf({ schema: "public", table, column: "remarx" });

/** A person's statement that runs until it is released. */
function busy(): { readonly work: Promise<void>; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: database().ahead(() => promise), release: resolve };
}

describe("looking at values", () => {
  it("tells how far it is, and what became of it", async () => {
    await database().whenClassified();
    expect(told[0]).toMatchObject({ message: "Classifying test: 0 of 3 tables", scan: { state: "running" } });
    expect(told.at(-1)).toMatchObject({
      message: "Classified test: 3 of 3 tables",
      scan: { state: "done", looked: 3, total: 3, skipped: [] },
    });
    expect(database().scan).toEqual(told.at(-1)?.scan);
  });

  it("waits while a person's statement runs", async () => {
    const statement = busy();
    const other = new AbortController();
    const classified = database()
      .whenClassified()
      .finally(() => other.abort());
    await expect.poll(() => told.length).toBeGreaterThan(0);
    // The catalog is there and the person is answered; no sample was taken.
    expect((await runOne(engine, profileOf(server), "SELECT 1")).kind).toBe("rows");
    expect(told.at(-1)?.scan).toMatchObject({ state: "running", looked: 0 });
    expect(other.signal.aborted).toBe(false);
    expect(label("one")?.infoType).toBe("unclassified");
    statement.release();
    await Promise.all([statement.work, classified]);
    expect(label("one")?.infoType).toBe("email");
  });

  it("is cancelled on demand, also while it waits, and goes on at the next start", async () => {
    const statement = busy();
    await database().catalog();
    await database().cancelScan();
    expect(told.at(-1)).toMatchObject({
      message: "Classification of test was interrupted.",
      scan: { state: "cancelled" },
    });
    expect(label("one")?.infoType).toBe("unclassified");
    statement.release();
    await statement.work;
    await database().refresh(false);
    await database().whenClassified();
    expect(label("one")?.infoType).toBe("email");
  });

  it("begins anew when asked to", async () => {
    await database().whenClassified();
    await client.query("UPDATE one SET remarx = 'teal'");
    await database().rescan();
    await database().whenClassified();
    // What was seen once is taken back by a person alone.
    expect(label("one")?.infoType).toBe("email");
    expect(told.at(-1)?.scan).toMatchObject({ state: "done", total: 3 });
    await client.query("UPDATE one SET remarx = 'person' || id || '@example.org'");
  });
});

describe("what others change", () => {
  it("is noticed when somebody looks again, and only that is scanned", async () => {
    await database().whenClassified();
    await client.query("CREATE TABLE four AS SELECT * FROM one");
    told = [];
    await engine.open.lookAgain();
    await database().whenClassified();
    expect(label("four")?.infoType).toBe("email");
    expect(told.at(-1)?.scan).toMatchObject({ state: "done", looked: 1, total: 1 });
    told = [];
    await engine.open.lookAgain();
    expect(told).toEqual([]);
    await client.query("DROP TABLE four");
  });

  it("is looked for again on a new connection where the server was restarted", async () => {
    await database().whenClassified();
    await client.end();
    await server.restart();
    await engine.open.lookAgain();
    expect(label("one")?.infoType).toBe("email");
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
  });
});
