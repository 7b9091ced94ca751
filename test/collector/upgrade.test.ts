import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import { openSearch } from "../../collector/search/openSearch.ts";
import { placesOf } from "../../collector/search/placesOf.ts";
import { readRecordQuery } from "../../collector/search/recordQuery.ts";
import { openStore } from "../../collector/store/openStore.ts";
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

/** A record in the tables of the version before this one, and the counts that find it. */
const EARLIER = 6;
async function makeEarlier({ data, database }: CollectorSettings): Promise<void> {
  if (database === undefined) {
    const file = new Database(path.join(data, "collector.db"));
    for (const migration of SQLITE_MIGRATIONS.slice(0, EARLIER)) file.exec(migration);
    file.pragma(`user_version = ${EARLIER}`);
    file.exec(RECORDS("X'00'"));
    file.exec("INSERT INTO record_terms VALUES ('type:email', 0)");
    file.close();
    return;
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  for (const migration of POSTGRES_MIGRATIONS.slice(0, EARLIER)) await client.query(migration);
  await client.query("CREATE TABLE sluice_schema (version integer NOT NULL)");
  await client.query(`INSERT INTO sluice_schema VALUES (${EARLIER})`);
  await client.query("CREATE TABLE records_0 PARTITION OF records FOR VALUES FROM (0) TO (10000000)");
  await client.query("ALTER TABLE records ALTER COLUMN terms SET DEFAULT '{type:email}'");
  await client.query(RECORDS("'\\x00'"));
  await client.end();
}

const RECORDS = (bytes: string): string =>
  `INSERT INTO devices (id, chain, name, issuer, subject, owner_name, state, enrolled_at, seq, hash, at)
     ${bytes.startsWith("X") ? "" : "OVERRIDING SYSTEM VALUE"}
     VALUES (1, '${"0".repeat(64)}', 'laptop', 'i', 's', 'Ada', 'active', 0, 1, '', 0);
   INSERT INTO records (leaf_index, device, seq, hash, signature, canonical, received_at, at, said_at, kind, actor,
       connection, environment, verdict, effect, risk)
     VALUES (0, 1, 1, ${bytes}, ${bytes}, '{"body":{"kind":"intent","statement":"SELECT 1"}}', 2000000000, 2000000000,
       1000000000, 'intent', 'user|i|s', 'shop', 'production', 'allow', 'read', 1)`;

onEachStore((store) => {
  test("records of the version before are found by all that they carry, and by the time they tell of", async () => {
    const told = readOptions(settings(stage.provider, await store.fresh()));
    await makeEarlier(told);
    await (await openStore(told)).close();
    const search = await openSearch(told);
    const found = async (text: string) => {
      const given = new URLSearchParams(text);
      const query = readRecordQuery({
        query: (name) => given.get(name) ?? undefined,
        request: { query: Object.fromEntries(given) },
      });
      return (await placesOf(search, query, { kind: "all" })).places.length;
    };
    for (const filter of [
      "actor=user%7Ci%7Cs",
      "connection=shop&environment=production",
      "type=email&verdict=allow&effect=read&kind=intent",
      "from=1970-01-12&to=1970-01-13",
      "from=1970-01-12&to=1970-01-13&actor=user%7Ci%7Cs",
    ])
      expect({ filter, found: await found(filter) }).toEqual({ filter, found: 1 });
    for (const filter of ["connection=other", "type=email&verdict=deny", "from=1970-01-13&to=1970-01-14"])
      expect({ filter, found: await found(filter) }).toEqual({ filter, found: 0 });
    await search.close();
  });

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
