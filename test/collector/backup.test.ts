import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { backupStore } from "../../collector/operations/backup.ts";
import { restoreLog } from "../../collector/operations/restore.ts";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { call, type TestDevice } from "./device.ts";
import { Borrower, define } from "./lending.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, newDatabase, newFolder, settings, startCollector } from "./stores.ts";
import { checkpointOf, infoOf, isProven, seqsOf, verifyWholeLog } from "./verifyLog.ts";

const MINUTE = 60_000;

let provider: DemoProvider;
let token: string;
let given: CollectorSettings;
let device: TestDevice;
let backup: string;

const problemOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
const restoreFile = (): void => {
  for (const suffix of ["", "-wal", "-shm"])
    fs.rmSync(path.join(given.data, `collector.db${suffix}`), { force: true });
  fs.copyFileSync(backup, path.join(given.data, "collector.db"));
};

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());

/** A collector that was backed up in the middle of its work, and took more records after. */
beforeEach(async () => {
  given = settings(provider, { log: "log.test/sluice" });
  const collector = await startCollector(given);
  device = (await enrolled(collector, token)).work(10);
  await device.send(collector.url);
  backup = path.join(newFolder(), "backup.db");
  device.work(200);
  const sending = device.send(collector.url, 22);
  await backupStore(readOptions(given), backup);
  await sending;
  await device.work(5).send(collector.url, 22);
  await collector.stop();
});

describe("a backup", () => {
  test("made while records come in is whole, and readable by its owner only", async () => {
    expect(fs.statSync(backup).mode & 0o777).toBe(0o600);
    const elsewhere = settings(provider, {});
    fs.mkdirSync(elsewhere.data, { recursive: true });
    fs.copyFileSync(backup, path.join(elsewhere.data, "collector.db"));
    for (const key of ["log.key", "chain.key"])
      fs.copyFileSync(path.join(given.data, key), path.join(elsewhere.data, key));
    // Nobody can tell what was published after it was made.
    expect(await problemOf(startCollector(elsewhere))).toBe("store-behind");
    expect(await problemOf(restoreLog(readOptions(elsewhere)))).toBe("epoch-unknown");
    expect((await restoreLog(readOptions(elsewhere), { epoch: 2 })).log).toBe("log.test/sluice/2");
    const collector = await startCollector(elsewhere);
    expect((await verifyWholeLog(collector.url)).size).toBeGreaterThan(21);
    await collector.stop();
  });
  test("does not overwrite", async () => {
    expect(await problemOf(backupStore(readOptions(given), backup))).toBe("backup-exists");
    fs.rmSync(backup);
    expect(await problemOf(backupStore(readOptions(given), backup))).toBe("backup-exists");
    expect(fs.existsSync(backup)).toBe(false);
  });
  test("holds the searches people have saved, which the log cannot give back", async () => {
    const running = await startCollector(given);
    const search = { name: "mine", query: "verdict=deny" };
    await call("PUT", `${running.url}/v1/searches`, token, search);
    const to = path.join(newFolder(), "today.db");
    const made = await backupStore(readOptions(given), to);
    expect(made).toEqual({ backup: to, console: to.replace("today.db", "today.console.db") });
    expect(fs.statSync(made.console ?? "").mode & 0o777).toBe(0o600);
    await running.stop();
    for (const name of fs.readdirSync(given.data).filter((one) => /^(collector|console)\.db/.test(one)))
      fs.rmSync(path.join(given.data, name));
    fs.copyFileSync(to, path.join(given.data, "collector.db"));
    fs.copyFileSync(made.console ?? "", path.join(given.data, "console.db"));
    const again = await startCollector(given);
    const { body } = await call("GET", `${again.url}/v1/searches`, token);
    expect(body).toEqual({ searches: [search] });
    await again.stop();
  });
});

