import fs from "node:fs";
import os from "node:os";
import pg from "pg";
import Cursor from "pg-cursor";
import { sessionId } from "../../protocol/ids.ts";
import { startPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";

/**
 * A million rows of ten columns read to their end: three columns masked, none masked, and plain pg-cursor, which
 * makes an object of each row. Run: node test/bench/masking.ts [rows]
 */
const ROWS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
const PAGE_ROWS = 5_000;

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.connectionString });
await client.connect();
await client.query(`CREATE SCHEMA shop;
  CREATE TABLE shop.customers AS SELECT i AS id, 'person' || i || '@mail.example' AS email,
    '+46 70 ' || lpad((i % 1000000)::text, 7, '0') AS phone, '4111 1111 1111 ' || lpad((i % 10000)::text, 4, '0') AS card_number,
    i % 7 AS weekday, i % 24 AS hour, i * 3 AS points, i % 100 AS discount, i % 2 = 0 AS newsletter, i / 10 AS batch
  FROM generate_series(1, ${ROWS}) i;
  ALTER TABLE shop.customers ADD PRIMARY KEY (id);
  ANALYZE`);

const home = newHome();
const engine = await engineIn(home);
await engine.rooms.identity.continueAsLocalUser();
const { environment: _unset, ...connection } = profileOf(server);
engine.usePassword(connection.id, server.password);
await engine.database(connection).whenClassified();

const SENSITIVE = "id, email, phone, card_number, weekday, hour, points, discount, newsletter, batch";
const PLAIN = "id, weekday AS a, hour AS b, batch AS c, weekday, hour, points, discount, newsletter, batch";

async function governed(columns: string): Promise<{ readonly rows: number; readonly masked: number }> {
  const run = engine.run({
    sessionId: sessionId("bench"),
    connection,
    text: `SELECT ${columns} FROM shop.customers`,
    client: { kind: "cli", session: "bench" },
    purpose: undefined,
    pageRows: PAGE_ROWS,
    maxCellLength: 64 * 1024,
    signal: new AbortController().signal,
    keepGoing: false,
  });
  for await (const { governed: result } of run) {
    if (result.kind !== "rows") throw new Error(result.report.decision.reason);
    let [rows, { done }] = [result.first.rows.length, result.first];
    while (!done) {
      const page = await result.rest.next(PAGE_ROWS);
      rows += page.rows.length;
      done = page.done;
    }
    return { rows, masked: result.columns.filter(({ mask }) => mask !== null).length };
  }
  throw new Error("Nothing came.");
}

async function plain(): Promise<{ readonly rows: number; readonly masked: number }> {
  const cursor = client.query(new Cursor<pg.QueryResultRow>(`SELECT ${SENSITIVE} FROM shop.customers`));
  let rows = 0;
  for (let page = await cursor.read(PAGE_ROWS); page.length > 0; page = await cursor.read(PAGE_ROWS))
    rows += page.length;
  await cursor.close();
  return { rows, masked: 0 };
}

const WAYS = {
  "governed, 3 masked": () => governed(SENSITIVE),
  "governed, none masked": () => governed(PLAIN),
  "pg-cursor, objects": plain,
} as const;

const seconds = new Map<string, { readonly best: number; readonly masked: number }>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, read] of Object.entries(WAYS)) {
    const started = performance.now();
    const { rows, masked } = await read();
    if (rows !== ROWS) throw new Error(`${name}: ${rows} rows`);
    const took = (performance.now() - started) / 1000;
    seconds.set(name, { best: Math.min(took, seconds.get(name)?.best ?? took), masked });
  }
}
console.log(`${os.cpus()[0]?.model ?? "cpu"} × ${os.cpus().length}, best of ${ROUNDS}`);
console.table(
  [...seconds].map(([name, { best, masked }]) => ({
    "": name,
    "masked columns": masked,
    seconds: best.toFixed(2),
    "rows/s": Math.round(ROWS / best).toLocaleString("en"),
  })),
);
await client.end();
await engine.close();
await server.stop();
fs.rmSync(home, { recursive: true, force: true });
