import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import { buildConsole } from "../../scripts/console.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import type { TestDevice } from "../collector/device.ts";
import { signIn, startProvider } from "../collector/people.ts";
import { enrolled, newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";
import { consolePage } from "./consolePage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");

let provider: DemoProvider;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
let device: TestDevice;
let cardsAt = 0;
const complaints: string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  provider = await startProvider();
  collector = await startCollector(settings(provider), { page: folder });
  const actor: Actor = {
    kind: "ai_agent",
    agent: "copilot",
    model: "large-1",
    host: "editor",
    onBehalfOf: { kind: "user", issuer: provider.issuer, subject: "member", name: "Member", groups: [] },
    asserted: true,
  };
  device = await enrolled(collector, await signIn(provider, "member"));
  const budget = { statements: 300, rows: 50_000, minutes: 240 };
  device.write({ kind: "task_opened", task: "t1", actor, purpose: "count the cards", budget });
  cardsAt = device.write(
    intent({
      actor,
      task: "t1",
      purpose: "count the cards",
      statement: "SELECT card_number FROM shop.cards",
      reads: [{ column: "shop.cards.card_number", role: "output" }],
      outputs: [{ name: "card_number", mask: "last4", sources: ["shop.cards.card_number"] }],
      labels: [{ column: "shop.cards.card_number", infoType: "payment_card", level: "restricted" }],
      findings: [{ rule: "purpose-mismatch", verdict: "allow" }],
    }),
  ).seq;
  device.write(outcome(cardsAt, { rows: 20 }));
  device.write({ kind: "task_stopped", task: "t1", actor, cause: "probing", words: "It probes." });
  const named = { ...actor, model: "lar\u202ege-2" };
  device.write({ kind: "task_opened", task: "t2", actor: named, purpose: "tidy\u202e up", budget });
  device.write(intent({ actor: named, task: "t2", purpose: "tidy\u202e up", labels: [], outputs: [] }));
  expect((await device.send(collector.url, 1, device.records.length)).status).toBe(200);
  browser = await startBrowser();
  page = await consolePage({ browser, url: collector.url, who: "auditor", complaints });
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await provider?.stop();
});

test("the overview names each agent, and the alert about its task leads there", async () => {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Overview" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByText("copilot").first().waitFor();
  await page.screenshot({ path: path.join(PICTURES, "console-overview-agents.png"), fullPage: true });
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Alerts" }).click();
  await page.getByRole("link", { name: "Its task" }).waitFor();
  await page.screenshot({ path: path.join(PICTURES, "console-alerts-task.png"), fullPage: true });
  await page.getByRole("link", { name: "Its task" }).click();
  await page.getByRole("heading", { level: 1, name: "Task t1" }).waitFor();
});

test("an auditor asks whether any model was shown something, and is told that none was of that alone", async () => {
  await page.goto(`${collector.url}/#/models`);
  await page.getByRole("row", { name: /large-1/ }).waitFor();
  await page.getByLabel("Information type").fill("us_ssn");
  await page.getByLabel("Environment").fill("production");
  await page.keyboard.press("Enter");
  await page.getByText("No model has been shown any of this.").waitFor();
  expect(await page.getByText("No model has been shown any labelled data.").count()).toBe(0);
  await page.getByLabel("Information type").fill("payment_card");
  await page.getByLabel("Time").selectOption("week");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const row = page.getByRole("row", { name: /large-1/ });
  await row.waitFor();
  const behind = await row.getByRole("link", { name: "1", exact: true }).getAttribute("href");
  expect(new URLSearchParams(behind?.split("?")[1]).get("period")).toBe("week");
  await page.getByRole("link", { name: "Show all" }).click();
  await expect.poll(() => page.getByLabel("Information type").inputValue()).toBe("");
});

test("what an agent wrote of itself and its task passes for nothing else", async () => {
  await page.goto(`${collector.url}/#/tasks/t2`);
  await page.getByRole("heading", { name: "tidy[U+202E] up", exact: true }).waitFor();
  await page.getByText("lar[U+202E]ge-2").waitFor();
  expect(await page.content()).not.toContain("\u202e");
});

test("an auditor goes from what a model was shown to the record, its task, and through the task", async () => {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "AI models" }).click();
  await page.getByRole("heading", { level: 1, name: "AI models" }).waitFor();
  const row = page.getByRole("row", { name: /large-1/ });
  await expect.poll(() => row.textContent()).toMatch(/large-1payment_cardrestrictedproduction1020last4/);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(PICTURES, `console-models-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: "dark", contrast: "more" });
  await page.screenshot({ path: path.join(PICTURES, "console-models-contrast.png") });
  await page.emulateMedia({ colorScheme: null, contrast: null });
  await row.getByRole("link", { name: "payment_card" }).click();
  await expect.poll(() => page.getByLabel("Information type").inputValue()).toBe("payment_card");
  await row.getByRole("link", { name: "1", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
  await page.getByText("SELECT card_number FROM shop.cards").waitFor();
  await page.goBack();
  await expect.poll(() => page.getByLabel("Information type").inputValue()).toBe("payment_card");
  await row.getByRole("link").nth(3).click();
  await page.getByRole("heading", { level: 1, name: `Statement ${cardsAt}` }).waitFor();
  await page.getByText("Inclusion holds:").waitFor();
  await page.getByRole("link", { name: "t1" }).click();
  await page.getByRole("heading", { level: 1, name: "Task t1" }).waitFor();
  await page.getByText("stopped: It probes.").waitFor();
  await page.getByText("Step 1 of 3").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Unusual: purpose-mismatch").waitFor();
  await page.getByText("1 statement ran and 0 did not; 20 rows read").waitFor();
  await page.screenshot({ path: path.join(PICTURES, "console-task.png") });
  await page.getByRole("link", { name: new RegExp(`record ${cardsAt}`) }).click();
  await page.getByRole("heading", { level: 1, name: `Statement ${cardsAt}` }).waitFor();
  expect(complaints.filter((words) => !/status of 40[34]/.test(words))).toEqual([]);
});