describe("a store that is older than what was published", () => {
  test("signs nothing", async () => {
    restoreFile();
    expect(await problemOf(startCollector(given))).toBe("store-behind");
  });
  test("nor does one with other records of the same number", async () => {
    const collector = await startCollector({ ...given, data: newFolder() });
    const { size } = await checkpointOf(collector.url);
    expect(size).toBeGreaterThan(0);
    await collector.stop();
    const published = path.join(given.data, "published");
    const { log, root } = JSON.parse(fs.readFileSync(published, "utf8"));
    fs.writeFileSync(published, JSON.stringify({ log, size: 3, root }));
    expect(await problemOf(startCollector(given))).toBe("store-behind");
  });
  test("becomes a new log, which says where the old one ended and takes what agents send again", async () => {
    const old = JSON.parse(fs.readFileSync(path.join(given.data, "published"), "utf8"));
    restoreFile();
    const restored = await restoreLog(readOptions(given));
    expect(restored).toMatchObject({ log: "log.test/sluice/2", previous: old });
    const collector = await startCollector(given);
    try {
      expect((await infoOf(collector.url)).log).toBe("log.test/sluice/2");
      const { origin } = await checkpointOf(collector.url);
      expect(origin).toBe("log.test/sluice/2");
      // The agent goes on where it believes the collector to be, and is told.
      const last = device.records.length;
      const early = await device.work(1).send(collector.url, last + 1);
      expect(early.body.code).toBe("gap");
      const from = (early.body.head?.seq ?? 0) + 1;
      expect(from).toBeLessThan(last);
      const answer = await device.send(collector.url, from);
      expect(await isProven(collector.url, device, answer.body)).toBe(true);
      const { leaves } = await verifyWholeLog(collector.url);
      expect(seqsOf(leaves, device.chain)).toEqual(device.records.map(({ seq }) => seq));
    } finally {
      await collector.stop();
    }
  });
  test("restored again, even from a backup of the first log, is a third one", async () => {
    restoreFile();
    await restoreLog(readOptions(given));
    restoreFile();
    expect((await restoreLog(readOptions(given))).log).toBe("log.test/sluice/3");
    const collector = await startCollector(given);
    await verifyWholeLog(collector.url);
    await collector.stop();
  });
  test("nor does an empty one; where nothing is left, the new log says so", async () => {
    for (const name of fs.readdirSync(given.data).filter((one) => one.startsWith("collector.db")))
      fs.rmSync(path.join(given.data, name));
    expect(await problemOf(startCollector(given))).toBe("store-behind");
    expect(await restoreLog(readOptions(given))).toMatchObject({ log: "log.test/sluice/2", kept: 0 });
    const collector = await startCollector(given);
    expect((await device.send(collector.url)).body.code).toBe("not-enrolled");
    await call(
      "PUT",
      `${collector.url}/v1/devices/${device.chain}`,
      token,
      device.enrolment(collector.log, "member"),
    );
    expect((await device.send(collector.url)).status).toBe(200);
    await verifyWholeLog(collector.url);
    await collector.stop();
  });
  test("a number that was published before is not used again", async () => {
    restoreFile();
    expect(await problemOf(restoreLog(readOptions(given), { epoch: 1 }))).toBe("epoch-used");
    expect(await problemOf(restoreLog(readOptions(given), { epoch: Number("two") }))).toBe("epoch-invalid");
  });
});

test("a store that holds everything is not made into a new log", async () => {
  expect(await problemOf(restoreLog(readOptions(given)))).toBe("store-current");
});

test("a store exchanged under a running collector stops it from signing", async () => {
  const collector = await startCollector(given);
  const Database = (await import("better-sqlite3")).default;
  const database = new Database(path.join(given.data, "collector.db"));
  database.exec("UPDATE tree SET size = 0, subtrees = x''");
  database.close();
  const answer = await device.work(1).send(collector.url, device.records.length - 1);
  expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect((await fetch(`${collector.url}/ready`)).status).toBe(503);
  expect((await fetch(`${collector.url}/checkpoint`)).status).toBe(503);
  expect((await fetch(`${collector.url}/health`)).status).toBe(200);
  await collector.stop();
});

