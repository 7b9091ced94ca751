import type { Frame } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, lens, line, openBound, results, signIn, view } from "./gestures.ts";
import { recordsIn } from "./records.ts";
import { type ScriptedModel, scriptedModel } from "./scriptedModel.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const COPY = /Northwind copy/;
const WEEK =
  "SELECT o.id, o.customer_id, o.status, o.ordered_at\nFROM shop.orders o\nWHERE o.status = 'paid'\nORDER BY o.ordered_at DESC\nLIMIT 20";

let world: World;
let model: ScriptedModel;
beforeAll(async () => {
  model = scriptedModel();
  world = await startWorld({
    provider: true,
    connections: true,
    files: {
      "ask.sql": "-- the 10 newest paid orders of the last week\n",
      "copy.sql": "SELECT 1;\n",
      "wrong.sql": "SELECT titel FROM shop.products WHERE id = 4711;\n",
      "short.sql": "-- how many products there are\n",
      "words.sql": "-- every category and how many products it has\n",
      "slow.sql": "SELECT name FROM shop.products WHERE id + 0 = 4711;\n",
    },
    settings: { "chat.disableAIFeatures": false, "editor.inlineSuggest.enabled": true },
    beside: model.folder,
  });
  await signIn(world);
});
pictureFailures(() => world);
afterAll(() => world?.stop());

const review = (): Promise<Frame> => world.host.webview(".review .answer:not([hidden])");
const closed = (): Promise<void> =>
  expect
    .poll(() => world.host.page.locator(".tab[aria-label^='AI Suggestion']").count(), { timeout: 20_000 })
    .toBe(0);

test("asking in words puts a marked statement below the cursor, from a prompt of names", async () => {
  const { host } = world;
  model.script([
    {
      when: "products by category",
      say: "```sql\nSELECT category, count(*) AS products FROM shop.products GROUP BY category\n```",
    },
  ]);
  await openBound(host, "copy.sql", COPY);
  await host.command("Sluice: Ask for SQL...");
  const input = host.page.locator(".quick-input-widget").filter({ hasText: "Ask for SQL on Northwind copy" });
  await input.locator("input").fill("products by category");
  await host.page.keyboard.press("Enter");
  await line(host, "GROUP BY category").waitFor();
  await lens(host, "AI suggestion · Review").waitFor();
  expect(model.sent().join("\n")).toContain("shop.products");
});

test("ghost text after a comment is accepted with Tab, marked, and running it opens its review", async () => {
  const { host } = world;
  const { page } = host;
  model.script([
    { when: "newest paid orders", say: `Sure!\n\n\`\`\`sql\n${WEEK};\n\`\`\`\nThis lists them.` },
  ]);
  await openBound(host, "ask.sql", COPY);
  await host.place(2, 1);
  await host.command("Trigger Inline Suggestion");
  await page.locator("[class*=ghost-text]").filter({ hasText: "SELECT" }).first().waitFor();
  await host.screenshot("suggestion ghost text");
  await page.keyboard.press("Tab");
  await line(host, "ORDER BY o.ordered_at DESC").waitFor();
  await lens(host, "AI suggestion · Review").waitFor();
  await line(host, "WHERE o.status").click();
  await page.keyboard.press("Control+Enter");
  const shown = await review();
  await shown.getByText("scripted/scripted").waitFor();
  await shown.getByText("You asked for “last week”; there is no condition on a date.").waitFor();
  await shown.getByText("You asked for 10; it stops after 20.").waitFor();
  await expect
    .poll(() => shown.locator(".purpose").textContent())
    .toContain("the 10 newest paid orders of the last week");
  await expect.poll(() => shown.locator(".facts").textContent()).toContain("shop.orders");
  await host.screenshot("suggestion review");
  const made = recordsIn(world.home, "suggestion_made").at(-1);
  expect(made).toMatchObject({ model: "scripted/scripted", how: "inline", prompt: null });
  expect(recordsIn(world.home, "intent").filter(({ suggestion }) => suggestion !== null)).toEqual([]);
});

test("it is rejected with a reason, and then still does not run", async () => {
  const { host } = world;
  const shown = await review();
  await shown.getByRole("button", { name: "Reject" }).click();
  await shown.getByText("Say why: it goes on the record.").waitFor();
  await shown.getByRole("textbox", { name: "Reason (required to reject)" }).fill("No week in it");
  await shown.getByRole("button", { name: "Reject" }).click();
  await closed();
  await lens(host, "you rejected it").waitFor();
  const [rejected] = recordsIn(world.home, "suggestion_decided");
  expect(rejected).toMatchObject({ decision: "reject", reason: "No week in it", difference: null });
  expect(rejected?.milliseconds).toBeGreaterThan(0);
});

