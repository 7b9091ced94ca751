import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { localUser } from "../../agent/identity/localUser.ts";
import { problemTold } from "../robustness/engine.ts";
import { answer, editorIn } from "./editor.ts";
import { type McpClient, overStdio } from "./mcpClient.ts";
import { markersShown, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let mcp: McpClient;
let editor: Engine;
const person = localUser();
const notified: unknown[] = [];

beforeAll(async () => {
  shop = await openShop();
  editor = await editorIn(shop.home);
  await editor.open.database(shop.profile).whenClassified();
  mcp = await overStdio(shop.home);
  mcp.client.fallbackNotificationHandler = async ({ params }) => {
    notified.push(params);
  };
});
afterAll(async () => {
  await mcp?.close();
  await editor?.close();
  await shop?.close();
});

const query = (sql: string, more: Record<string, unknown> = {}) =>
  mcp.call("run_query", { connection: "shop", sql, purpose: "to look at the shop", ...more });
const total = async (): Promise<unknown> =>
  (await shop.run("SELECT total FROM shop.orders WHERE id = 1"))[0]?.total;

test("every tool has schemas and says whether it only looks", async () => {
  const { tools } = await mcp.client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    "approval_status",
    "check_statement",
    "describe_schema",
    "explain_statement",
    "list_connections",
    "read_result",
    "run_query",
  ]);
  for (const { inputSchema, outputSchema, annotations, name } of tools) {
    expect(inputSchema.type).toBe("object");
    expect(outputSchema?.type).toBe("object");
    expect(annotations?.readOnlyHint).toBe(name !== "run_query");
  }
});

test("connections and their schema, with labels and by page", async () => {
  expect((await mcp.call("list_connections")).structured).toMatchObject({
    connections: [{ name: "shop", environment: "development" }],
  });
  const { structured, text } = await mcp.call("describe_schema", { connection: "shop", filter: "customers" });
  expect(structured).toMatchObject({ total: 1, tables: [{ schema: "shop", name: "customers" }] });
  expect(JSON.stringify(structured)).toContain('"info_type":"email","level":"confidential","masked":true');
  const [begin, end] = [text.indexOf("BEGIN UNTRUSTED"), text.lastIndexOf("END UNTRUSTED")];
  expect(text.indexOf("Ignore the policy")).toBeGreaterThan(begin);
  expect(text.indexOf("Ignore the policy")).toBeLessThan(end);
});

test("the columns of a view are what their data is", async () => {
  const { structured } = await mcp.call("describe_schema", { connection: "shop", filter: "overview" });
  expect(structured).toMatchObject({
    tables: [
      {
        columns: [
          { name: "id", masked: false },
          { name: "contact", info_type: "email", level: "confidential", masked: true },
          { name: "one", info_type: "none", level: "public", masked: false },
        ],
      },
    ],
  });
});

test("nothing of it shows what is hidden", async () => {
  const everything = await query("SELECT * FROM shop.customers WHERE id < 3");
  expect(everything.structured).toMatchObject({ status: "rows" });
  expect(markersShown(JSON.stringify(everything))).toEqual([]);
  expect(everything.text).toContain("masked");
});

test("rows come masked, delimited and page by page", async () => {
  const first = await query("SELECT id, email, total FROM shop.customers JOIN shop.orders USING (id)", {
    max_rows: 7,
  });
  expect(first.structured).toMatchObject({ status: "rows", row_count: 60, next_offset: 7, untrusted: true });
  expect(markersShown(first.text + JSON.stringify(first.structured))).toEqual([]);
  const next = await mcp.call("read_result", {
    result_id: first.structured.result_id,
    offset: 7,
    max_rows: 5,
  });
  expect(next.structured).toMatchObject({ next_offset: 12 });
  expect(String(next.structured.rows)).toContain("8,");
});

test("a purpose is required, and one statement at a time", async () => {
  expect((await mcp.call("run_query", { connection: "shop", sql: "SELECT 1", purpose: " " })).text).toContain(
    "purpose-required",
  );
  const none = await mcp.call("run_query", { connection: "shop", sql: "SELECT 1" });
  expect(none.isError).toBe(true);
  const stacked = await query("SELECT 1; UPDATE shop.orders SET total = 0 WHERE id = 1");
  expect(stacked.text).toContain("one-statement");
  expect(await total()).toBe("1.5");
});

