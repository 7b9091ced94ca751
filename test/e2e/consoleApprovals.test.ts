import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { sha256 } from "../../protocol/ids.ts";
import { buildConsole } from "../../scripts/console.ts";
import { Hand, orderOf, type Player, type Stage, setStage } from "../collector/approving.ts";
import { Questioner, questionOf } from "../collector/questioning.ts";
import { enrolled, newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";
import { consolePage } from "./consolePage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");
/** More than one page of them. */
const COPIES = 250;

let stage: Stage;
let given: CollectorSettings;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
/** Requests: one that was answered long ago, and another. */
let asked: readonly string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  stage = await setStage();
  given = settings(stage.provider);
  collector = await startCollector(given, { page: folder });
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  const [ada, dana] = [stage.tokens.ada, stage.tokens.dana].map((token) => new Hand(() => collector, token));
  const ask = async (purpose: string): Promise<string> =>
    (await ada?.ask(orderOf(stage.provider, device, { purpose })))?.body.id ?? "";
  asked = [await ask("the month's report"), await ask("something else")];
  for (const id of asked) await dana?.decide(id, "deny");
  fs.mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await stage?.provider.stop();
});
afterEach(async () => {
  await page.context().close();
  expect(complaints.splice(0).filter((words) => !/status of 404/.test(words))).toEqual([]);
});

const heading = (name: string) => page.getByRole("heading", { level: 1, name });
const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(PICTURES, `console-${name}.png`), fullPage: true });

/** Follows a link from elsewhere, and signs in on the way. */
async function follow(hash: string, who: Player, colorScheme: "dark" | "light"): Promise<void> {
  page = await consolePage({
    browser,
    url: collector.url,
    who,
    place: hash,
    options: { colorScheme },
    complaints,
  });
}

test("a message's link opens exactly that request, after signing in as well", async () => {
  for (const [id, purpose, other] of [
    [asked[0], "the month's report", "something else"],
    [asked[1], "something else", "the month's report"],
  ]) {
    await follow(`#/approvals/${id}`, "dana", "dark");
    await heading("Approval").waitFor();
    expect(new URL(page.url()).hash).toBe(`#/approvals/${id}`);
    await page.getByText(purpose ?? "").waitFor();
    expect(await page.getByText(other ?? "").count()).toBe(0);
    if (id === asked[0]) {
      await picture("approval-linked-dark");
      await page.context().close();
    }
  }
});

test("a person lets a stopped task of their agent go on, with a reason, in every theme", async () => {
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  const server = new Questioner(
    () => collector,
    () => device,
  );
  const order = questionOf(stage.provider, device, {
    purpose: "clean up the carts",
    connectionName: "every connection of its task",
    statement: "Let this task go on, which was stopped: 7 denied statements in 2 minutes.",
    statementKind: "resume_task",
    reason: "7 denied statements in 2 minutes.",
    resumes: { stop: sha256("ab".repeat(32)), cause: "probing", words: "7 denied statements in 2 minutes." },
  });
  const { id } = (await server.ask(order)).body;
  await follow(`#/approvals/${id}`, "ada", "dark");
  await page.getByText("was stopped. May it go on?").waitFor();
  expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  await picture("stopped-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await picture("stopped-light");
  await page.emulateMedia({ colorScheme: "dark", contrast: "more" });
  await picture("stopped-contrast");
  await page.getByRole("button", { name: "Let It Go On" }).click();
  await page.getByRole("alert").filter({ hasText: "Say why" }).waitFor();
  await page.getByRole("textbox", { name: "Reason" }).fill("It was told where to look");
  await page.getByRole("button", { name: "Let It Go On" }).click();
  await page.getByText("agreed").waitFor();
  expect((await server.look(id)).body).toMatchObject({
    state: "granted",
    reason: "It was told where to look",
  });
});

test("what an agent wrote passes for nothing else: what is not seen is named, wherever it stands", async () => {
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  const server = new Questioner(
    () => collector,
    () => device,
  );
  const hidden = /[\u202e\u2066\u200b]/;
  const order = questionOf(stage.provider, device, {
    purpose: "tidy\u202e up",
    connectionName: "shop\u200b",
    statement: "DELETE FROM shop.orders WHERE id = 1 /*\u202e\u2066 */ OR true /* */",
    findings: [
      {
        ...{ rule: "unbounded", severity: "warning", verdict: "approve", start: 37, end: 52 },
        message: "It is al\u202eways true.",
      },
    ],
    reason: "Writes\u2066 wait.",
  });
  const { id } = (await server.ask(order)).body;
  await follow(`#/approvals/${id}`, "ada", "dark");
  await page.getByText("tidy[U+202E] up").waitFor();
  expect(await page.locator("pre.sql").textContent()).toContain("/*U+202EU+2066 */ OR true");
  expect(await page.locator("pre.sql .unseen").count()).toBe(2);
  expect(await page.content()).not.toMatch(hidden);
  await picture("approval-unseen-dark");
  await page.getByRole("textbox", { name: "Reason" }).fill("Read\u202e it");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Read[U+202E] it").waitFor();
  await page.goto(`${collector.url}/#/approvals`);
  await page.getByText("shop[U+200B]").first().waitFor();
  expect(await page.content()).not.toMatch(hidden);
});

test("requests older than a page are shown when asked for, at the keyboard", async () => {
  const file = new Database(path.join(given.data, "collector.db"), { timeout: 10_000 });
  const [id = ""] = asked;
  const one = file.prepare<[string], { body: string; created_at: number }>(
    "SELECT body, created_at FROM approvals WHERE id = ?",
  );
  const { body = "", created_at: created = 0 } = one.get(id) ?? {};
  const insert = file.prepare(
    `INSERT INTO approvals (id, kind, state, version, issuer, subject, grp, chain, created_at, due_at, body)
     SELECT ?, kind, state, version, issuer, subject, grp, chain, ?, due_at, ? FROM approvals WHERE id = ?`,
  );
  file.transaction(() => {
    for (let number = 1; number <= COPIES; number += 1) {
      const [copy, at] = [number.toString(16).padStart(32, "0"), created + number];
      const text = body.replaceAll(id, copy).replace(`"createdAt":${created}`, `"createdAt":${at}`);
      insert.run(copy, at, text, id);
    }
  })();
  file.close();
  for (const [who, caption, theme] of [
    ["dana", "Requests you answered", "light"],
    ["ada", "Everything you asked for", "dark"],
  ] as const) {
    await follow("#/approvals", who, theme);
    const rows = page.getByRole("table", { name: caption }).locator("tbody tr");
    await rows.first().waitFor();
    await expect.poll(() => rows.count()).toBe(200);
    const older = page.getByRole("button", { name: "Show Older" });
    await older.focus();
    await page.keyboard.press("Enter");
    await vi.waitFor(async () => expect(await rows.count()).toBe(COPIES + 2), 10_000);
    expect(await older.count()).toBe(0);
    await picture(`approvals-older-${theme}`);
    if (who === "dana") await page.context().close();
  }
});
