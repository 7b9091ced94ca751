import { afterAll, beforeAll, expect, test } from "vitest";
import { addedText, underlinedText } from "./decorations.ts";
import { choose, lens, line, openBound, signIn } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const CUSTOMERS = `-- Who bought with which card?
SELECT c.first_name, c.email AS harmless, k.card_number
FROM shop.customers c
JOIN shop.cards k ON k.customer_id = c.id
WHERE c.id < 500;

-- Everything about the people who work here
SELECT * FROM people.employees LIMIT 100;

DELETE FROM shop.orders;

-- Nothing personal
SELECT category, count(*) FROM shop.products GROUP BY category;
`;

/** One document, bound once; the tests look at it from several sides, and the last ones change it. */
let world: World;
beforeAll(async () => {
  const files = { "customers.sql": CUSTOMERS, "completion.sql": "\n" };
  world = await startWorld({ provider: true, connections: true, files });
  await signIn(world);
});
pictureFailures(() => world);
afterAll(() => world?.stop());

test("a document is bound to a connection in the status bar, coloured by its environment", async () => {
  const { host } = world;
  await openBound(host, "customers.sql", /Northwind\s*\(?production/);
  await lens(host, /risk/).first().waitFor();
  const color = await host
    .status("Northwind (production)")
    .locator("a")
    .evaluate((item) => getComputedStyle(item).color);
  expect(color).toBe("rgb(244, 135, 113)");
});

test("above each statement stands what would be decided about it", async () => {
  const { host } = world;
  await expect
    .poll(() => lens(host, /risk/).allInnerTexts(), { timeout: 20_000 })
    .toEqual([
      expect.stringMatching(/Run · reads 2 tables · 3 columns masked · risk \d+/),
      expect.stringMatching(/Run · reads 1 table · \d columns masked · risk \d+/),
      expect.stringMatching(/Blocked · no-where-delete · writes 1 table · about 12,000 rows · risk \d+/),
      expect.stringMatching(/Run · reads 1 table · risk \d+/),
    ]);
});

test("sensitive columns are underlined where they stand, also behind an alias and in a star", async () => {
  const { host } = world;
  const { page } = host;
  await expect
    .poll(() => underlinedText(page), { timeout: 20_000 })
    .toEqual(["c.first_name", "c.email", "k.card_number", "*"]);
  expect(await addedText(page)).toEqual(["4 masked columns"]);
});

test("hovering says what a column is, why, and who may see it", async () => {
  const { host } = world;
  const { page } = host;
  const hover = page.locator(".monaco-hover:visible").filter({ hasText: "shop.cards.card_number" });
  const look = async () => {
    await page.mouse.move(0, 0);
    await hover.waitFor({ state: "hidden" });
    await page.locator(".view-line").getByText("k.card_number").hover();
    await hover.waitFor();
    return (await hover.textContent()) ?? "";
  };
  // Names are known at once; values are sampled a moment later.
  await expect.poll(look, { timeout: 30_000 }).toMatch(/Why: .*sampled values/);
  const text = await look();
  expect(text).toContain("payment card · PCI · restricted · masked");
  expect(text).toContain("Who may see it: members of sluice-pci-readers");
  // There is no collector to ask through.
  expect(text).toContain("Correct Label…");
  expect(text).not.toContain("Ask to See…");
  await host.screenshot("highlights");
  await page.mouse.move(0, 0);
  await hover.waitFor({ state: "hidden" });
});

test.each([
  ["light", "Light Modern"],
  ["high contrast", "Dark High Contrast"],
  ["dark", "Dark Modern"],
])("looks right in the %s theme", async (name, theme) => {
  const { host } = world;
  const { page } = host;
  await host.command("Preferences: Color Theme");
  await page.keyboard.type(theme);
  await choose(host, theme);
  const wanted = { light: /vs$|vs /, "high contrast": /hc-black/, dark: /vs-dark/ }[name] ?? /never/;
  await expect
    .poll(() => page.locator(".monaco-workbench").getAttribute("class"), { timeout: 20_000 })
    .toMatch(wanted);
  expect(await underlinedText(page)).toEqual(["c.first_name", "c.email", "k.card_number", "*"]);
  await host.screenshot(`editor-${name.replace(" ", "-")}`);
});

test("completion knows schemas, tables, columns and the aliases in scope", async () => {
  const { host } = world;
  const { page } = host;
  await openBound(host, "completion.sql", /Northwind\s*\(?production/);
  const suggestions = page.locator(".suggest-widget.visible .monaco-list-row");
  await page.locator(".view-line").first().click();
  await page.keyboard.type("SELECT  FROM shop.");
  await suggestions.filter({ hasText: "api_clients" }).waitFor();
  await page.keyboard.type("customers c");
  await page.keyboard.press("Escape");
  await host.place(1, 8);
  await page.keyboard.type("c.");
  const email = suggestions.filter({ hasText: /^email/ });
  await email.waitFor();
  await suggestions.filter({ hasText: "last_name" }).waitFor();
  await page.keyboard.type("ema");
  await email.waitFor();
  await page.keyboard.press("Enter");
  await expect
    .poll(() => line(host, "SELECT").textContent(), { timeout: 10_000 })
    .toBe("SELECT\u00a0c.email\u00a0FROM\u00a0shop.customers\u00a0c");
});

test("a finding is a diagnostic while typing, and the light bulb mends it", async () => {
  const { host } = world;
  const { page } = host;
  await host.open("customers.sql");
  await host.place(10, 3);
  await page.keyboard.press("Control+Shift+M");
  const problems = page.locator(".markers-panel");
  await problems.getByText(/This deletes every row of shop\.orders/).waitFor();
  await problems.getByText("no-where-delete").waitFor();
  await line(host, "DELETE").click();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget").getByText("Add a WHERE clause").waitFor();
  await page.locator(".action-widget").getByText("Add a WHERE clause").click();
  await expect.poll(() => line(host, "DELETE").textContent(), { timeout: 10_000 }).toMatch(/WHERE/);
  await problems.getByText(/This deletes every row of shop\.orders/).waitFor({ state: "hidden" });
});