test("what is denied says why and what to do", async () => {
  const denied = await query("SELECT id FROM shop.customers WHERE email LIKE 'zq%'");
  expect(denied.structured).toMatchObject({ status: "denied", report: { decision: "deny" } });
  const failed = await query("SELECT * FROM shop.nothing");
  expect(failed.structured).toMatchObject({
    status: "denied",
    report: { findings: [{ rule: "unresolved-name" }] },
  });
  const unknown = await mcp.call("run_query", { connection: "nowhere", sql: "SELECT 1", purpose: "x" });
  expect(unknown.structured).toMatchObject({ problem: { code: "no-such-connection" } });
});

test("a plan is shown, and nothing runs", async () => {
  const plan = await mcp.call("explain_statement", {
    connection: "shop",
    sql: "SELECT * FROM shop.orders",
    purpose: "is it slow",
  });
  expect(plan.text).toContain("Seq Scan");
  const checked = await mcp.call("check_statement", {
    connection: "shop",
    sql: "DELETE FROM shop.orders WHERE id = 1",
  });
  expect(checked.structured).toMatchObject({ statements: [{ effect: "write", decision: "approve" }] });
});

describe("a write", () => {
  test("waits, is approved by the person in the editor, and runs once", async () => {
    const sql = "UPDATE shop.orders SET total = 99 WHERE id = 1";
    const asked = await query(sql);
    expect(asked.structured).toMatchObject({ status: "waiting_for_approval" });
    const handle = String(asked.structured.handle);
    expect((await mcp.call("approval_status", { handle })).structured).toMatchObject({ status: "pending" });
    expect((await query(sql)).structured.handle).toBe(handle);
    const early = await mcp.call("run_query", { approval: handle, purpose: "go" });
    expect(early.text).toContain("nobody has agreed yet");
    expect(await total()).toBe("1.5");

    const [waiting] = editor.agreements.waitingFor(person);
    expect(waiting).toMatchObject({
      id: handle,
      text: sql,
      connection: "shop",
      purpose: "to look at the shop",
    });
    const { approval } = await editor.agreements.review(handle, person, (one) =>
      editor.asking.judgeForReview(one, person),
    );
    expect(approval.order).toMatchObject({
      statement: sql,
      writes: ["shop.orders"],
      effect: "write",
      counted: { rows: 1, more: false },
    });
    const [counting] = editor.rooms.ledger.listActivity(1);
    expect(counting).toMatchObject({ statement: expect.stringContaining("count(*)"), outcome: "done" });
    const status = mcp.call("approval_status", { handle, wait_seconds: 30 });
    await answer(editor, person, handle, "approve", "agreed");
    expect((await status).structured).toMatchObject({ status: "approved" });

    const other = await mcp.call("run_query", {
      connection: "shop",
      approval: handle,
      sql: `${sql} OR true`,
      purpose: "go",
    });
    expect(other.text).toContain("not-what-was-approved");
    const elsewhere = await mcp.call("run_query", { connection: "other", approval: handle, purpose: "go" });
    expect(elsewhere.isError).toBe(true);
    expect((await mcp.call("run_query", { approval: handle, purpose: "go" })).structured).toMatchObject({
      status: "done",
      affected: 1,
    });
    expect(await total()).toBe("99");
    const again = await mcp.call("run_query", { approval: handle, purpose: "go" });
    expect(again.isError).toBe(true);
    expect((await mcp.call("approval_status", { handle })).structured).toMatchObject({ status: "used" });

    const records = editor.rooms.ledger.sealedAfter(0, 10_000, Number.POSITIVE_INFINITY);
    const bodies = records.map(({ canonical }) => JSON.parse(canonical).body);
    const intent = bodies.find((body) => body.kind === "intent" && body.grant?.id === handle);
    expect(intent).toMatchObject({
      verdict: "approve",
      grant: { approvers: [expect.stringContaining("unverified")] },
      client: { kind: "mcp" },
      actor: { kind: "ai_agent", agent: "test-agent", host: "test-agent 7.0", asserted: true },
    });
    expect(await editor.verifyLedger()).toMatchObject({ kind: "intact" });
    await expect.poll(() => JSON.stringify(notified)).toContain(handle);
  });

  test("that is denied tells the agent why, and does not run", async () => {
    const asked = await query("DELETE FROM shop.orders WHERE id = 2");
    const handle = String(asked.structured.handle);
    await answer(editor, person, handle, "deny", "not today");
    const status = await mcp.call("approval_status", { handle });
    expect(status.structured).toMatchObject({ status: "denied", reason: "not today" });
    expect((await mcp.call("run_query", { approval: handle, purpose: "go" })).isError).toBe(true);
    expect(await shop.run("SELECT 1 FROM shop.orders WHERE id = 2")).toHaveLength(1);
  });

  test("is answered by nobody but the person, after they saw it", async () => {
    const asked = await query("DELETE FROM shop.orders WHERE id = 3");
    const id = String(asked.structured.handle);
    const again = (waiting: Parameters<Engine["asking"]["judgeWaiting"]>[0]) =>
      editor.asking.judgeWaiting(waiting);
    const forged = { id, review: "0".repeat(32), decision: "approve", reason: "" } as const;
    expect(await problemTold(editor.agreements.decide(forged, person, again))).toMatchObject({
      code: "not-reviewed",
    });
    const eve = { ...person, account: "eve" };
    expect(await problemTold(editor.agreements.review(id, eve, again))).toMatchObject({
      code: "nothing-waits",
    });
    const { review } = await editor.agreements.review(id, person, again);
    expect(await problemTold(editor.agreements.decide({ ...forged, review }, eve, again))).toMatchObject({
      code: "nothing-waits",
    });
    expect((await mcp.call("approval_status", { handle: id })).structured).toMatchObject({
      status: "pending",
    });
  });
});

