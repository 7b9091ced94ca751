import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { underlinedText } from "./decorations.ts";
import {
  choose,
  clearNotifications,
  fromMenu,
  lens,
  openBound,
  reach,
  row,
  signIn,
  told,
  view,
} from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const PRODUCTS = "SELECT p.sku, p.category FROM shop.products p;\n";

/** One developer looks at what columns are and corrects them, in order. */
let world: World;
beforeAll(async () => {
  const files = { "products.sql": PRODUCTS };
  world = await startWorld({ provider: true, connections: true, files });
  await signIn(world);
});
pictureFailures(() => world);
afterAll(() => world?.stop());

const question = (words: string | RegExp): Locator =>
  world.host.page.locator(".quick-input-widget").filter({ hasText: words });

/** Answers the three questions: what it is, how sensitive, how one knows. */
async function correct(column: string, type: string, level: string, reason: string): Promise<void> {
  const { page } = world.host;
  await question(`Correct Label of ${column}`).waitFor();
  const input = page.locator(".quick-input-widget input[type=text]");
  await input.fill(type);
  await choose(world.host, type);
  await page.locator('.quick-input-widget input[placeholder="How sensitive is it?"]').waitFor();
  await input.fill(level);
  await page.keyboard.press("Enter");
  await question("How do you know?").waitFor();
  await page.keyboard.press("Enter");
  await question("A correction needs a reason.").waitFor();
  await page.keyboard.type(reason);
  await page.keyboard.press("Enter");
}

