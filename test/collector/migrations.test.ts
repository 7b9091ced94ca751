import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyFiles, readLogKeys } from "../../collector/log/logKeys.ts";
import { restoreLog } from "../../collector/operations/restore.ts";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startPostgres } from "../postgres.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, newDatabase, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

let provider: DemoProvider;
let token: string;
beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());

async function setVersion({ data, database }: CollectorSettings, version: number): Promise<void> {
  if (database === undefined) {
    const file = new Database(path.join(data, "collector.db"));
    file.pragma(`user_version = ${version}`);
    file.close();
    return;
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query("UPDATE sluice_schema SET version = $1", [version]);
  await client.end();
}

onEachStore((store) => {
  test("a store of this version is opened as it is; one of a newer version is left alone", async () => {
    const given = settings(provider, await store.fresh());
    const first = await startCollector(given);
    const device = (await enrolled(first, token)).work(3);
    await device.send(first.url);
    const { size } = await verifyWholeLog(first.url);
    await first.stop();
    const again = await startCollector(given);
    expect((await verifyWholeLog(again.url)).size).toBe(size);
    await again.stop();
    await setVersion(given, 99);
    await expect(startCollector(given)).rejects.toMatchObject({ code: "store-too-new" });
  });
});

test("a folder is one process's; it is free again after it", async () => {
  const given = settings(provider);
  const first = await startCollector(given);
  await expect(startCollector(given)).rejects.toMatchObject({ code: "data-in-use" });
  await expect(restoreLog(readOptions(given))).rejects.toMatchObject({ code: "data-in-use" });
  expect((await fetch(`${first.url}/ready`)).status).toBe(200);
  await first.stop();
  await (await startCollector(given)).stop();
}, 60_000);

test("collectors that begin a database at once begin one log", async () => {
  const server = await startPostgres();
  const database = await newDatabase(server);
  const folders = [newFolder(), newFolder()];
  readLogKeys(keyFiles(folders[0] ?? "", 1));
  for (const key of ["log.key", "chain.key"])
    fs.copyFileSync(path.join(folders[0] ?? "", key), path.join(folders[1] ?? "", key));
  const [one, two] = await Promise.all(
    folders.map((data) => startCollector(settings(provider, { data, database, log: "log.test/sluice" }))),
  );
  if (one === undefined || two === undefined) throw new Error("They did not start.");
  const [left, right] = [await enrolled(one, token), await enrolled(two, token)];
  await Promise.all([left.work(20).send(two.url), right.work(20).send(one.url)]);
  expect(await verifyWholeLog(one.url)).toEqual(await verifyWholeLog(two.url));
  await Promise.all([one.stop(), two.stop()]);
  await server.stop();
});

test("a database that is not there is told without its password", async () => {
  const database = "postgres://somebody:secret-word@127.0.0.1:9/none";
  const problem = await startCollector(settings(provider, { database })).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: "store-unreachable" });
  expect(String(problem)).toContain("127.0.0.1:9");
  expect(String(problem)).not.toContain("secret-word");
});
