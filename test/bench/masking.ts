import fs from "node:fs";
import os from "node:os";
import pg from "pg";
import Cursor from "pg-cursor";
import { openLedger } from "../../agent/audit/ledger.ts";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { Engine } from "../../agent/engine.ts";
import { openHome } from "../../agent/home.ts";
import { Identity } from "../../agent/identity/identity.ts";
import { createPolicy, type PolicySource } from "../../agent/policy/policy.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { sessionId } from "../../protocol/ids.ts";
import { startPostgres } from "../postgres.ts";
import { memorySecrets, newHome, profileOf } from "../robustness/engine.ts";

/**
 * A million rows of ten columns read to their end: three columns masked, the same with the right to see them, and
 * plain pg-cursor, which makes an object of each row. Run: node test/bench/masking.ts [rows]
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

const { environment: _unset, ...connection } = profileOf(server);
const homes: string[] = [];
/** An agent whose person may, or may not, see what the columns hold. */
async function engineFor(adminPolicies: readonly PolicySource[]): Promise<Engine> {
  const home = openHome(newHome());
  homes.push(home.root);
  const secrets = memorySecrets();
  const [policy, ledger] = await Promise.all([
    createPolicy({ adminPolicies }),
    new DeviceKeys(secrets, home.secretsLock)
      .current()
      .then((signer) => openLedger({ path: home.ledger, signer, origin: "cli" })),
    loadPostgresParser(),
  ]);
  const identity = new Identity({ home: home.root, secrets, config: null, openBrowser: async () => false });
  const rooms = { home, secrets, identity, ledger, policy, workspaceFolders: [] };
  const engine = new Engine(rooms, { catalogChanged: () => {}, progress: () => {} });
  await identity.continueAsLocalUser();
  engine.open.passwords.use(connection.id, server.password);
  await engine.open.database(connection).whenClassified();
  return engine;
}
const masking = await engineFor([]);
const revealing = await engineFor([
  { file: "bench", text: `permit (principal is LocalUser, action == Action::"reveal", resource);` },
]);

const COLUMNS = "id, email, phone, card_number, weekday, hour, points, discount, newsletter, batch";

async function governed(engine: Engine): Promise<{ readonly rows: number; readonly masked: number }> {
  const run = engine.run({
    sessionId: sessionId("bench"),
    connection,
    text: `SELECT ${COLUMNS} FROM shop.customers`,
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
  const cursor = client.query(new Cursor<pg.QueryResultRow>(`SELECT ${COLUMNS} FROM shop.customers`));
  let rows = 0;
  for (let page = await cursor.read(PAGE_ROWS); page.length > 0; page = await cursor.read(PAGE_ROWS))
    rows += page.length;
  await cursor.close();
  return { rows, masked: 0 };
}

const WAYS = {
  "governed, 3 masked": () => governed(masking),
  "governed, none masked": () => governed(revealing),
  "pg-cursor, objects": plain,
} as const;

interface Best {
  readonly seconds: number;
  /** Of this process; the server works beside it. */
  readonly cpu: number;
  readonly masked: number;
}
const best = new Map<string, Best>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, read] of Object.entries(WAYS)) {
    const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
    const { rows, masked } = await read();
    if (rows !== ROWS) throw new Error(`${name}: ${rows} rows`);
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(cpuBefore);
    const cpu = (used.user + used.system) / 1_000_000;
    const before = best.get(name) ?? { seconds, cpu };
    best.set(name, { seconds: Math.min(seconds, before.seconds), cpu: Math.min(cpu, before.cpu), masked });
  }
}
console.log(`${os.cpus()[0]?.model ?? "cpu"} × ${os.cpus().length}, best of ${ROUNDS}`);
console.table(
  [...best].map(([name, { seconds, cpu, masked }]) => ({
    "": name,
    "masked columns": masked,
    seconds: seconds.toFixed(2),
    "rows/s": Math.round(ROWS / seconds).toLocaleString("en"),
    "CPU µs a row": ((cpu / ROWS) * 1_000_000).toFixed(2),
  })),
);
await client.end();
await masking.close();
await revealing.close();
await server.stop();
for (const home of homes) fs.rmSync(home, { recursive: true, force: true });
