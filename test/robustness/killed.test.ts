import fs from "node:fs";
import path from "node:path";
import { base, en, Faker } from "@faker-js/faker";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listActivity } from "../../agent/audit/readLedger.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { ActivityEntry } from "../../protocol/messages.ts";
import { bundledAgent } from "../bench/bundledAgent.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { AgentDied, AgentProcess } from "./agentProcess.ts";
import { newHome, profileOf } from "./engine.ts";

/** SLUICE_LONG=1 kills 200 times. */
const KILLS = process.env.SLUICE_LONG ? 200 : 25;
const SESSIONS = 3;
const LONGEST_LIFE_MS = 250;

const faker = new Faker({ locale: [en, base], seed: 20 });
const home = newHome();
const ledger = path.join(home, "ledger.db");
const secrets = new Map<string, string>();
let server: TestPostgres;
let client: pg.Client;
let script: string;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query("CREATE SCHEMA shop; CREATE TABLE shop.marker (id int)");
  const connection = profileOf(server);
  secrets.set(`password:${connection.id}`, server.password);
  fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [connection] }));
  script = await bundledAgent();
});
afterAll(async () => {
  await client.end();
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

test(`killed ${KILLS} times under load: nothing ran unrecorded, nothing stays open`, {
  timeout: 30 * 60_000,
}, async () => {
  const seen = { executed: 0, unknown: 0, done: 0 };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const agent = await AgentProcess.start({ home, secrets, arguments: [script] });
    // Every fourth one dies while it starts, before or after it opened the ledger.
    if (kill % 4 === 3) {
      await killWithin(agent, LONGEST_LIFE_MS);
      continue;
    }
    await agent.ask("sluice/continueAsLocalUser", {});
    Object.assign(seen, await everythingIsOnRecord());
    const load = Array.from({ length: SESSIONS }, (_, session) => work(agent, session));
    await oneStatementRan(seen.executed);
    await killWithin(agent, LONGEST_LIFE_MS);
    await Promise.all(load);
  }
  const last = await AgentProcess.start({ home, secrets, arguments: [script] });
  await last.ask("sluice/continueAsLocalUser", {});
  const { executed, unknown, done } = await everythingIsOnRecord();
  await last.stop();
  expect(executed).toBeGreaterThan(KILLS);
  expect(done).toBeGreaterThan(KILLS);
  expect(unknown).toBeGreaterThan(0);
  const report = await verifyLedger(ledger);
  expect(report).toMatchObject({ kind: "intact", keys: 1 });
  console.log(
    `${KILLS} kills: ${executed} statements executed, ${done} known to be done, ${unknown} closed as unknown, ${report.kind === "intact" ? report.records : 0} records`,
  );
});

let marker = 0;

/** Statements one after the other until the agent dies: writes that can be counted, and results left open. */
async function work(agent: AgentProcess, session: number): Promise<void> {
  const connection = profileOf(server);
  for (;;) {
    marker += 1;
    const text =
      marker % 7 === 0
        ? `SELECT i FROM generate_series(1, 100000) i -- ${marker}`
        : `INSERT INTO shop.marker (id) VALUES (${marker})`;
    try {
      await agent.ask("sluice/run", {
        runToken: String(marker),
        sessionId: sessionId(`s${session}`),
        connectionId: connection.id,
        text,
        baseOffset: 0,
        pageRows: 100,
      });
    } catch (error) {
      if (error instanceof AgentDied || agent.dead) return;
      throw error;
    }
  }
}

const killWithin = async (agent: AgentProcess, milliseconds: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, faker.number.float({ max: milliseconds })));
  await agent.kill();
  await backendsAreGone();
};

/** What a killed agent sent last may still be running on the server: only then can rows be counted. */
async function backendsAreGone(): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'sluice/%' LIMIT 1",
    );
    if (rows.length === 0) return;
  }
}

async function oneStatementRan(before: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ count: number }>("SELECT count(*)::int AS count FROM shop.marker");
    if ((rows[0]?.count ?? 0) > before) return;
  }
}

/** Called when an agent has started and asked for nothing yet. */
async function everythingIsOnRecord(): Promise<typeof seenNothing> {
  expect(await verifyLedger(ledger)).toMatchObject({ kind: "intact" });
  const entries = listActivity(ledger, 1_000_000);
  expect(entries.filter(({ outcome }) => outcome === "running")).toEqual([]);
  const recorded = new Map<number, ActivityEntry>();
  for (const entry of entries) {
    const id = /VALUES \((\d+)\)/.exec(entry.statement)?.[1];
    if (id !== undefined) recorded.set(Number(id), entry);
  }
  const { rows } = await client.query<{ id: number }>("SELECT id FROM shop.marker");
  const executed = new Set(rows.map(({ id }) => id));
  const unrecorded = [...executed].filter((id) => !recorded.has(id));
  expect(unrecorded, "statements that ran and are not on record").toEqual([]);
  const misjudged = [...recorded].filter(
    ([id, { outcome }]) => outcome !== "unknown" && (outcome === "done") !== executed.has(id),
  );
  expect(misjudged, "records that say otherwise than the table").toEqual([]);
  const withOutcome = (wanted: ActivityEntry["outcome"]): number =>
    entries.filter(({ outcome }) => outcome === wanted).length;
  return { executed: executed.size, done: withOutcome("done"), unknown: withOutcome("unknown") };
}

const seenNothing = { executed: 0, unknown: 0, done: 0 };
