import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import { POSTGRES_MIGRATIONS } from "../../collector/store/postgres/migrations.ts";
import { SQLITE_MIGRATIONS } from "../../collector/store/sqlite/migrations.ts";
import { Hand, orderOf, type Stage, setStage } from "./approving.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

/** Makes the store as the first version did. */
async function makeFirst({ data, database }: CollectorSettings): Promise<void> {
  if (database === undefined) {
    const file = new Database(path.join(data, "collector.db"));
    file.exec(SQLITE_MIGRATIONS[0] ?? "");
    file.pragma("user_version = 1");
    file.close();
    return;
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query(POSTGRES_MIGRATIONS[0] ?? "");
  await client.query("CREATE TABLE sluice_schema (version integer NOT NULL)");
  await client.query("INSERT INTO sluice_schema VALUES (1)");
  await client.end();
}

onEachStore((store) => {
  test("a store of the first version is brought to this one", async () => {
    const told = settings(stage.provider, await store.fresh());
    await makeFirst(told);
    const collector = await startCollector(told);
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    const { body } = await new Hand(() => collector, stage.tokens.ada).ask(orderOf(stage.provider, device));
    expect(body.state).toBe("pending");
    await collector.stop();
  });
});
