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
import { type ConsoleVisit, consolePage } from "./consolePage.ts";

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

async function signedIn(who: Player, options: ConsoleVisit["options"] = {}): Promise<void> {
  page = await consolePage({ browser, url: collector.url, who, options, complaints });
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
      await expect.poll(() => figure("approved, ran").textContent()).toBe("2");
      await expect.poll(() => figure("held for approval").textContent()).toBe("1");
      await expect.poll(() => figure("blocked").textContent()).toBe("1");
      await picture(`overview-decisions-${look.name}`);
      await go("#/search?decision=approved", "Search");
      await page
        .getByRole("list", { name: "Filters in force" })
        .getByText("Decision: Approved, ran")
        .waitFor();
      await expect
        .poll(() => page.locator("tbody .verdict").allTextContents())
        .toEqual(["Approved by dana of the test, ran", "Approved by dana of the test, ran"]);
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
      await expect
        .poll(() => page.getByRole("table", { name: "Records found" }).locator("tbody tr").count())
        .toBe(7);
      await go(record(decided.places.held), /^Refused statement/);
      await page.getByRole("link", { name: "A request, used" }).waitFor();
      await go("#/columns/shop.people.note", "shop.people.note");
      await page.getByText("2×, 3 rows").waitFor();
    });
  });

