import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  choose,
  clearNotifications,
  fromMenu,
  line,
  openBound,
  reach,
  results,
  row,
  signIn,
  told,
  view,
} from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const DAILY = `-- Who bought with which card?
SELECT c.id, c.first_name, c.email AS harmless, k.card_number, k.brand
FROM shop.customers c JOIN shop.cards k ON k.customer_id = c.id
WHERE c.id < 500;

SELECT category, count(*) AS products FROM shop.products GROUP BY category ORDER BY category;

DELETE FROM shop.orders;
`;
/** Runs until somebody stops it, and reads nothing. */
const ENDLESS =
  "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n % 1000 + 1 FROM r) SELECT count(*) FROM r;\n";

let world: World;
let server: pg.Client;
beforeAll(async () => {
  const files = {
    "daily.sql": DAILY,
    "several.sql": "SELECT 1 AS one;\nSELECT 2 AS two;\nSELECT nme FROM shop.products;\nSELECT 4 AS four;\n",
    "items.sql": "SELECT order_id, line, quantity FROM shop.order_items ORDER BY order_id, line;\n",
    "endless.sql": ENDLESS,
  };
  world = await startWorld({ provider: true, connections: true, files });
  server = new pg.Client({ connectionString: world.database.url });
  await server.connect();
  await signIn(world);
});
pictureFailures(() => world);
afterAll(async () => {
  await server?.end();
  await world?.stop();
});

const NORTHWIND = /Northwind\s*\(?production/;

test("Ctrl+Enter runs the statement at the cursor; personal data arrives masked", async () => {
  const { host } = world;
  await openBound(host, "daily.sql", NORTHWIND);
  await line(host, "WHERE").click();
  await host.page.keyboard.press("Control+Enter");
  const shown = await results(host);
  await shown
    .getByRole("gridcell", { name: /masked email/ })
    .first()
    .waitFor();
  await shown.getByText(/5 columns, 3 masked/).waitFor();
  const text = (await shown.locator(".body").textContent()) ?? "";
  const { rows } = await server.query<{ value: string }>(
    "SELECT unnest(ARRAY[c.email, k.card_number]) AS value FROM shop.customers c JOIN shop.cards k ON k.customer_id = c.id WHERE c.id < 500",
  );
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter(({ value }) => text.includes(value))).toEqual([]);
  await expect
    .poll(() => shown.getByRole("columnheader", { name: /^card_number/ }).getAttribute("title"))
    .toMatch(/payment card, masked \(last4\)/);
  await host.screenshot("results");
});

test("copies with headers and exports to a file what is shown, masked as shown", async () => {
  const { host } = world;
  const { page } = host;
  const shown = await results(host);
  await shown.getByRole("grid").focus();
  await host.command("Sluice: Copy Results with Headers");
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()), { timeout: 10_000 })
    .toMatch(/^id\tfirst_name\tharmless\tcard_number\tbrand\n\d+\t\S+\t\S*•\S*\t•+\d{4}\t/);
  await host.command("Sluice: Export Results...");
  await choose(host, "JSON");
  const dialog = page.locator(".quick-input-widget").filter({ hasText: "Export Results" });
  const target = path.join(host.workspace, "results.json");
  await expect.poll(() => dialog.locator("input").last().inputValue(), { timeout: 10_000 }).toBe(target);
  await dialog.getByRole("button", { name: "OK" }).click();
  await told(host, /Exported \d+ rows to results\.json/).waitFor();
  const [first] = JSON.parse(fs.readFileSync(target, "utf8"));
  expect(Object.keys(first)).toEqual(["id", "first_name", "harmless", "card_number", "brand"]);
  expect(first.harmless).toContain("•");
});

test("runs the selection alone", async () => {
  const { host } = world;
  const { page } = host;
  await host.place(6, 1);
  await page.keyboard.press("Shift+End");
  await page.keyboard.press("Control+Enter");
  const shown = await results(host);
  await shown.getByRole("columnheader", { name: /^products/ }).waitFor();
  expect(await shown.getByRole("columnheader", { name: /^card_number/ }).count()).toBe(0);
});

