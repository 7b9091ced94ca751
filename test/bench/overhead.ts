import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { startPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf, runOne } from "../robustness/engine.ts";
import { percentile, timed } from "./measure.ts";

/**
 * What governing adds to a simple SELECT that has been seen before: parse to first row, the ledger's fsync
 * included, against plain `pg` on the same server. Run: node test/bench/overhead.ts [repetitions]
 */
const REPETITIONS = Number(process.argv[2] ?? 3_000);
const ROUNDS = 3;
const SQL = "SELECT id, name FROM shop.products WHERE id = 42";

const server = await startPostgres();
const plain = new pg.Client({ connectionString: server.connectionString });
await plain.connect();
await plain.query(`CREATE SCHEMA shop;
  CREATE TABLE shop.products (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO shop.products SELECT i, 'product ' || i FROM generate_series(1, 1000) i; ANALYZE`);

const home = newHome();
const engine = await engineIn(home);
await engine.rooms.identity.continueAsLocalUser();
const connection = profileOf(server);
engine.open.passwords.use(connection.id, server.password);
await engine.open.database(connection).whenClassified();
const governed = async (): Promise<void> => {
  const result = await runOne(engine, connection, SQL);
  if (result.kind !== "rows" || result.first.rows.length !== 1) throw new Error(JSON.stringify(result));
};

const runs: { name: string; times: readonly number[] }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  // The two take turns, so that neither has the quieter machine.
  runs.push({ name: "plain pg", times: await timed(REPETITIONS, 500, () => plain.query(SQL)) });
  runs.push({ name: "governed", times: await timed(REPETITIONS, 500, governed) });
}
const probe = path.join(home, "fsync.probe");
const file = fs.openSync(probe, "w");
const page = Buffer.alloc(4096);
const synced = await timed(500, 50, async () => {
  fs.writeSync(file, page, 0, page.length, 0);
  fs.fdatasyncSync(file);
});
fs.closeSync(file);

const pooled = (name: string): readonly number[] =>
  runs
    .filter((run) => run.name === name)
    .flatMap(({ times }) => times)
    .sort((a, b) => a - b);
const [base, ours] = [pooled("plain pg"), pooled("governed")];
const row = (name: string, at: (share: number) => number): Record<string, string> => ({
  "": name,
  "p50 ms": at(0.5).toFixed(3),
  "p90 ms": at(0.9).toFixed(3),
  "p99 ms": at(0.99).toFixed(3),
});
console.log(`${os.cpus()[0]?.model ?? "cpu"} × ${os.cpus().length}, ${ROUNDS} × ${REPETITIONS} of: ${SQL}`);
console.table([
  row("plain pg", (share) => percentile(base, share)),
  row("governed", (share) => percentile(ours, share)),
  row("added", (share) => percentile(ours, share) - percentile(base, share)),
  row("one fdatasync here", (share) => percentile(synced, share)),
]);

await plain.end();
await engine.close();
await server.stop();
fs.rmSync(home, { recursive: true, force: true });
