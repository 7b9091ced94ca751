import fs from "node:fs";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import { sessionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";
import { PERSON } from "./governed.ts";

/** A result that nobody pages through any more keeps nobody else waiting. */

let server: TestPostgres;
let client: pg.Client;
let engine: Engine;
let home: string;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query("CREATE TABLE visits AS SELECT n AS id FROM generate_series(1, 10000) n");
});
afterAll(async () => {
  await client.end();
  await server.stop();
});
beforeEach(async () => {
  home = newHome();
  engine = await engineIn(home);
  engine.open.passwords.use(profileOf(server).id, server.password);
  await engine.open.database(profileOf(server)).whenClassified();
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
  fs.rmSync(home, { recursive: true, force: true });
});

async function run(text: string): Promise<Extract<Governed, { kind: "rows" }>> {
  const ran = engine.run({
    sessionId: sessionId("test"),
    connection: profileOf(server),
    text,
    client: { kind: "cli", session: "test" },
    purpose: undefined,
    pageRows: 10,
    maxCellLength: 100,
    signal: new AbortController().signal,
    keepGoing: false,
    actor: PERSON,
  });
  for await (const { governed } of ran) if (governed.kind === "rows") return governed;
  throw new Error("There are no rows.");
}

test("its transaction ends after a while, and the next page says why there are no more", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const open = await run("SELECT id FROM visits");
  expect((await open.rest.next(10)).rows).toHaveLength(10);
  await client.query("SET lock_timeout = '200ms'");
  await expect(client.query("ALTER TABLE visits ADD COLUMN page text")).rejects.toMatchObject({
    code: "55P03",
  });
  vi.advanceTimersByTime(3 * 60_000);
  vi.useRealTimers();
  await vi.waitFor(() => client.query("ALTER TABLE visits ADD COLUMN page text"), { timeout: 20_000 });
  expect(await open.rest.next(10)).toEqual({
    rows: [],
    done: true,
    truncated: expect.stringContaining("let go"),
  });
});

test("another statement in its session ends it, and the next page says so", async () => {
  const open = await run("SELECT id FROM visits");
  await run("SELECT 1 AS one");
  expect(await open.rest.next(10)).toEqual({
    rows: [],
    done: true,
    truncated: expect.stringContaining("another statement ran"),
  });
});
