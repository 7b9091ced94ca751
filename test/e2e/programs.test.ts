import fs from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentExtension } from "./agentExtension.ts";
import { answer, choose, clearNotifications, row, signIn, told } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** Chat calls the tools, and the person answers. These tests build on each other. */
let world: World;
const { folder, report } = agentExtension();

beforeAll(async () => {
  process.env.AGENT_TEST_REPORT = report;
  world = await startWorld({
    provider: true,
    connections: true,
    files: {},
    beside: folder,
    settings: { "chat.disableAIFeatures": false },
  });
  await signIn(world, "dana");
});
pictureFailures(() => world);
afterAll(() => world?.stop());

/** What the last call came to, once it has. */
async function reported(): Promise<Record<string, unknown>> {
  await expect.poll(() => fs.existsSync(report), { timeout: 60_000 }).toBe(true);
  const found: Record<string, unknown> = JSON.parse(fs.readFileSync(report, "utf8"));
  fs.rmSync(report);
  return found;
}

async function call(tool: string, input: Record<string, unknown>): Promise<void> {
  await world.host.command("Agent Test: Call a Tool");
  await answer(world.host, "Call of a tool", JSON.stringify({ tool, input }));
}

/** The question the editor asks before a tool runs. */
const question = () => world.host.page.locator(".monaco-dialog-box");
const allow = () =>
  question()
    .getByRole("button", { name: /^(Allow|Continue|Yes|OK)/ })
    .first()
    .click();

test("the tools are there for chat", async () => {
  await world.host.command("Agent Test: List the Tools");
  const { tools } = await reported();
  expect(tools).toEqual(
    expect.arrayContaining(["sluice_list_connections", "sluice_run_query", "sluice_approval_status"]),
  );
});

test("the editor's own MCP clients are offered the same tools, by this window's agent", async () => {
  const { host } = world;
  await host.command("MCP: List Servers");
  await choose(host, "Sluice");
  await choose(host, "Start Server");
  await expect
    .poll(
      async () => {
        await host.command("Agent Test: List the Tools");
        return (await reported()).tools;
      },
      { timeout: 60_000 },
    )
    .toEqual(expect.arrayContaining([expect.stringMatching(/^mcp_sluice.*run_query$/)]));
});

test("the schema is described without a question", async () => {
  await call("sluice_describe_schema", { connection: "Northwind copy", filter: "customers" });
  const { text } = await reported();
  expect(text).toContain("BEGIN UNTRUSTED");
  expect(text).toContain('"info_type":"email"');
});

test("a query is confirmed with its statement and facts, and comes masked", async () => {
  const sql = "SELECT id, email FROM shop.customers LIMIT 3";
  await call("sluice_run_query", { connection: "Northwind copy", sql, purpose: "to see the customers" });
  await question().getByText("FROM shop.customers").first().waitFor();
  await expect.poll(() => question().textContent()).toContain("reads shop.customers");
  await world.host.screenshot("agent confirmation");
  await allow();
  const { text } = await reported();
  expect(text).toMatch(/3 rows/);
  expect(text).toContain("masked");
});

test("a write waits for the person, who reads and approves it in the editor", async () => {
  const { host } = world;
  await clearNotifications(host);
  const sql = "UPDATE shop.customers SET loyalty_points = 7 WHERE id = 1";
  await call("sluice_run_query", { connection: "Northwind copy", sql, purpose: "seven points" });
  await question().waitFor();
  await allow();
  const { text } = await reported();
  const handle = /Handle (here-[0-9a-f]{32})/.exec(String(text))?.[1] ?? "";
  expect(handle).not.toBe("");

  await told(host, /waits for you on Northwind copy/).waitFor();
  await host.command("Sluice: Focus on Approvals View");
  await row(host, "Approvals", /UPDATE shop\.customers/).waitFor();
  await host.command("Agent Test: Forge an Answer");
  const { names } = await reported();
  expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/^ran|decide|approve$/)]));

  await told(host, /waits for you on Northwind copy/)
    .getByRole("button", { name: "Review" })
    .click();
  const page = await host.webview(".review .statement-review");
  await page.getByText("loyalty_points = 7").waitFor();
  await page.getByText("This is the exact text.").waitFor();
  await host.screenshot("agent review");
  await page.getByText("Approve", { exact: true }).click();
  await page.getByText(/^Approved by you/).waitFor();

  await call("sluice_approval_status", { handle, wait_seconds: 10 });
  expect((await reported()).text).toContain("The person agreed");
  await call("sluice_run_query", { approval: handle, purpose: "seven points" });
  await question().waitFor();
  await allow();
  expect((await reported()).text).toContain("1 rows changed");

  const { out } = await world.cli("audit", "list", "--json");
  const entries = out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  expect(entries.find(({ statement }) => statement.startsWith("UPDATE"))).toMatchObject({
    actor: expect.stringContaining("chat for dana"),
    verdict: "approve",
    outcome: "done",
  });
});

