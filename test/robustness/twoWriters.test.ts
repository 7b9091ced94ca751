import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listActivity } from "../../agent/audit/readLedger.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import { sessionId } from "../../protocol/ids.ts";
import { bundledAgent } from "../bench/bundledAgent.ts";
import { sluice } from "../cli/sluice.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { AgentProcess } from "./agentProcess.ts";
import { newHome, profileOf } from "./engine.ts";

const COMMANDS = 4;
const STATEMENTS = 25;

let server: TestPostgres;
let home: string;

beforeAll(async () => {
  server = await startPostgres();
  home = newHome();
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

test("an editor's agents and the command line write one ledger at once: one unbroken chain", async () => {
  const connection = profileOf(server, { name: "Shop" });
  fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [connection] }));
  const windows = await Promise.all(
    [1, 2].map(async () => {
      const agent = await AgentProcess.start({
        home,
        secrets: new Map([[`password:${connection.id}`, server.password]]),
        arguments: [await bundledAgent()],
      });
      await agent.ask("sluice/continueAsLocalUser", {});
      return agent;
    }),
  );
  let running = true;
  const counts = windows.map(async (agent, window) => {
    let ran = 0;
    while (running) {
      ran += 1;
      const run = { runToken: `${window}-${ran}`, sessionId: sessionId("s"), connectionId: connection.id };
      await agent.ask("sluice/run", { ...run, text: `SELECT ${ran} AS n`, baseOffset: 0, pageRows: 10 });
    }
    return ran;
  });
  const env = { SLUICE_PASSWORD_TEST: server.password };
  const text = Array.from({ length: STATEMENTS }, (_, n) => `SELECT ${n} AS cli`).join(";");
  const finished = await Promise.all(
    Array.from({ length: COMMANDS }, () => sluice({ home, env }, "query", "-c", "shop", text)),
  );
  running = false;
  const fromWindows = await Promise.all(counts);
  await Promise.all(windows.map((agent) => agent.stop()));

  expect(finished.map(({ code, err }) => [code, err.includes("ledger")])).toEqual(
    finished.map(() => [0, false]),
  );
  const entries = listActivity(path.join(home, "ledger.db"), 100_000);
  const fromCli = entries.filter(({ statement }) => statement.endsWith("cli"));
  expect(fromCli).toHaveLength(COMMANDS * STATEMENTS);
  expect(entries.length - fromCli.length).toBe(fromWindows.reduce((sum, ran) => sum + ran));
  expect(entries.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  // Both windows and the command line keep a key each; whichever wrote, it is one chain.
  expect(await verifyLedger(path.join(home, "ledger.db"))).toMatchObject({ kind: "intact", keys: 3 });
});