test("a column is corrected in the tree, and the open document is underlined at once", async () => {
  const { host } = world;
  await openBound(host, "products.sql", /Northwind\s*\(?production/);
  await row(host, "Connections", /^Northwind, connection, production/).click();
  await (await reach(host, "Connections", /^shop, schema/)).click();
  await (await reach(host, "Connections", /^products, table/)).click();
  const category = await reach(host, "Connections", /^category, text/);
  expect(await underlinedText(host.page)).toEqual([]);
  await fromMenu(host, category, "Correct Label...");
  await correct("shop.products.category", "diagnosis text", "restricted", "Clinics order by illness");
  await told(host, "shop.products.category is now diagnosis text (restricted).").waitFor();
  await expect.poll(() => underlinedText(host.page), { timeout: 20_000 }).toEqual(["p.category"]);
  await lens(host, /1 column masked/).waitFor();
  await row(host, "Connections", /^category, text, diagnosis text · masked/).waitFor();
  await host.screenshot("corrected");
});

test("the correction is on the record with its reason", async () => {
  const { host } = world;
  await view(host, "Activity")
    .getByRole("treeitem", { name: /Label of shop\.products\.category corrected/ })
    .waitFor();
  const [newest = ""] = (await world.cli("audit", "list", "--json")).out.split("\n");
  expect(JSON.parse(newest)).toMatchObject({
    actor: "ada@northwind-demo.example",
    statement: expect.stringContaining("-> diagnosis_text (restricted)"),
    reason: "Clinics order by illness",
  });
});

test("lowering a label is refused with the group that may", async () => {
  const { host } = world;
  await clearNotifications(host);
  const category = row(host, "Connections", /^category, text, diagnosis text/);
  await fromMenu(host, category, "Correct Label...");
  await correct("shop.products.category", "ordinary", "internal", "I would like to see it");
  await told(host, /not allowed for you\. It needs group sluice-stewards\./).waitFor();
  expect(await underlinedText(host.page)).toEqual(["p.category"]);
  await clearNotifications(host);
});

test("a result's header offers it too, by mouse and by keyboard", async () => {
  const { host } = world;
  const { page } = host;
  await host.command("Sluice: Run All Statements");
  const results = await host.webview("[role=grid]");
  const offer = page.getByRole("menuitem", { name: "Correct Label..." });
  await results.getByRole("columnheader", { name: /^category / }).click({ button: "right" });
  await offer.waitFor();
  await offer.hover();
  await page.keyboard.press("Enter");
  await question("Correct Label of shop.products.category").waitFor();
  await page.keyboard.press("Escape");
  await results.locator('.cell[data-column="0"]').first().click();
  await page.keyboard.press("Shift+F10");
  await offer.waitFor();
  await offer.hover();
  await page.keyboard.press("Enter");
  await question("Correct Label of shop.products.sku").waitFor();
  await page.keyboard.press("Escape");
});

test("the hover of a sensitive column leads there", async () => {
  const { host } = world;
  const { page } = host;
  const hover = page.locator(".monaco-hover:visible").filter({ hasText: "shop.products.category" });
  await page.mouse.move(0, 0);
  await page.locator(".view-line").getByText("p.category").hover();
  await hover.waitFor();
  await expect
    .poll(() => hover.textContent())
    .toMatch(/ada@northwind-demo\.example corrected it on .*Clinics order by illness/);
  await hover.getByRole("link", { name: "Correct Label…" }).click();
  await question("Correct Label of shop.products.category").waitFor();
  await page.keyboard.press("Escape");
});

test("the Classification view lists what was found, by level and type, with why", async () => {
  const { host } = world;
  await host.command("Sluice: Focus on Classification View");
  await row(host, "Classification", /^Northwind, connection/).click();
  await reach(host, "Classification", /^restricted, \d+ columns/);
  await (await reach(host, "Classification", /^diagnosis text, restricted/)).click();
  await (
    await reach(host, "Classification", /^shop\.products\.category, diagnosis text, restricted, corrected/)
  ).click();
  await reach(host, "Classification", /Clinics order by illness/);
  await host.screenshot("classification");
  await fromMenu(host, row(host, "Classification", /^shop\.products\.category,/), "Show in Connections");
  await expect
    .poll(() => row(host, "Connections", /^category, text, diagnosis text/).getAttribute("aria-selected"))
    .toBe("true");
  await view(host, "Connections").locator(".monaco-list:focus-within").waitFor();
});

test("the look at values tells in the status bar how far it is, waits for statements, and ends with a click", async () => {
  const { host } = world;
  // A statement that waits for another's lock runs until that is gone.
  const other = new pg.Client({ connectionString: world.database.url });
  await other.connect();
  await other.query("BEGIN");
  await other.query("LOCK TABLE shop.products");
  await host.open("products.sql");
  await host.command("Sluice: Run All Statements");
  await host.webview(".running");
  await host.command("Sluice: Classify Again");
  await choose(host, /^Northwind\s*production/);
  const progress = host.status(/Classifying Northwind: 0 of \d+ tables/);
  await progress.waitFor();
  await row(host, "Classification", /^Northwind, connection, classifying, 0 of \d+ tables/).waitFor();
  await progress.locator("a").click();
  await progress.waitFor({ state: "hidden" });
  await other.end();
  await host.command("Sluice: Focus on Classification View");
  await view(host, "Classification").locator(".monaco-list:focus-within").waitFor();
  await host.page.keyboard.press("Home");
  await row(host, "Classification", /^Classification of Northwind was interrupted\./).waitFor();
});

test("corrections are shared through the workspace, and a mistake there is told with its place", async () => {
  const { host } = world;
  const { page } = host;
  await clearNotifications(host);
  await host.command("Sluice: Share Label Corrections...");
  await choose(host, /^Northwind\s*production/);
  await told(host, /1 correction of Northwind put into/).waitFor();
  const file = path.join(host.workspace, ".sluice", "labels.yaml");
  await expect.poll(() => fs.readFileSync(file, "utf8"), { timeout: 20_000 }).toContain("is: diagnosis_text");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("diagnosis_text", "diagnosis_txet"));
  await told(
    host,
    /line \d+, column \d+: there is no info type called "diagnosis_txet"; did you mean diagnosis_text/,
  ).waitFor();
  fs.writeFileSync(file, "labels: []\n");
  await host.open("products.sql");
  await expect.poll(() => underlinedText(page), { timeout: 20_000 }).toEqual(["p.category"]);
});