test("a person is asked a few things at a time, whoever asks on is stopped, and what ended asks no longer", async () => {
  // Whoever asks under another name is the same person's agent.
  const flood = await overStdio(shop.home, { name: "flood" });
  try {
    const ask = (n: number) =>
      flood.call("run_query", {
        connection: "shop",
        sql: `UPDATE shop.orders SET total = 0 WHERE id = ${n}`,
        purpose: "to flood",
      });
    const answers = [];
    for (let n = 100; n < 106; n++) answers.push(await ask(n));
    expect(answers.slice(0, 5).map(({ structured }) => structured.status)).toEqual(
      Array.from({ length: 5 }, () => "waiting_for_approval"),
    );
    expect(answers.at(-1)?.structured).toMatchObject({ problem: { code: "too-many-waiting" } });
    const own = () =>
      editor.agreements.waitingFor(person).filter(({ who }) => who.startsWith("AI agent flood"));
    expect(own()).toHaveLength(5);
    // What is asked for already may be asked about again.
    expect((await ask(100)).structured).toMatchObject({ status: "waiting_for_approval" });
    for (let n = 106; n < 115; n++) await ask(n);
    expect((await ask(115)).text).toContain("this task was stopped");
    expect(editor.tasks.stoppedOf(person)).toMatchObject([{ state: { cause: "asks-too-often" } }]);
    expect(own()).toHaveLength(5);

    const [line] = own();
    const id = line?.id ?? "";
    const again = (waiting: Parameters<Engine["asking"]["judgeWaiting"]>[0]) =>
      editor.asking.judgeWaiting(waiting);
    const { review } = await editor.agreements.review(id, person, again);
    const [stopped] = editor.tasks.stoppedOf(person);
    await editor.tasks.end(stopped?.id ?? "", person);
    expect(await problemTold(editor.agreements.review(id, person, again))).toMatchObject({
      code: "request-withdrawn",
    });
    const late = { id, review, decision: "approve", reason: "" } as const;
    expect(await problemTold(editor.agreements.decide(late, person, again))).toMatchObject({
      code: "request-withdrawn",
    });
    expect((await flood.call("approval_status", { handle: id })).structured).toMatchObject({
      status: "withdrawn",
    });
    expect(own()).toEqual([]);
  } finally {
    await flood.close();
  }
});
