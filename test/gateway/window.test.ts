import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CancellationToken } from "vscode-languageserver/node";
import { ProgramRequests } from "../../agent/editor/programRequests.ts";
import type { Engine } from "../../agent/engine.ts";
import { localUser } from "../../agent/identity/localUser.ts";
import type { ToolAnswer } from "../../protocol/tools.ts";
import type { ProgramsWait } from "../../protocol/waiting.ts";
import { problemTold } from "../robustness/engine.ts";
import { editorIn } from "./editor.ts";
import { connect } from "./mcpClient.ts";
import { openShop, type Shop } from "./shop.ts";

/** What a window's agent answers its programs and its person. */
let shop: Shop;
let engine: Engine;
let requests: ProgramRequests;
const told: ProgramsWait[] = [];

beforeAll(async () => {
  shop = await openShop();
  engine = await editorIn(shop.home);
  await engine.rooms.identity.continueAsLocalUser();
  await engine.open.database(shop.profile).whenClassified();
  requests = new ProgramRequests(
    async () => engine,
    (waiting) => told.push(waiting),
  );
  requests.watch();
});
afterAll(async () => {
  await requests?.close();
  await engine?.close();
  await shop?.close();
});

const ask = (method: keyof ReturnType<ProgramRequests["answers"]>, params: unknown): Promise<unknown> =>
  requests.answers()[method](params, CancellationToken.None);
const call = async (tool: string, input: unknown): Promise<ToolAnswer> =>
  (await ask("sluice/programs/call", { tool, input, host: "Editor 1.0" })) as ToolAnswer;
const WRITE = { connection: "shop", sql: "UPDATE shop.orders SET total = 3 WHERE id = 3", purpose: "three" };

test("the window's own server takes its token and no other", async () => {
  const { url, token } = (await ask("sluice/programs/listen", {})) as { url: string; token: string };
  expect(new URL(url).hostname).toBe("127.0.0.1");
  const over = (bearer: string) =>
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: bearer } } });
  await expect(connect(over("Bearer wrong"))).rejects.toThrow();
  await expect(connect(over(`Bearer ${token}x`))).rejects.toThrow();
  const mcp = await connect(over(`Bearer ${token}`), "window agent");
  const seen = await mcp.call("run_query", {
    connection: "shop",
    sql: "SELECT count(*) FROM shop.orders",
    purpose: "x",
  });
  expect(seen.structured).toMatchObject({ status: "rows", rows: [["120"]] });
  expect(await ask("sluice/programs/listen", {})).toEqual({ url, token });
  await mcp.close();
});

test("the person is told what waits, and answers what they were shown", async () => {
  const asked = await call("run_query", WRITE);
  const id = String(asked.structured.handle);
  await expect.poll(() => told.at(-1)?.statements.map((line) => line.id)).toEqual([id]);
  expect(told.at(-1)?.statements[0]).toMatchObject({ text: WRITE.sql, purpose: "three", connection: "shop" });

  for (const review of ["0".repeat(32), id.slice(5)]) {
    const forged = ask("sluice/programs/decide", { id, review, decision: "approve", reason: "" });
    expect(await problemTold(forged)).toMatchObject({ code: "not-reviewed" });
  }
  const first = (await ask("sluice/programs/review", { id })) as { review: string };
  const second = (await ask("sluice/programs/review", { id })) as { review: string };
  const stale = ask("sluice/programs/decide", { id, review: first.review, decision: "approve", reason: "" });
  expect(await problemTold(stale)).toMatchObject({ code: "not-reviewed" });
  await ask("sluice/programs/decide", { id, review: second.review, decision: "approve", reason: "" });
  const twice = ask("sluice/programs/decide", { id, review: second.review, decision: "deny", reason: "no" });
  expect(await problemTold(twice)).toMatchObject({ code: "nothing-waits" });
  expect(told.at(-1)?.statements).toEqual([]);
  expect((await call("run_query", { approval: id, purpose: "three" })).structured).toMatchObject({
    status: "done",
  });
});

test("what changed since it was shown is shown again", async () => {
  const asked = await call("run_query", { ...WRITE, sql: "UPDATE shop.orders SET total = 4 WHERE id = 4" });
  const id = String(asked.structured.handle);
  const { review } = (await ask("sluice/programs/review", { id })) as { review: string };
  // Between reading and answering the agent was shown what a stranger wrote.
  await call("run_query", { connection: "shop", sql: "SELECT title FROM shop.articles", purpose: "titles" });
  const answered = ask("sluice/programs/decide", { id, review, decision: "approve", reason: "" });
  expect(await problemTold(answered)).toMatchObject({ code: "changed-since-review" });
  const again = (await ask("sluice/programs/review", { id })) as { review: string };
  await ask("sluice/programs/decide", { id, review: again.review, decision: "approve", reason: "" });
  expect((await call("run_query", { approval: id, purpose: "four" })).structured).toMatchObject({
    status: "done",
  });
});

test("a stopped task is told, and the person lets it go on", async () => {
  const { structured } = await call("run_query", { connection: "shop", sql: "SELECT 1", purpose: "one" });
  const task = String(structured.task);
  await engine.tasks.stop(task, "budget-rows", "it has read enough.");
  await expect.poll(() => told.at(-1)?.tasks.map(({ id }) => id)).toEqual([task]);
  expect((await call("run_query", { connection: "shop", sql: "SELECT 2", purpose: "two" })).isError).toBe(
    true,
  );
  await ask("sluice/programs/resume", { task, reason: "it does what it should" });
  expect((await call("run_query", { connection: "shop", sql: "SELECT 3", purpose: "three" })).isError).toBe(
    false,
  );
  expect(engine.rooms.identity.requireActor()).toEqual(localUser());
});
