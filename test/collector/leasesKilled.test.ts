import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import { LOG_LOCK } from "../../collector/store/postgres/openDatabase.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { type Stage, setStage } from "./approving.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { Borrower, define, roleDefinition } from "./lending.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

let stage: Stage;
let server: TestPostgres;
let root: pg.Client;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startPostgres()]);
  root = new pg.Client({ connectionString: server.connectionString });
  await root.connect();
  await root.query('CREATE ROLE "shop reader"');
});
afterAll(async () => {
  await root.end();
  await server.stop();
  await stage.provider.stop();
});

const roles = async (): Promise<readonly string[]> =>
  (
    await root.query<{ name: string }>("SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'sluice\\_%'")
  ).rows.map(({ name }) => name);

/** Keeps everybody from writing the store until it is let go. */
async function hold({ data, database }: CollectorSettings): Promise<() => Promise<void>> {
  if (database === undefined) {
    const file = new Database(path.join(data, "collector.db"));
    file.exec("BEGIN IMMEDIATE");
    return async () => void file.close();
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOG_LOCK]);
  return () => client.end();
}

onEachStore((store) => {
  test("killed after the role was made and before that was written: it is found and dropped", async () => {
    const told = settings(stage.provider, await store.fresh());
    const collector = await CollectorProcess.start(told);
    const token = stage.tokens.ada;
    const device = await enrolled(collector, token, "ada");
    await device.send(collector.url);
    const login = { user: server.user, password: server.password };
    await define(collector, stage.tokens.admin, "shop", {
      after: 0,
      definition: roleDefinition(server),
      login,
    });
    // While somebody reads the list of roles in peace, none is made: the intent is written, and the role waits.
    const blocker = new pg.Client({ connectionString: server.connectionString });
    await blocker.connect();
    await blocker.query("BEGIN; LOCK TABLE pg_authid IN SHARE MODE");
    const asked = new Borrower(() => collector, token, device).lease("shop").catch((error: unknown) => error);
    const waiting = await vi.waitFor(async () => {
      const { rows } = await root.query<{ query: string }>(
        "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.query ?? "";
    }, 30_000);
    // What a server may log of it is what the server keeps of a password, and not the password.
    expect(waiting).toMatch(/^CREATE ROLE sluice_\w+ LOGIN PASSWORD 'SCRAM-SHA-256\$4096:[^']+' VALID UNTIL/);
    const release = await hold(told);
    await blocker.query("COMMIT");
    await blocker.end();
    await vi.waitFor(async () => expect(await roles()).toHaveLength(1), 30_000);
    await collector.kill();
    await release();
    expect(await asked).toBeInstanceOf(Error);
    expect((await ownRecords(told)).at(-1)).toMatchObject({ kind: "lease_opened" });

    const again = await startCollector(told, { now: () => new Date(Date.now() + 60_000) });
    await vi.waitFor(async () => expect(await roles()).toEqual([]), { timeout: 15_000 });
    await vi.waitFor(
      async () =>
        expect((await ownRecords(told)).slice(-2)).toMatchObject([
          { kind: "lease_ended", how: "failed", actor: null },
          { kind: "lease_cleared", result: "dropped" },
        ]),
      30_000,
    );
    await verifyWholeLog(again.url);
    await again.stop();
  });
});