test("what a program did is gone through step by step, with what would be decided today", async () => {
  const { host } = world;
  await clearNotifications(host);
  await host.command("Sluice: Show a Program's Task Step by Step");
  // All that the chat of a window does is one task, named after what it was for at first.
  await choose(host, /to see the customers/);
  const page = await host.webview(".steps");
  const ran = page.locator(".steps button").filter({ hasText: "UPDATE shop.customers" }).last();
  await ran.click();
  await page.locator(".step-now").getByText("loyalty_points = ").first().waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  await expect.poll(() => ran.getAttribute("aria-current")).toBeNull();
  await page.getByRole("button", { name: "Next" }).click();
  await expect.poll(() => ran.getAttribute("aria-current")).toBe("step");
  await page.getByRole("button", { name: "Judge by Today's Policy" }).click();
  await page.locator(".steps button").filter({ hasText: "UPDATE shop.customers" }).last().click();
  await page.locator(".step-now .today").waitFor();
  await host.screenshot("agent task");
});

test("a task that probes is stopped; from its page the person lets it go on with a reason, and ends it", async () => {
  const { host } = world;
  await clearNotifications(host);
  const connection = "Northwind copy";
  for (const table of ["orders", "customers", "products", "cards", "addresses", "order_items", "orders"]) {
    await call("sluice_check_statement", { connection, sql: `DROP TABLE shop.${table}`, purpose: "a look" });
    expect((await reported()).text).toContain("is denied");
  }
  const run = () => call("sluice_run_query", { connection, sql: "SELECT 1", purpose: "a look" });
  await run();
  await question().waitFor();
  await allow();
  expect((await reported()).text).toContain("this task was stopped");
  await told(host, /An agent's task was stopped/).waitFor();
  await host.screenshot("agent task stopped notice");
  await clearNotifications(host);
  await host.command("View: Close All Editors");
  await host.command("Sluice: Show a Program's Task Step by Step");
  await choose(host, /to see the customers/);
  const page = await host.webview(".steps");
  await page
    .getByText(/Stopped/)
    .first()
    .waitFor();
  await host.screenshot("agent task stopped");
  await page.getByRole("button", { name: "Let It Go On..." }).click();
  await answer(host, "Why may it go on?", "It was told where to look");
  await page.getByRole("button", { name: "Let It Go On..." }).waitFor({ state: "hidden" });
  await run();
  await question().waitFor();
  await allow();
  expect((await reported()).text).toContain("1 rows; 1 are shown");
  await page.getByRole("button", { name: "End the Task..." }).click();
  // To end it lifts nothing, which they are told before.
  await question().getByText("Its mark stays").waitFor();
  await host.screenshot("agent task end");
  await question().getByRole("button", { name: "End the Task" }).click();
  await page.getByRole("button", { name: "End the Task..." }).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Lift Its Mark..." }).click();
  await answer(host, "Why may what it was shown count no further?", "The notes were ours");
  await question().getByText("no longer wait for you because of it").waitFor();
  await host.screenshot("agent task lift");
  await question().getByRole("button", { name: "Lift the Mark" }).click();
  await page.getByText("Its mark was lifted by").waitFor();
  expect(await page.getByRole("button", { name: "Lift Its Mark..." }).count()).toBe(0);
});
