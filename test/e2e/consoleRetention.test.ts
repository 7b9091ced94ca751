import fs from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { RETENTION_OVERVIEW, type RetentionHold } from "../../protocol/collector/retention.ts";
import { buildConsole } from "../../scripts/console.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { call, type TestDevice } from "../collector/device.ts";
import { type Person, signIn, startProvider } from "../collector/people.ts";
import { askStore } from "../collector/storeSql.ts";
import { enrolled, newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";
import { type ConsoleVisit, consolePage } from "./consolePage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");
const DAY = 86_400_000;
const IDENTITY = "user|https://id.example|u1";

let provider: DemoProvider;
let told: CollectorSettings;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
let device: TestDevice;
let admin = "";
/** The collector's clock, so many days from now. */
let days = 0;
const now = () => new Date(Date.now() + days * DAY);
const complaints: string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  provider = await startProvider();
  told = settings(provider, { retention: { days: 30 } });
  collector = await startCollector(told, { page: folder, now, retentionEveryMs: 150 });
  device = await enrolled(collector, await signIn(provider, "member"));
  device.write(intent());
  device.write(outcome(2));
  device.write(
    intent({
      actor: { kind: "user", issuer: "https://id.example", subject: "u2", name: "Grace", groups: [] },
    }),
  );
  device.write(outcome(4));
  expect((await device.send(collector.url)).status).toBe(200);
  admin = await signIn(provider, "admin");
  fs.mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await provider?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(`failed ${task.name.slice(0, 50)}`);
  await page.context().close();
});

async function signedIn(who: Person, options: ConsoleVisit["options"] = {}): Promise<void> {
  page = await consolePage({ browser, url: collector.url, who, options, complaints });
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
}

async function go(hash: string, title: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.locator("main:not([aria-busy])").waitFor();
}

const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(PICTURES, `console-${name}.png`) });

const holds = async (): Promise<readonly RetentionHold[]> =>
  RETENTION_OVERVIEW.parse((await call("GET", `${collector.url}/v1/retention`, admin)).body).holds;

const untilGone = (seqs: readonly number[]) =>
  vi.waitFor(
    async () => {
      const rows = await askStore<{ seq: number }>(
        told,
        `SELECT r.seq FROM records r JOIN devices d ON d.id = r.device
         WHERE d.chain = '${device.chain}' AND r.canonical IS NULL ORDER BY r.seq`,
      );
      expect(rows.map(({ seq }) => Number(seq))).toEqual(seqs);
    },
    { timeout: 40_000, interval: 200 },
  );

const field = (name: string | RegExp) => page.getByRole("textbox", { name });
const choice = (name: string) => page.getByRole("combobox", { name });
const description = (name: string) =>
  page.evaluate((label) => {
    const control = [...document.querySelectorAll("input")].find(
      ({ labels }) => labels?.[0]?.textContent === label,
    );
    const said = control?.getAttribute("aria-describedby")?.split(" ") ?? [];
    const invalid = control?.getAttribute("aria-invalid");
    const words = said.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return { words, invalid, focused: document.activeElement === control };
  }, name);

test("a member sees no retention, whatever address they type", async () => {
  await signedIn("other");
  expect(await page.getByRole("link", { name: "Retention" }).count()).toBe(0);
  await go("#/retention?actor=x", "That did not work");
  await page.getByText("This is for people with the role auditor.").waitFor();
  expect(await page.getByRole("button", { name: "Set Hold" }).count()).toBe(0);
});

