import fs from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { buildConsole } from "../../scripts/console.ts";
import { type Player, type Stage, setStage } from "../collector/approving.ts";
import { type Decided, decideStatements } from "../collector/decidedStatements.ts";
import { newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");

let stage: Stage;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
let decided: Decided;
const complaints: string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  stage = await setStage();
  collector = await startCollector(settings(stage.provider), { page: folder });
  decided = await decideStatements(collector, stage);
  fs.mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await stage?.provider.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(`failed ${task.name.slice(0, 50)}`);
  await page.context().close();
  expect(complaints.splice(0).filter((words) => !/status of 40[04]/.test(words))).toEqual([]);
});

async function signedIn(who: Player, options: Parameters<Browser["newContext"]>[0] = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${collector.url}/#/overview`);
  await page.getByRole("button", { name: "Sign In" }).click();
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill(`${who}-test`);
  await page.locator("button[type=submit]").click();
  await heading("Overview").waitFor();
}

const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });

async function go(hash: string, title: string | RegExp): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await heading(title).waitFor();
  await page.locator("main:not([aria-busy])").waitFor();
}

const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(PICTURES, `console-${name}.png`), fullPage: true });

const record = (seq: number): string => `#/records/${decided.device.chain}/${seq}`;

for (const look of [
  { name: "dark", options: { colorScheme: "dark" } },
  { name: "light", options: { colorScheme: "light" } },
  { name: "contrast", options: { colorScheme: "dark", contrast: "more" } },
] as const)
  describe(`decisions, ${look.name}`, () => {
    test("overview, search, timeline and record page tell what ran under an approval from what was held", async () => {
      await signedIn("auditor", look.options);
      const figure = (words: string) =>
        page.locator(".figure", { has: page.getByText(words, { exact: true }) }).locator(".number");
      expect(await figure("approved, ran").textContent()).toBe("2");
      expect(await figure("held for approval").textContent()).toBe("1");
      expect(await figure("blocked").textContent()).toBe("1");
      await picture(`overview-decisions-${look.name}`);
      await go("#/search?decision=approved", "Search");
      await page
        .getByRole("list", { name: "Filters in force" })
        .getByText("Decision: Approved, ran")
        .waitFor();
      expect(await page.locator("tbody .verdict").allTextContents()).toEqual([
        "Approved by dana of the test, ran",
        "Approved by dana of the test, ran",
      ]);
      await picture(`search-decisions-${look.name}`);
      await go(`#/devices/${decided.device.chain}`, "laptop");
      const timeline = page.getByRole("list", { name: "Timeline" });
      await timeline.getByText("Held for approval").waitFor();
      await timeline.getByText("done, 3 rows changed").waitFor();
      expect(await page.getByText("Needs approval").count()).toBe(0);
      await go(record(decided.places.misused), /^Statement/);
      await page.getByText("Approved by dana of the test, ran").waitFor();
      const alerts = page.locator("section", { has: page.getByText("Alerts about this record") });
      await alerts.getByText("the approval was used before").waitFor();
      expect(await page.getByText("Nothing speaks against it").count()).toBe(0);
      await picture(`record-alert-${look.name}`);
      await page.getByRole("link", { name: "A request, used" }).click();
      await heading("Approval").waitFor();
      await page.getByText("dana of the test: agreed").waitFor();
      await picture(`approval-page-${look.name}`);
      await page.getByRole("link", { name: "Records of it" }).click();
      await page.getByRole("list", { name: "Filters in force" }).getByText("Approval:").waitFor();
      expect(await page.getByRole("table", { name: "Records found" }).locator("tbody tr").count()).toBe(7);
      await go(record(decided.places.held), /^Refused statement/);
      await page.getByRole("link", { name: "A request, used" }).waitFor();
      await go("#/columns/shop.people.note", "shop.people.note");
      await page.getByText("2×, 3 rows").waitFor();
    });
  });