test("edited, it is reviewed as it is now, approved, run and recorded", async () => {
  const { host } = world;
  const { page } = host;
  await line(host, "WHERE o.status").click();
  await page.keyboard.press("Control+Enter");
  await (await review()).getByRole("button", { name: "Edit" }).click();
  await closed();
  await line(host, "LIMIT 20").click();
  await page.keyboard.press("End");
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press("Backspace");
  await page.keyboard.type(" 10;");
  await lens(host, "AI suggestion · Review").waitFor();
  await page.keyboard.press("Control+Enter");
  const shown = await review();
  await shown.locator(".changed ins").filter({ hasText: "10" }).waitFor();
  await shown.getByRole("button", { name: "Approve and Run" }).click();
  const table = await results(host);
  await table.getByRole("columnheader", { name: /^ordered_at/ }).waitFor();
  await lens(host, "you approved it").waitFor();
  const decided = recordsIn(world.home, "suggestion_decided");
  expect(decided.map(({ decision }) => decision)).toEqual(["reject", "edit", "run"]);
  expect(decided.at(-1)?.difference).toContain("[-");
  const made = recordsIn(world.home, "suggestion_made").at(-1);
  expect(recordsIn(world.home, "intent").at(-1)?.suggestion).toBe(made?.suggestion);
});

test("what was sent can be read word by word, and holds no value of a row", async () => {
  const { host } = world;
  await host.command("Sluice: Show What Was Sent to Models");
  await choose(host, "newest paid orders");
  await line(host, "──── system ────").waitFor();
  await host.command("View: Close Editor");
  expect(await host.page.locator(".monaco-dialog-box").count()).toBe(0);
});

test("a reload forgets nothing: the range, the mark, and that a short one came from a model", async () => {
  const { host } = world;
  const { page } = host;
  model.script([{ when: "how many products", say: "SELECT count(*) FROM shop.products" }]);
  await openBound(host, "short.sql", COPY);
  await host.place(2, 1);
  await host.command("Trigger Inline Suggestion");
  await page.locator("[class*=ghost-text]").filter({ hasText: "SELECT" }).first().waitFor();
  await page.keyboard.press("Tab");
  await lens(host, "AI suggestion · Review").waitFor();
  await page.keyboard.press("Control+S");
  await expect.poll(() => page.locator(".tab.active.dirty").count(), { timeout: 20_000 }).toBe(0);
  // By the editor's own command, which keeps what it knows before it goes.
  await Promise.all([page.waitForEvent("load"), host.command("Developer: Reload Window")]);
  await host.status("ada@").waitFor({ timeout: 120_000 });
  await host.open("short.sql");
  await lens(host, "AI suggestion · Review").waitFor({ timeout: 120_000 });
  await line(host, "shop.products").click();
  await page.keyboard.press("Control+Enter");
  const shown = await review();
  await shown.getByRole("button", { name: "Approve and Run" }).click();
  await (await results(host)).getByRole("columnheader", { name: /^count/ }).waitFor();
});

test("a quick fix puts a wrong statement right", async () => {
  const { host } = world;
  const { page } = host;
  model.script([{ when: "titel", say: "SELECT name FROM shop.products WHERE id = '?1'" }]);
  await openBound(host, "wrong.sql", COPY);
  await page.locator(".squiggly-error").first().waitFor();
  await line(host, "titel").click();
  await host.command("Sluice: Fix Statement with AI");
  await line(host, "SELECT name FROM shop.products WHERE id = 4711").waitFor();
  await lens(host, "AI suggestion · Review").waitFor();
  expect(model.sent().at(-1)).not.toContain("4711");
});

test("the query box asks in words, and what it gets is reviewed before it runs", async () => {
  const { host } = world;
  model.script([
    { when: "expensive", say: "SELECT name, price FROM shop.products ORDER BY price DESC LIMIT 3" },
  ]);
  await host.command("Sluice: Focus on Query View");
  await view(host, "Query").waitFor();
  const box = await host.webview(".question");
  await box
    .locator("vscode-dropdown")
    .selectOption({ label: "x" })
    .catch(() => {});
  await box.getByRole("textbox", { name: "Question" }).fill("the 3 most expensive products");
  await box.getByRole("button", { name: "Ask" }).click();
  await box.getByText("A model wrote this. Running it opens a review first.").waitFor();
  await box.getByRole("button", { name: "Run" }).click();
  const shown = await review();
  await expect.poll(() => shown.locator(".purpose").textContent()).toContain("most expensive");
  await shown.getByRole("textbox", { name: "Reason (required to reject)" }).fill("Not now");
  await shown.getByRole("button", { name: "Reject" }).click();
  await closed();
});

