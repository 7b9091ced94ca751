import fs from "node:fs";
import path from "node:path";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { root } from "../../scripts/steps.ts";
import { sluice } from "../cli/sluice.ts";
import { connect, type McpClient } from "../gateway/mcpClient.ts";
import { newHome } from "../robustness/engine.ts";
import { choose, clearNotifications, row, signIn, told, view } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** An agent works for Ada on a machine of its own; she sits at this editor, or at the console. In order. */
let world: World;
let agentsHome: string;
let mcp: McpClient;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ provider: true, collector: true, connections: true, files: {} });
  agentsHome = newHome();
  for (const name of ["config.json", "connections.json"])
    fs.copyFileSync(path.join(world.home, name), path.join(agentsHome, name));
  const account = { login: "ada", password: "ada-demo" };
  await sluice({ home: agentsHome, onUrl: (address) => void completeLogin(address, account) }, "login");
  mcp = await connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(root, "dist/cli.mjs"), "mcp"],
      env: {
        PATH: process.env.PATH ?? "",
        SLUICE_HOME: agentsHome,
        SLUICE_NO_BROWSER: "1",
        SLUICE_PASSWORD_NORTHWIND_DEVELOPMENT: world.database.password,
      },
      cwd: agentsHome,
      stderr: "ignore",
    }),
    "Dana Okafor",
  );
  await signIn(world);
  for (const other of ["Query", "Activity"]) await view(world.host, other).locator(".pane-header").click();
});
pictureFailures(() => world);
afterAll(async () => {
  await mcp?.close();
  await world?.stop();
  if (agentsHome !== undefined) fs.rmSync(agentsHome, { recursive: true, force: true });
});

const write = (id: number, purpose: string) =>
  mcp.call("run_query", {
    connection: "Northwind copy",
    sql: `UPDATE shop.customers SET loyalty_points = ${id} WHERE id <= ${id}`,
    purpose,
  });
const statusOf = async (handle: unknown, seconds = 30) =>
  (await mcp.call("approval_status", { handle, wait_seconds: seconds })).structured;

test("the editor tells whose agent asks for what, whatever name the agent gave itself, and she denies it", async () => {
  const { host } = world;
  const asked = await write(3, "points for the first three");
  expect(asked.structured, asked.text).toMatchObject({ status: "waiting_for_approval" });
  expect(asked.text).toContain("in their editor on any machine");
  await host.command("Sluice: Refresh Approvals");
  const notice = told(host, /AI agent Dana Okafor for Ada Lindqvist waits for you on Northwind copy/);
  await notice.getByText("points for the first three").waitFor();
  await host.screenshot("agent elsewhere notice");
  await host.command("Sluice: Focus on Approvals View");
  await row(
    host,
    "Approvals",
    /UPDATE shop\.customers.*AI agent Dana Okafor for Ada Lindqvist on Northwind copy/,
  ).waitFor();
  await host.page.locator('.activitybar .badge[aria-label*="1 approval waits for you"]').waitFor();
  await notice.getByRole("button", { name: "Review" }).click();
  const review = await host.webview(".review h1");
  await review
    .getByRole("heading", { name: /AI agent Dana Okafor for Ada Lindqvist asks to run this on/ })
    .waitFor();
  await review.getByText("3 rows when it was asked for").waitFor();
  await review.getByText("The agent runs on another machine.").waitFor();
  await host.screenshot("agent elsewhere review");
  await review.getByRole("textbox", { name: "Reason" }).fill("Not these");
  await review.getByRole("button", { name: "Deny" }).click();
  await review.getByRole("status").filter({ hasText: "Denied by Ada Lindqvist: Not these" }).waitFor();
  await host.screenshot("agent elsewhere denied");
  expect(await statusOf(asked.structured.handle)).toMatchObject({ status: "denied", reason: "Not these" });
  await host.page.locator('.activitybar .badge[aria-label*="waits for you"]').waitFor({ state: "hidden" });
});

test("on the console's page she agrees, it runs once, and the editor has nothing left to answer", async () => {
  const { host, collector } = world;
  await clearNotifications(host);
  const asked = await write(2, "points for the first two");
  const { handle } = asked.structured;
  await host.command("Sluice: Refresh Approvals");
  await told(host, /AI agent Dana Okafor/).waitFor();
  page = await host.page.context().newPage();
  await page.goto(`${collector?.url}/#/approvals`);
  await page.getByRole("button", { name: "Sign In" }).click();
  if (
    await page
      .getByLabel("Login")
      .isVisible()
      .catch(() => false)
  ) {
    await page.getByLabel("Login").fill("ada");
    await page.getByLabel("Password").fill("ada-demo");
    await page.getByRole("button", { name: "Sign in" }).click();
  }
  const card = page.getByRole("article", { name: /AI agent Dana Okafor for Ada Lindqvist/ });
  await card.getByText("points for the first two").first().waitFor();
  await card.getByText("2 rows when it was asked for").waitFor();
  await page.screenshot({ path: path.join(root, "test-results/console agent question.png"), fullPage: true });
  await card.getByRole("button", { name: "Deny" }).click();
  await page.screenshot({
    path: path.join(root, "test-results/console agent no reason.png"),
    fullPage: true,
  });
  await card.getByRole("alert").filter({ hasText: "Say why" }).waitFor();
  await card.getByRole("button", { name: "Approve" }).click();
  await card.getByText("granted").waitFor();
  await page.screenshot({ path: path.join(root, "test-results/console agent granted.png"), fullPage: true });
  expect(await statusOf(handle)).toMatchObject({ status: "approved" });
  const ran = await mcp.call("run_query", { approval: handle, purpose: "as agreed" });
  expect(ran.structured, ran.text).toMatchObject({ status: "done", affected: 2 });
  expect((await mcp.call("run_query", { approval: handle, purpose: "again" })).isError).toBe(true);
  await host.page.bringToFront();
  await host.command("Sluice: Refresh Approvals");
  await host.page.locator('.activitybar .badge[aria-label*="waits for you"]').waitFor({ state: "hidden" });
});

test.each([
  ["light", "Light Modern", "vscode-light"],
  ["high contrast", "Dark High Contrast", "vscode-high-contrast"],
])("reads well in the %s theme", async (name, theme, marked) => {
  const { host } = world;
  await host.command("Preferences: Color Theme");
  await host.page.keyboard.type(theme);
  await choose(host, theme);
  const shown = await host.webview(`body.${marked} .review h1`);
  await shown.getByRole("heading", { level: 1 }).waitFor();
  await host.screenshot(`agent elsewhere review ${name}`);
});
