import os from "node:os";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { serveHttp } from "../../agent/gateway/mcp/httpServer.ts";
import { ToolSession } from "../../agent/gateway/tools/toolSession.ts";
import { callTool } from "../../agent/gateway/tools/tools.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import type { AiAgentActor } from "../../protocol/actor.ts";
import { connect, overStdio } from "../gateway/mcpClient.ts";
import { openShop } from "../gateway/shop.ts";
import { PERSON } from "../govern/governed.ts";
import { engineIn } from "../robustness/engine.ts";
import { programAsks } from "../tasks/programs.ts";
import { percentile, timed } from "./measure.ts";

/**
 * What a tool call adds to the same query by the same agent through the engine: the tool by itself, over HTTP, and over
 * standard input and output with the official client. Run: node test/bench/toolCall.ts [repetitions]
 */
const REPETITIONS = Number(process.argv[2] ?? 500);
/** The default lets an agent run so many statements a minute. */
const OVER_STDIO = 80;
const ROUNDS = 5;
/** The same again and again is a loop, and one record after the other a search: agents are stopped for both. */
let asked = 0;
const sql = (): string =>
  `SELECT id, title FROM shop.articles WHERE id > 0 ORDER BY id LIMIT ${1 + (asked++ % 7)} OFFSET ${asked % 97}`;
const UNLIMITED = `@taskStatements("1000000") @taskRows("1000000") @statementsPerMinute("1000000") @statementsPerHour("1000000")
permit (principal is AiAgent, action == Action::"read", resource);`;

const shop = await openShop();
const engine = await engineIn(shop.home);
engine.open.passwords.use(shop.profile.id, shop.server.password);
const policy = await createPolicy({ adminPolicies: [{ file: "bench.cedar", text: UNLIMITED }] });
Object.defineProperty(engine.rooms.inForce, "policy", { value: policy });
await engine.open.database(shop.profile).whenClassified();
const agent: AiAgentActor = {
  kind: "ai_agent",
  agent: "bench",
  model: "unknown",
  host: "unknown",
  onBehalfOf: PERSON,
  asserted: true,
};
const input = () => ({ connection: "shop", sql: sql(), purpose: "bench" });
const NEVER = new AbortController().signal;

const session = new ToolSession(engine, "mcp", async () => agent);
const gateway = await serveHttp({
  engine,
  host: "127.0.0.1",
  port: 0,
  publicUrl: null,
  origins: [],
  tls: null,
  issuer: null,
  bearers: () => ({ read: async () => ({ person: PERSON, acting: null, expires: 4_102_444_800 }) }),
});
const http = await connect(new StreamableHTTPClientTransport(new URL(gateway.url)));
const stdio = await overStdio(shop.home);

const checked = async (
  call: Promise<{ readonly structured: Readonly<Record<string, unknown>> }>,
): Promise<void> => {
  const { structured } = await call;
  if (structured.status !== "rows") throw new Error(JSON.stringify(structured));
};
const ways: readonly (readonly [string, number, () => Promise<unknown>])[] = [
  ["engine, as the agent", REPETITIONS, () => programAsks(engine, shop.profile, sql(), agent)],
  ["tool", REPETITIONS, () => checked(callTool(session, "run_query", input(), NEVER))],
  ["MCP over HTTP", REPETITIONS, () => checked(http.call("run_query", input()))],
  ["MCP over stdio", OVER_STDIO, () => checked(stdio.call("run_query", input()))],
];
const rounds = new Map<string, number[]>(ways.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  // They take turns, so that none has the quieter machine.
  for (const [name, count, work] of ways)
    rounds.get(name)?.push(...(await timed(Math.ceil(count / ROUNDS), round === 0 ? 20 : 2, work)));
}
const measured = [...rounds].map(([name, times]) => [name, times.sort((a, b) => a - b)] as const);
const [, base = []] = measured[0] ?? [];
console.log(`${os.cpus()[0]?.model ?? "cpu"} × ${os.cpus().length}: ${sql()}`);
console.table(
  measured.map(([name, times]) => ({
    "": name,
    "p50 ms": percentile(times, 0.5).toFixed(2),
    "p90 ms": percentile(times, 0.9).toFixed(2),
    "added p50": (percentile(times, 0.5) - percentile(base, 0.5)).toFixed(2),
    "added p90": (percentile(times, 0.9) - percentile(base, 0.9)).toFixed(2),
  })),
);
await http.close();
await stdio.close();
await gateway.close();
await engine.close();
await shop.close();