test("a block says why, underlines the words and leads back to them", async () => {
  const { host } = world;
  const { page } = host;
  await clearNotifications(host);
  await line(host, "DELETE").click();
  await page.keyboard.press("Control+Enter");
  const shown = await results(host);
  await shown.getByRole("alert").filter({ hasText: "Blocked before it ran" }).waitFor();
  await expect.poll(() => shown.locator("mark").allTextContents()).toEqual(["DELETE", " FROM shop.orders"]);
  await shown.getByText("no-where-delete").waitFor();
  await host.screenshot("block");
  await shown.getByRole("button", { name: "Show in Editor" }).click();
  await host.status(/selected/).waitFor();
  const { rows } = await server.query("SELECT count(*)::int AS orders FROM shop.orders");
  expect(rows).toEqual([{ orders: 12_000 }]);
});

test("runs all statements, one result set each, and stops at the first that fails", async () => {
  const { host } = world;
  const { page } = host;
  await openBound(host, "several.sql", NORTHWIND);
  await line(host, "one").click();
  await page.keyboard.press("Control+Alt+Enter");
  const shown = await results(host);
  const tabs = shown.getByRole("tab");
  await expect
    .poll(() => tabs.allTextContents(), { timeout: 20_000 })
    .toEqual(["Result 1", "Result 2", "Cannot Run", "Messages"]);
  await expect.poll(() => shown.locator("mark").first().textContent()).toBe("nme");
});

test("pages through a result from the server while scrolling", async () => {
  const { host } = world;
  const { page } = host;
  await openBound(host, "items.sql", NORTHWIND);
  await line(host, "SELECT").click();
  await page.keyboard.press("Control+Enter");
  const shown = await results(host);
  await shown.getByText("first 500 rows, more below").waitFor();
  await shown.getByRole("grid").focus();
  await expect
    .poll(
      async () => {
        await page.keyboard.press("Control+End");
        return shown.getByRole("status").textContent();
      },
      { timeout: 30_000 },
    )
    .toMatch(/first [1-9],\d00 rows/);
});

test("cancelling stops the statement on the server", async () => {
  const { host } = world;
  const { page } = host;
  const running = async (): Promise<number> => {
    const { rows } = await server.query<{ running: number }>(
      "SELECT count(*)::int AS running FROM pg_stat_activity WHERE state = 'active' AND query ILIKE '%WITH RECURSIVE r AS%' AND pid <> pg_backend_pid()",
    );
    return rows[0]?.running ?? 0;
  };
  await openBound(host, "endless.sql", NORTHWIND);
  await line(host, "RECURSIVE").click();
  await page.keyboard.press("Control+Enter");
  await expect.poll(running, { timeout: 20_000 }).toBe(1);
  const shown = await results(host);
  await shown.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(running, { timeout: 20_000 }).toBe(0);
  await shown.getByText("The statement was cancelled on the server.").waitFor();
});

test("the query box runs with Ctrl+Enter and opens its result", async () => {
  const { host } = world;
  const box = await host.webview("vscode-text-area");
  const sql = box.getByRole("textbox", { name: "SQL" });
  await sql.fill("SELECT iban FROM people.employees LIMIT 3");
  await box.getByText(/Allowed · reads 1 table · 1 column masked · risk \d+/).waitFor();
  await sql.press("Control+Enter");
  const shown = await results(host);
  await shown.getByRole("columnheader", { name: /^iban/ }).waitFor();
  await shown
    .getByRole("gridcell", { name: /masked iban/ })
    .first()
    .waitFor();
});

test("a table is previewed from the tree", async () => {
  const { host } = world;
  await row(host, "Connections", /^Northwind, connection/).click();
  await (await reach(host, "Connections", /^shop, schema/)).click();
  await fromMenu(host, await reach(host, "Connections", /^products, table/), "Preview First 100 Rows");
  const shown = await results(host);
  await shown.getByRole("columnheader", { name: /^in_stock/ }).waitFor();
});

test("Activity lists what ran and what was decided, and the ledger proves itself", async () => {
  const { host } = world;
  await view(host, "Activity").locator(".pane-header").hover();
  await reach(host, "Activity", /^SELECT \* FROM shop\.products LIMIT 100, done/);
  await reach(host, "Activity", /^DELETE FROM shop\.orders, blocked/);
  await reach(host, "Activity", /^WITH RECURSIVE .*, cancelled/);
  await host.command("Sluice: Verify Ledger");
  await told(host, /The ledger is intact: \d+ records, signed with 1 key/).waitFor();
  expect((await world.cli("audit", "verify")).code).toBe(0);
});