test("an order that holds nothing, or all by mistake, is said at the field and sets none", async () => {
  await signedIn("admin");
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Retention" }).click();
  await page.getByText("Nothing is held.").waitFor();
  await page.getByText("Texts of records are dropped 30 days after they came.").waitFor();
  await page.getByText("What no age drops, until the hold is lifted").click();
  const set = page.getByRole("button", { name: "Set Hold" });
  await field("Reason").fill("case 1");
  await set.click();
  await vi.waitFor(
    async () =>
      expect(await description("Person or program")).toEqual({
        words: expect.stringContaining("Nothing narrows this hold"),
        invalid: "true",
        focused: true,
      }),
    30_000,
  );
  await choice("Person or program").fill("ada@id.example");
  await page.keyboard.press("Enter");
  await page.getByText("a name or an address would hold nothing").waitFor();
  expect(await description("Person or program")).toMatchObject({ invalid: "true", focused: true });
  await choice("Person or program").fill(IDENTITY);
  await field("Column or table").fill("ssn");
  await set.click();
  await page.getByText("A column is named as schema.table.column").waitFor();
  expect(await description("Person or program")).toMatchObject({ invalid: "false" });
  await picture("hold-wrong");
  await field("Column or table").fill("");
  await page.getByLabel("From", { exact: true }).fill("2026-03-31");
  await page.getByLabel("To", { exact: true }).fill("2026-03-01");
  await set.click();
  await page.getByText("or it is before the beginning").waitFor();
  // A day that is typed in part is no day for a browser, and would be no limit.
  await page.getByLabel("To", { exact: true }).fill("");
  await page.getByLabel("To", { exact: true }).focus();
  await page.keyboard.type("31");
  await set.click();
  await page.getByText("This is no complete day.").waitFor();
  await page.getByLabel("To", { exact: true }).fill("2026-04-30");
  await page.getByRole("checkbox", { name: "Everything there is" }).check();
  await set.click();
  await page.getByRole("alert").getByText("Everything is ticked").waitFor();
  await page.getByRole("checkbox", { name: "Everything there is" }).uncheck();
  await field("Reason").fill("  ");
  await set.click();
  await page.getByText("A reason is needed").waitFor();
  expect(await holds()).toEqual([]);
});

test("an administrator holds what a person did from their page, and lifts it at the keyboard, for good", async () => {
  await signedIn("admin");
  await go(`#/actors/${encodeURIComponent(IDENTITY)}`, "ada@id.example");
  await page.getByRole("link", { name: "Hold what they did…" }).click();
  await page.getByRole("heading", { level: 1, name: "Retention" }).waitFor();
  await expect.poll(() => choice("Person or program").inputValue()).toBe(IDENTITY);
  const known = page.locator("datalist option");
  expect(await known.evaluateAll((all) => all.map((one) => one.getAttribute("value")))).toContain("Shop");
  await field("Reason").fill("case <b>4711</b>");
  // Pressed twice in a hurry, it is one hold.
  await page.getByRole("button", { name: "Set Hold" }).dblclick();
  const status = page.getByRole("status");
  await status.getByText(`Kept from now on, however old: what ada@id.example (${IDENTITY}) did.`).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("status");
  const card = page.getByRole("article", { name: "Hold on what ada@id.example" });
  await card.getByText("case <b>4711</b>").waitFor();
  expect(await holds()).toMatchObject([{ scope: { actor: IDENTITY, connection: null }, liftedAt: null }]);

  days = 40;
  await untilGone([4, 5]);
  await go("#/overview", "Overview");
  await go("#/retention", "Retention");
  await page.getByText("2 texts were dropped so far").waitFor();
  await page.getByText("some of their texts are kept: by a hold").waitFor();

  const lift = page.getByRole("button", { name: /^Lift the hold on what ada@id.example/ });
  await lift.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Lift this hold?" });
  await dialog.getByText("What only it has kept is dropped soon after, for good").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  expect(await dialog.getByRole("textbox", { name: "Reason" }).evaluate((at) => at.matches(":focus"))).toBe(
    true,
  );
  await page.keyboard.press("Enter");
  await dialog.getByText("Say why: it goes on record.").waitFor();
  await picture("hold-lift-reason");
  expect((await holds()).map(({ liftedAt }) => liftedAt)).toEqual([null]);
  await page.keyboard.type("settled");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await status.getByText("Held no longer: what ada@id.example").waitFor();
  await page.getByText("Nothing is held.").waitFor();
  await untilGone([2, 3, 4, 5]);
  await page.getByText("1 hold lifted").click();
  await page.getByText("by admin@test.example: settled").waitFor();
});