test("@sluice answers in the editor's chat, and what it wrote is reviewed before it runs", async () => {
  const { host } = world;
  const { page } = host;
  model.script([
    { when: "cheapest", say: "SELECT name, price FROM shop.products ORDER BY price LIMIT 5" },
    { when: "Explain in plain words", say: "It counts the products." },
  ]);
  await host.open("short.sql");
  await host.command("Chat: Open Chat (Ask)");
  await page.locator(".interactive-input-part .monaco-editor").first().click();
  await page.keyboard.type("@sluice the 5 cheapest products");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  const answer = page.locator(".interactive-response").last();
  await answer.getByText("Risk").waitFor();
  await host.screenshot("suggestion chat");
  await answer.getByRole("button", { name: "Review and Run" }).click();
  const shown = await review();
  await expect.poll(() => shown.locator(".purpose").textContent()).toContain("the 5 cheapest products");
  await shown.getByRole("button", { name: "Approve and Run" }).click();
  await (await results(host)).getByRole("columnheader", { name: /^price/ }).waitFor();
  expect(recordsIn(world.home, "suggestion_made").at(-1)).toMatchObject({ how: "chat" });

  // What came before goes along: without it nobody knows which ones are meant.
  model.script([
    { when: "ORDER BY price LIMIT 5", say: "SELECT name FROM shop.products ORDER BY price LIMIT 5" },
  ]);
  await host.open("short.sql");
  await page.locator(".interactive-input-part .monaco-editor").first().click();
  await page.keyboard.type("@sluice names alone");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  const next = page.locator(".interactive-response").last();
  await next.getByText("SELECT name FROM").first().waitFor();
});

test("ghost text taken word by word is a suggestion as well", async () => {
  const { host } = world;
  const { page } = host;
  const text =
    "SELECT p.category, count(*) AS products FROM shop.products p GROUP BY p.category ORDER BY products DESC";
  model.script([{ when: "every category", say: text }]);
  await openBound(host, "words.sql", COPY);
  await host.place(2, 1);
  await host.command("Trigger Inline Suggestion");
  await page.locator("[class*=ghost-text]").filter({ hasText: "SELECT" }).first().waitFor();
  for (let word = 0; word < 4; word += 1) await page.keyboard.press("Control+ArrowRight");
  await line(host, "SELECT").waitFor();
  await page.keyboard.press("Tab");
  await line(host, "ORDER BY products DESC").waitFor();
  await lens(host, "AI suggestion · Review").waitFor();
});

test("a statement is explained beside, and a faster one goes below it, from its plan", async () => {
  const { host } = world;
  model.script([
    { when: "Explain in plain words", say: "It looks one product up by its number." },
    { when: "runs faster", say: "SELECT name FROM shop.products WHERE id = 4711" },
  ]);
  await openBound(host, "slow.sql", COPY);
  await line(host, "id + 0").click();
  await host.command("Sluice: Suggest a Faster Statement with AI");
  await line(host, "SELECT name FROM shop.products WHERE id = 4711").waitFor();
  await line(host, "id + 0 = 4711").waitFor();
  await lens(host, "AI suggestion · Review").waitFor();
  expect(model.sent().at(-1)).toContain("Seq Scan on products");
  await line(host, "id + 0").click();
  await host.command("Sluice: Explain Statement with AI");
  await line(host, "It looks one product up").waitFor();
});

test.each([
  ["explain", "Explain in plain words", "name", "It counts the products."],
  ["fix", "titel", "titel", "SELECT count(*) AS mended FROM shop.products"],
  ["optimise", "runs faster", "name", "SELECT count(*) AS quicker FROM shop.products"],
])("@sluice /%s answers for the statement it is given", async (command, when, column, say) => {
  const { host } = world;
  const { page } = host;
  model.script([{ when, say }]);
  await host.open("short.sql");
  await page.locator(".interactive-input-part .monaco-editor").first().click();
  await page.keyboard.type(`@sluice /${command} SELECT count(${column}) FROM shop.products`);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  const answer = page.locator(".interactive-response").last();
  const told = { explain: /counts the products/, fix: /mended/, optimise: /quicker/ }[command] ?? /^$/;
  await answer.getByText(told).first().waitFor();
  if (command !== "explain") await answer.getByRole("button", { name: "Review and Run" }).waitFor();
  expect(model.sent().at(-1)).toContain(when);
});

test("what policy denies is shown as such, and is no text to run", async () => {
  const { host } = world;
  model.script([{ when: "clear the orders", say: "DROP TABLE shop.orders CASCADE" }]);
  await host.open("copy.sql");
  await host.command("Sluice: Select Connection for This Document...");
  await choose(host, /Northwind\s*production/);
  await host
    .status(/Northwind/)
    .first()
    .waitFor();
  await host.command("Sluice: Ask for SQL...");
  const input = host.page.locator(".quick-input-widget").filter({ hasText: "Ask for SQL on Northwind" });
  await input.locator("input").fill("clear the orders");
  await host.page.keyboard.press("Enter");
  await line(host, "-- Blocked by policy: This removes shop.orders for good").waitFor();
  await line(host, "-- DROP TABLE shop.orders CASCADE").waitFor();
  await host.screenshot("suggestion denied");
});
