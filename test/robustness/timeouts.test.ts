import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf, runAll, runOne } from "./engine.ts";

const LONG_QUERY = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b";

let server: TestPostgres;
let home: string;
let engine: Engine;

async function startWith(...flags: readonly string[]): Promise<void> {
  server = await startPostgres(flags);
  home = newHome();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(profileOf(server).id, server.password);
}
afterAll(async () => {
  await engine.close();
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const setting = async (name: string): Promise<unknown> => {
  const governed = await runOne(engine, profileOf(server), `SHOW ${name}`);
  return governed.kind === "rows" ? governed.first.rows[0]?.[0] : governed.kind;
};

describe("a server without limits of its own", () => {
  beforeAll(() => startWith());

  test("gets ours: five minutes for a statement, half an hour for an idle transaction", async () => {
    expect(await setting("statement_timeout")).toBe("5min");
    expect(await setting("idle_in_transaction_session_timeout")).toBe("30min");
  });
  test("also after the session forgot all its settings", async () => {
    for (const forget of ["RESET ALL", "DISCARD ALL", "RESET statement_timeout"]) {
      await runAll(engine, profileOf(server), forget);
      expect(await setting("statement_timeout")).toBe("5min");
    }
  });
  test("a person may choose another one, and a statement over it is ended and says how", async () => {
    await runAll(engine, profileOf(server), "SET statement_timeout = '200ms'");
    expect(await runOne(engine, profileOf(server), LONG_QUERY)).toMatchObject({
      kind: "failed",
      problem: {
        code: "sql-57014",
        action: "Make it smaller, or raise statement_timeout.",
      },
    });
    expect(engine.rooms.ledger.listActivity(1)).toMatchObject([{ outcome: "failed" }]);
    expect(await setting("statement_timeout")).toBe("200ms");
  });
  test("a transaction left idle is ended by the server, and nothing meant for inside runs outside", async () => {
    const connection = profileOf(server);
    await runAll(engine, connection, "RESET ALL; CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
    await runAll(engine, connection, "SET idle_in_transaction_session_timeout = '3s'");
    await runAll(engine, connection, "BEGIN; INSERT INTO kept VALUES (2)");
    await sessionsAre(0, "idle in transaction");
    const governed = await runOne(engine, connection, "DELETE FROM kept WHERE id = 1");
    expect(governed).toMatchObject({ kind: "failed" });
    if (governed.kind !== "failed") return;
    expect(["transaction-lost", "connection-lost"]).toContain(governed.problem.code);
    expect(await runOne(engine, connection, "SELECT id FROM kept")).toMatchObject({
      first: { rows: [["1"]] },
    });
  });
});

/** Waits until so many of our sessions are in this state. */
async function sessionsAre(count: number, state: string): Promise<void> {
  const watcher = new pg.Client({ connectionString: server.connectionString });
  await watcher.connect();
  for (;;) {
    const { rows } = await watcher.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'sluice%' AND state = $1",
      [state],
    );
    if (rows.length === count) break;
  }
  await watcher.end();
}

describe("a server with limits of its own", () => {
  beforeAll(async () => {
    await engine.close();
    await server.stop();
    await startWith("-c", "statement_timeout=7s");
  });
  test("keeps them", async () => expect(await setting("statement_timeout")).toBe("7s"));
});