test("everything can be held, and what nothing is found by is said", async () => {
  await signedIn("admin", { timezoneId: "Pacific/Auckland" });
  await go("#/retention?connection=Shopp&column=clinic.patients", "Retention");
  await page.getByLabel("From", { exact: true }).fill("2026-03-01");
  await page.getByLabel("To", { exact: true }).fill("2026-03-31");
  await field("Reason").fill("case 12/26");
  await page.getByRole("button", { name: "Set Hold" }).click();
  await page.getByRole("status").getByText("No record is found by that so far.").waitFor();
  await page.getByText("What no age drops, until the hold is lifted").click();
  await page.getByRole("checkbox", { name: "Everything there is" }).check();
  await field("Reason").fill("nothing goes until the auditors are done");
  await page.getByRole("button", { name: "Set Hold" }).click();
  await page.getByRole("article", { name: "Hold on everything", exact: true }).waitFor();
  const [all, one] = await holds();
  expect(Object.values(all?.scope ?? {})).toEqual([null, null, null, null, null]);
  // Days of the person's own zone, the last one to its end.
  expect(one?.scope).toMatchObject({
    from: "2026-02-28T11:00:00.000Z",
    to: "2026-03-31T10:59:59.999Z",
    column: "clinic.patients",
  });
});

test.each(["dark", "light"] as const)(
  "an auditor reads all of it and changes nothing (%s)",
  async (theme) => {
    await signedIn("auditor", { colorScheme: theme });
    await go("#/retention", "Retention");
    await page.getByRole("article", { name: "Hold on everything", exact: true }).waitFor();
    expect(await page.getByRole("button", { name: /Lift|Set Hold/ }).count()).toBe(0);
    await page.getByText("1 hold lifted").click();
    await page.getByText("by admin@test.example: settled").waitFor();
    await picture(`retention-${theme}`);
    const article = page.getByRole("article", { name: /touching clinic.patients/ });
    await article.getByRole("link", { name: "clinic.patients" }).click();
    await page.getByRole("list", { name: "Filters in force" }).getByText("Table: clinic.patients").waitFor();
    await go("#/retention", "Retention");
    await page.getByRole("link", { name: "holds lifted" }).click();
    await page.getByText("lifted a legal hold: settled").waitFor();
  },
);

test("an administrator's page in both themes, with a name for every control", async () => {
  await signedIn("admin", { colorScheme: "light" });
  await go("#/retention?connection=Shop", "Retention");
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll("main input, main button, main vscode-button, main a")]
      .filter((each) => {
        const labels = each instanceof HTMLInputElement ? (each.labels?.[0]?.textContent ?? "") : "";
        return `${each.getAttribute("aria-label") ?? ""}${each.textContent}${labels}`.trim() === "";
      })
      .map((each) => each.outerHTML),
  );
  expect(unnamed).toEqual([]);
  await page.getByRole("button", { name: "Set Hold" }).scrollIntoViewIfNeeded();
  await picture("hold-form-light");
  await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
  await picture("hold-form-dark");
  await page.getByRole("combobox", { name: "Theme" }).selectOption("contrast-dark");
  await picture("hold-form-contrast");
  await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
  await page.getByRole("button", { name: "Lift the hold on everything", exact: true }).click();
  await page.getByRole("dialog").waitFor();
  await picture("hold-lift-dark");
  await page.keyboard.press("Escape");
  await go(`#/records/${device.chain}/2`, "Statement 2");
  await page.getByRole("link", { name: "What ada@id.example did on Shop…" }).click();
  await page.getByRole("heading", { level: 1, name: "Retention" }).waitFor();
  await expect.poll(() => choice("Connection").inputValue()).toBe("Shop");
  await go("#/columns/clinic.patients.ssn", "clinic.patients.ssn");
  await page.getByRole("link", { name: "Hold what touches it…" }).click();
  await page.getByRole("heading", { level: 1, name: "Retention" }).waitFor();
  await expect.poll(() => field("Column or table").inputValue()).toBe("clinic.patients.ssn");
  // What the browser was told of refusals is of the tests that ask for them.
  expect(complaints.filter((words) => !/status of 40[034]/.test(words))).toEqual([]);
});