describe("several collectors over one database", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const sql = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const nameOf = (database: string): string => database.replace(/^.*\//, "");

  test("a database set back starts none of them; restored by one, it is the others' as well", async () => {
    const database = await newDatabase(server);
    const one = settings(provider, { database, log: "log.test/sluice" });
    const collector = await startCollector(one);
    const mine = (await enrolled(collector, token)).work(3);
    await mine.send(collector.url);
    await collector.stop();
    const yesterday = `${nameOf(database)}_yesterday`;
    await sql(`CREATE DATABASE ${yesterday} TEMPLATE ${nameOf(database)}`);

    const two = { ...one, data: newFolder() };
    for (const key of ["log.key", "chain.key"])
      fs.copyFileSync(path.join(one.data, key), path.join(two.data, key));
    const both = [await startCollector(one), await startCollector(two)];
    await mine.work(3).send(both[0]?.url ?? "");
    // The other learns of it, and notes it, by being asked.
    await checkpointOf(both[1]?.url ?? "");
    await Promise.all(both.map((running) => running.stop()));

    const setBack = (given: CollectorSettings): CollectorSettings => ({
      ...given,
      database: database.replace(/[^/]*$/, yesterday),
    });
    for (const given of [one, two])
      expect(await problemOf(startCollector(setBack(given)))).toBe("store-behind");
    expect((await restoreLog(readOptions(setBack(one)))).log).toBe("log.test/sluice/2");
    fs.copyFileSync(path.join(one.data, "chain-2.key"), path.join(two.data, "chain-2.key"));
    const again = [await startCollector(setBack(one)), await startCollector(setBack(two))];
    const url = again[1]?.url ?? "";
    expect((await mine.send(url)).status).toBe(200);
    expect(seqsOf((await verifyWholeLog(url)).leaves, mine.chain)).toHaveLength(mine.records.length);
    await Promise.all(again.map((running) => running.stop()));
    // Back to the old log there is no way.
    expect(await problemOf(startCollector(two))).toBe("store-behind");
  });

  test("a database set back under them stops them from signing", async () => {
    const database = await newDatabase(server);
    const running = await startCollector(settings(provider, { database }));
    const mine = (await enrolled(running, token)).work(3);
    await mine.send(running.url);
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query("UPDATE tree SET size = 0, subtrees = ''");
    await client.end();
    expect(await mine.work(1).send(running.url)).toMatchObject({ status: 503 });
    expect((await fetch(`${running.url}/checkpoint`)).status).toBe(503);
    await running.stop();
  });
});

describe("keys", () => {
  test("that others can read are not used", async () => {
    fs.chmodSync(path.join(given.data, "log.key"), 0o644);
    expect(await problemOf(startCollector(given))).toBe("key-readable");
  });
  test("of another log, or another chain, are not used", async () => {
    const key = fs.readFileSync(path.join(given.data, "log.key"));
    fs.rmSync(path.join(given.data, "log.key"));
    expect(await problemOf(startCollector(given))).toBe("log-key-differs");
    fs.writeFileSync(path.join(given.data, "log.key"), key);
    fs.rmSync(path.join(given.data, "chain.key"));
    expect(await problemOf(startCollector(given))).toBe("chain-key-differs");
  });
  test("a log keeps its name", async () => {
    expect(await problemOf(startCollector({ ...given, log: "log.test/other" }))).toBe("log-name-differs");
  });
});

test("nobody is accused who goes on with a login that was lent, or for longer, after the backup was made", async () => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const [admin, auditor] = await Promise.all([signIn(provider, "admin"), signIn(provider, "auditor")]);
  const before = await startCollector(given, clock);
  const place = { host: "db.test", port: 5432, database: "shop" };
  const target = { name: "Shop", engine: "postgres", ...place, environment: "production", tls: "require" };
  const definition = { target, groups: ["staff"], lending: { kind: "static" }, minutes: 15 };
  const login = { user: "app", password: "a secret" };
  expect((await define(before, admin, "shop", { after: 0, definition, login })).status).toBe(200);
  const borrower = new Borrower(() => before, token, device);
  const [longer, revoked] = [await borrower.lease("shop"), await borrower.lease("shop")];
  backup = path.join(newFolder(), "later.db");
  await backupStore(readOptions(given), backup);
  ahead = 14 * MINUTE;
  await borrower.renew(longer.id);
  const later = await borrower.lease("shop");
  await before.stop();
  restoreFile();
  await restoreLog(readOptions(given), clock);
  const after = await startCollector(given, clock);
  expect((await borrower.end(revoked.id, admin, after.url)).status).toBe(200);
  const connection = { ...intent().connection, ...place, id: "collector:shop" };
  const from = device.records.length + 1;
  const lentAt = Date.now();
  const ran = (lease: string, at: number) =>
    device.write(intent({ connection, lease }), device.signer, new Date(lentAt + at).toISOString());
  const accused = async () => {
    const address = `${after.url}/v1/alerts?kind=lease-use`;
    const { body } = await call<{ alerts: readonly { about: string }[] }>("GET", address, auditor);
    return body.alerts.map(({ about }) => about).toSorted();
  };
  ahead = 40 * MINUTE;
  for (const { id } of [longer, later]) ran(id, 26 * MINUTE);
  expect((await device.send(after.url, from)).status).toBe(200);
  expect(await accused()).toEqual([]);
  // By hand it was over at once, and no login lasts for ever.
  ran(revoked.id, 26 * MINUTE);
  ran(longer.id, 36 * MINUTE);
  ahead = 10 * 60 * MINUTE;
  ran(later.id, 9 * 60 * MINUTE);
  expect((await device.send(after.url, from + 2)).status).toBe(200);
  expect(await accused()).toEqual([revoked.id, longer.id, later.id].toSorted());
  await after.stop();
});