describe("the search form", () => {
  const field = (label: string) => page.getByRole("search").getByLabel(label, { exact: true });
  const found = () => page.getByRole("table", { name: "Records found" }).locator("tbody tr");
  const send = async (): Promise<void> => {
    await page.getByRole("search").getByRole("button", { name: "Search" }).click();
  };
  const parameters = (): Record<string, string> =>
    Object.fromEntries(new URLSearchParams(page.url().split("?")[1] ?? ""));
  /** Waits for the address, then for what is shown of it. */
  const until = async (fulfils: (asked: Record<string, string>) => boolean): Promise<void> => {
    await expect.poll(() => fulfils(parameters())).toBe(true);
    await page.locator("main:not([aria-busy])").waitFor();
  };

  test("takes every dimension, offers what is on record, and puts it all into the address", async () => {
    await signedIn("auditor", { timezoneId: "Asia/Kolkata" });
    await go("#/search", "Search");
    await field("Who").fill("ADA");
    await expect
      .poll(() =>
        page
          .locator("#search-actor-known option")
          .evaluateAll((all) => all.map((each) => each.getAttribute("value"))),
      )
      .toEqual(["ada of the test"]);
    await field("Who").fill("ada of the test");
    await field("Connection").fill("Shop");
    await field("Table").fill("shop.people");
    await field("Column").fill("shop.people.note");
    await field("Decision").selectOption("approved");
    await field("Risk from").fill("70");
    await field("Text in statements").fill("SET note");
    await field("From").fill("2026-01-01T05:30:00");
    await expect.poll(() => field("Time").inputValue()).toBe("between");
    await send();
    await until(({ decision }) => decision === "approved");
    expect(parameters()).toEqual({
      actor: `user|${stage.provider.issuer}|ada`,
      ...{ connection: "Shop", table: "shop.people", column: "shop.people.note", decision: "approved" },
      ...{ risk: "70", text: "SET note", from: "2026-01-01T00:00:00.000Z" },
    });
    await expect.poll(() => found().count()).toBe(2);
    await page.getByRole("list", { name: "Filters in force" }).getByText("Who: ada of the test").waitFor();
    await expect.poll(() => field("Who").inputValue()).toBe("ada of the test");
    await picture("search-form-dark");
    // The same address in another browser, elsewhere, is the same search in that reader's own time.
    const address = page.url().replace(/^[^#]*/, "");
    await page.context().close();
    await signedIn("admin", { timezoneId: "America/New_York", colorScheme: "light" });
    await go(address, "Search");
    await expect.poll(() => field("From").inputValue()).toBe("2025-12-31T19:00");
    await expect.poll(() => found().count()).toBe(2);
    await page.getByText("In your own time, America/New_York.").first().waitFor();
    await picture("search-form-light");
    await page.getByRole("link", { name: "Begin anew" }).click();
    await until((asked) => Object.keys(asked).length === 0);
    await field("Rule").fill("no-such-rule");
    await field("Information type").fill("email");
    await page.keyboard.press("Enter");
    await until(({ rule }) => rule === "no-such-rule");
    await page.getByText("No record matches.").waitFor();
  });

  test("tells what is wrong at its field, and keeps what was found and typed", async () => {
    await signedIn("auditor", { colorScheme: "dark", contrast: "more" });
    await go("#/search", "Search");
    const told = (label: string) =>
      field(label).evaluate((control) => ({
        invalid: control.getAttribute("aria-invalid"),
        words: control
          .getAttribute("aria-describedby")
          ?.split(" ")
          .map((id) => document.getElementById(id))
          .find((each) => each?.classList.contains("failed"))?.textContent,
      }));
    const rows = await found().count();
    await field("Table").fill("shop.people");
    await field("Risk from").fill("high");
    await send();
    await expect
      .poll(() => told("Risk from"))
      .toEqual({ invalid: "true", words: "This is no number from 0 to 100." });
    expect([await found().count(), await field("Table").inputValue(), parameters()]).toEqual([
      rows,
      "shop.people",
      {},
    ]);
    await field("Risk from").fill("");
    await field("Who").fill("Nobody Known");
    await send();
    await expect
      .poll(() => told("Who"))
      .toMatchObject({
        invalid: "true",
        words: expect.stringContaining("Nobody of this name is on record."),
      });
    await picture("search-form-wrong-contrast");
    await field("Who").fill("");
    await field("From").fill("2026-03-02T00:00:00");
    await field("Before").fill("2026-03-01T00:00:00");
    await send();
    await expect
      .poll(() => told("Before"))
      .toMatchObject({ invalid: "true", words: expect.stringContaining('"to" is before "from"') });
    // What an address asks that nobody understands is told in the same place.
    await go("#/search?risk=high&connection=Shop", "Search");
    expect(await told("Risk from")).toMatchObject({
      invalid: "true",
      words: expect.stringContaining('"risk" has to be a number'),
    });
    await expect.poll(() => field("Connection").inputValue()).toBe("Shop");
  });
});

test("a search is exported from its page, and that is on record", async () => {
  await signedIn("auditor");
  await go("#/search?decision=approved", "Search");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as CSV" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("sluice-records.csv");
  const lines = fs
    .readFileSync(await saved.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines.length).toBe(3);
  expect(lines[1]).toContain(",approved,dana of the test,");
  await page.getByText("Exported. It is on record.").waitFor();
  await go("#/search?kind=export_opened", "Search");
  await page.getByText("exports as csv what is found by decision=approved").waitFor();
});

describe("devices", () => {
  const mark = () => page.getByRole("button", { name: /^Mark laptop of / });
  const dialog = () => page.getByRole("dialog", { name: "Mark laptop?" });

  test("an administrator marks one lost after reading what follows, and trusts it again", async () => {
    await signedIn("admin", { colorScheme: "light" });
    await go("#/devices", "Devices");
    await mark().click();
    await dialog().getByText("takes no records from it").waitFor();
    await picture("device-dialog-light");
    await dialog().getByRole("button", { name: "Mark", exact: true }).click();
    await dialog().getByText("Say why: it goes on record.").waitFor();
    await dialog().getByLabel("Reason").fill("left on a train");
    await page.keyboard.press("Enter");
    await page.getByText("laptop is marked lost.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("laptop is marked lost.");
    await page.getByRole("table", { name: "Devices" }).getByText("lost", { exact: true }).waitFor();
    await picture("devices-lost-light");
    await mark().click();
    await dialog().getByText("What ended when it was marked stays ended.").waitFor();
    await dialog().getByLabel("Reason").fill("found");
    await page.keyboard.press("Enter");
    await page.getByText("laptop is marked active.").waitFor();
    await page.getByRole("link", { name: "What was marked" }).click();
    await page.getByText("A device was marked lost: left on a train").waitFor();
  });

  test("nobody else is offered that", async () => {
    await signedIn("auditor", { colorScheme: "dark", contrast: "more" });
    await go("#/devices", "Devices");
    await page.getByRole("table", { name: "Devices" }).getByText("laptop").waitFor();
    expect(await mark().count()).toBe(0);
  });
});

describe("approvals", () => {
  const all = () => page.getByRole("table", { name: "Everybody's requests" });
  const answered = () => page.getByRole("table", { name: "Requests you answered" });

  test("auditors see everybody's, with their state, and reach the records", async () => {
    await signedIn("auditor", { colorScheme: "dark" });
    await go("#/approvals", "Approvals");
    await expect.poll(() => all().locator("tbody tr").count()).toBe(1);
    await all().getByText("used", { exact: true }).waitFor();
    await all().getByText("dana of the test agreed").waitFor();
    await picture("approvals-all-dark");
    await all().getByRole("link", { name: "records" }).click();
    await page.waitForURL(/approval=/);
    await page.getByRole("table", { name: "Records found" }).waitFor();
  });

  test("approvers see what they answered, and nobody else's", async () => {
    await signedIn("dana", { colorScheme: "light" });
    await go("#/approvals", "Approvals");
    await expect.poll(() => answered().locator("tbody tr").count()).toBe(1);
    expect(await all().count()).toBe(0);
    await answered().getByRole("link").first().click();
    await heading("Approval").waitFor();
    await page.context().close();
    await signedIn("erin");
    await go("#/approvals", "Approvals");
    await page.getByText("You have answered none").waitFor();
  });
});
