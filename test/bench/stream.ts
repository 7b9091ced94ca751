import fs from "node:fs";
import path from "node:path";
import { sessionId } from "../../protocol/ids.ts";
import type { StatementEvent } from "../../protocol/messages.ts";
import { AGENT_FLAGS } from "../../src/agentFlags.ts";
import { startPostgres } from "../postgres.ts";
import { AgentProcess, memoryOf } from "../robustness/agentProcess.ts";
import { newHome, profileOf } from "../robustness/engine.ts";
import { bundledAgent } from "./bundledAgent.ts";
import { mebibytes } from "./measure.ts";

/**
 * Five million rows through a real agent process, page by page as the grid asks for them: how much memory it
 * takes beyond its idle figure. Fails over 60 MB. Run: node test/bench/stream.ts [rows]
 */
const ROWS = Number(process.argv[2] ?? 5_000_000);
const PAGE_ROWS = 2_000;
const ALLOWED = 60 * 1024 * 1024;

const server = await startPostgres();
const home = newHome();
const connection = profileOf(server);
fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [connection] }));
let first: StatementEvent | null = null;
const agent = await AgentProcess.start({
  home,
  arguments: [...AGENT_FLAGS, await bundledAgent()],
  secrets: new Map([[`password:${connection.id}`, server.password]]),
  onStatement: (event) => {
    first = event;
  },
});
await agent.ask("sluice/continueAsLocalUser", {});
await agent.ask("sluice/catalog", { connectionId: connection.id });

const SQL = `SELECT i AS id, i * 7 AS amount, 'product number ' || i AS name, now() AS at FROM generate_series(1, ${ROWS}) i`;
const run = async (text: string): Promise<StatementEvent> => {
  const params = { runToken: text.length.toString(), sessionId: sessionId("bench"), baseOffset: 0 };
  await agent.ask("sluice/run", { ...params, connectionId: connection.id, text, pageRows: PAGE_ROWS });
  if (first === null) throw new Error("Nothing was told of the statement.");
  return first;
};
for (let warm = 0; warm < 20; warm += 1) await run("SELECT 1 AS one");
const idle = await settled();

/** Waits until what compiling WebAssembly took has been given back: the same figure five times in a row. */
async function settled(): Promise<number> {
  for (let same: number[] = []; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { now } = memoryOf(agent.pid);
    same = same.every((before) => Math.abs(before - now) < 1024 * 1024) ? [...same, now] : [now];
    if (same.length === 5) return now;
  }
}

const started = performance.now();
const { state } = await run(SQL);
if (state.kind !== "rows") throw new Error(JSON.stringify(state));
const firstRows = performance.now() - started;
let rows = state.page.rows.length;
let highest = memoryOf(agent.pid).now;
for (let { done } = state.page; !done; ) {
  const page = await agent.ask("sluice/fetch", { resultId: state.resultId, maxRows: PAGE_ROWS });
  rows += page.rows.length;
  done = page.done;
  highest = Math.max(highest, memoryOf(agent.pid).now);
}
const seconds = (performance.now() - started) / 1000;
const added = highest - idle;
console.table([
  {
    rows: rows.toLocaleString("en"),
    "first rows ms": Math.round(firstRows),
    "rows/s": Math.round(rows / seconds).toLocaleString("en"),
    "idle MiB": mebibytes(idle),
    "highest MiB": mebibytes(highest),
    "added MiB": mebibytes(added),
  },
]);
await agent.stop();
await server.stop();
fs.rmSync(home, { recursive: true, force: true });
if (rows !== ROWS) throw new Error(`${rows} rows came of ${ROWS}.`);
if (added > ALLOWED) {
  console.error(`More than ${mebibytes(ALLOWED)} MiB were added.`);
  process.exitCode = 1;
}
