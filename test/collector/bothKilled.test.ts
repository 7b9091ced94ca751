import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { base, en, Faker } from "@faker-js/faker";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listActivity } from "../../agent/audit/readLedger.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { bundledAgent } from "../bench/bundledAgent.ts";
import { AgentDied, AgentProcess } from "../robustness/agentProcess.ts";
import { newHome } from "../robustness/engine.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { startProvider } from "./people.ts";
import { settings } from "./stores.ts";
import { seqsOf, verifyWholeLog } from "./verifyLog.ts";

/** The agent as an editor starts it and a collector, each a process, with a line between them that the test sees. */

const KILLS = Number(process.env.SLUICE_KILLS ?? 100);
const faker = new Faker({ locale: [en, base], seed: 44 });
const home = newHome();
const ledger = path.join(home, "ledger.db");
const file = path.join(home, "shop.db");
const secrets = new Map<string, string>();
const connection: ConnectionProfile = {
  id: connectionId("shop"),
  name: "shop",
  engine: "sqlite",
  host: "",
  port: 0,
  database: file,
  user: "",
  environment: "development",
  tls: "disable",
};

let provider: DemoProvider;
let script: string;
let line: Line;

beforeAll(async () => {
  provider = await startProvider();
  script = await bundledAgent();
  line = await Line.open();
  const shop = new Database(file);
  shop.exec("CREATE TABLE marker (id INTEGER)");
  shop.close();
  fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [connection] }));
});
afterAll(async () => {
  await line.close();
  await provider.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

test(`agent and collector killed ${KILLS} times within batches: nothing is lost, doubled or unrecorded`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const given = settings(provider);
  let collector = await CollectorProcess.start(given);
  line.leadsTo = collector.url;
  let agent = await startAgent();
  await agent.ask("sluice/signIn", {});
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const load = Promise.all([work(agent), send(agent)]);
    await line.within(faker.number.int({ max: 2 }), faker.helpers.arrayElement(["request", "answer"]));
    const whom = faker.helpers.weightedArrayElement([
      { value: "agent", weight: 5 },
      { value: "collector", weight: 5 },
      { value: "both", weight: 2 },
    ]);
    if (whom !== "agent") {
      await collector.kill();
      collector = await CollectorProcess.start(given);
      line.leadsTo = collector.url;
    }
    if (whom !== "collector") {
      await agent.kill();
      await load;
      acknowledged = await goesOnFrom(acknowledged);
      agent = await startAgent();
    } else {
      stop = true;
      await load;
    }
    stop = false;
  }
  await allSent(agent);
  await agent.stop();
  await goesOnFrom(acknowledged);
  await everyRecordOnce(collector.url);
  expect(await collector.stop()).toBe(0);
});

const startAgent = (): Promise<AgentProcess> =>
  AgentProcess.start({
    home,
    secrets,
    arguments: [script],
    env: { SLUICE_COLLECTOR: line.url },
    openBrowser: (url) => void completeLogin(url, { login: "member", password: "member-test" }),
  });

let marker = 0;
let stop = false;

/** Writes one after the other until told to stop, or the agent dies. */
async function work(agent: AgentProcess): Promise<void> {
  while (!stop) {
    marker += 1;
    try {
      await agent.ask("sluice/run", {
        runToken: String(marker),
        sessionId: sessionId("s"),
        connectionId: connection.id,
        text: `INSERT INTO marker (id) VALUES (${marker})`,
        baseOffset: 0,
        pageRows: 100,
      });
    } catch (error) {
      if (error instanceof AgentDied || agent.dead) return;
      throw error;
    }
  }
}

/** As a person who asks for it again and again: the pauses between an agent's own tries would be most of the test. */
async function send(agent: AgentProcess): Promise<void> {
  while (!stop) {
    try {
      await agent.ask("sluice/sync", {});
    } catch (error) {
      if (error instanceof AgentDied || agent.dead) return;
      throw error;
    }
  }
}

async function allSent(agent: AgentProcess): Promise<void> {
  for (;;) {
    const state = await agent.ask("sluice/sync", {});
    if (state.kind === "synced") return;
    expect(state.kind, JSON.stringify(state)).toBe("behind");
  }
}

/** The ledger verifies, and what was acknowledged once still is. */
async function goesOnFrom(before: number): Promise<number> {
  expect(await verifyLedger(ledger)).toMatchObject({ kind: "intact" });
  const reader = new Database(ledger, { readonly: true });
  const acknowledged = reader.prepare("SELECT acknowledged FROM collectors").pluck().get();
  reader.close();
  expect(acknowledged).toBeGreaterThanOrEqual(before);
  return Number(acknowledged);
}

/** What ran is on record, and the log holds every record of the ledger once and in order. */
async function everyRecordOnce(url: string): Promise<void> {
  const reader = new Database(ledger, { readonly: true });
  const records = reader.prepare("SELECT hash FROM records ORDER BY seq").pluck().all();
  reader.close();
  const { leaves } = await verifyWholeLog(url);
  expect(seqsOf(leaves, String(records[0]))).toEqual(records.map((_, place) => place + 1));
  const shop = new Database(file, { readonly: true });
  const ran = shop.prepare("SELECT id FROM marker").pluck().all();
  shop.close();
  const recorded = new Set(
    listActivity(ledger, 1_000_000).map(({ statement }) => Number(/\d+/.exec(statement)?.[0])),
  );
  expect(ran.length).toBeGreaterThan(KILLS);
  expect(ran.filter((id) => !recorded.has(Number(id)))).toEqual([]);
}

/** What agent and collector say to each other goes through here, at an address that stays. */
class Line {
  leadsTo = "";
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #watching: { left: number; readonly part: "request" | "answer"; met(): void } | null = null;

  static async open(): Promise<Line> {
    const line = new Line();
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  private constructor() {
    this.#server = net.createServer((agent) => {
      const collector = net.connect(Number(new URL(this.leadsTo).port), "127.0.0.1");
      let batch = false;
      agent.on("data", (bytes) => {
        batch = bytes.includes("/records HTTP/1.1") || batch;
        if (batch) this.#passes("request");
        collector.write(bytes);
      });
      collector.on("data", (bytes) => {
        if (batch) this.#passes("answer");
        batch = false;
        agent.write(bytes);
      });
      for (const [one, other] of [
        [agent, collector],
        [collector, agent],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => {});
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** Resolves while that part of a batch is on its way, after so many others. */
  within(others: number, part: "request" | "answer"): Promise<void> {
    return new Promise((resolve) => {
      this.#watching = { left: others, part, met: resolve };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #passes(part: "request" | "answer"): void {
    const watching = this.#watching;
    if (watching?.part !== part) return;
    watching.left -= 1;
    if (watching.left >= 0) return;
    this.#watching = null;
    watching.met();
  }
}
