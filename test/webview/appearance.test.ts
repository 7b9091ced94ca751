import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionId } from "../../protocol/ids.ts";
import { faintTexts } from "./contrast.ts";
import { RECORD, report, rowsState, started, statement } from "./messages.ts";
import { openPage, startBrowser } from "./openPage.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");
/** WCAG 2.2, 1.4.3: what ordinary text needs. */
const READABLE = 4.5;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const text = "DELETE FROM shop.order_items";
const stopped = report({
  statement: text,
  decision: {
    ...report().decision,
    verdict: "deny",
    reason: "A statement like this one is never let through.",
    findings: [
      {
        rule: "no-where-delete",
        severity: "error",
        message: "Every row goes.",
        start: 0,
        end: 11,
        verdict: "deny",
      },
    ],
  },
});

async function readable(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  expect(await faintTexts(page, READABLE)).toEqual([]);
}

describe.each(Object.keys(THEMES) as ThemeName[])("every text can be read in the %s theme", (theme) => {
  test("results", async () => {
    const open = await openPage(browser, "results", { theme });
    await open.post(started());
    await open.post(statement(rowsState(60, 8)));
    const grid = open.page.getByRole("grid");
    await grid.waitFor();
    await readable(open.page, `results-${theme}`);
    await grid.focus();
    await open.page.keyboard.press("Shift+ArrowDown");
    await open.page.keyboard.press("Shift+ArrowRight");
    await readable(open.page, `results-selected-${theme}`);
    await open.page.keyboard.press("Enter");
    await readable(open.page, `results-value-${theme}`);
    await open.page.close();
  });

  test("a block, and the messages", async () => {
    const open = await openPage(browser, "results", { theme });
    await open.post(started());
    await open.post(statement({ kind: "blocked", record: RECORD }, { report: stopped }));
    await open.page.getByRole("alert").waitFor();
    await open.page.getByText("Risk 18 of 100").click();
    await readable(open.page, `block-${theme}`);
    await open.page.getByRole("tab", { name: "Messages" }).click();
    await readable(open.page, `messages-${theme}`);
    await open.page.close();
  });

  test("the query box", async () => {
    const open = await openPage(browser, "queryBox", { theme, width: 300, height: 420, kept: { text } });
    const id = connectionId("c1");
    await open.post({
      kind: "state",
      identity: "signed_in",
      connections: [{ id, name: "Shop", environment: "production", environmentSet: true }],
      selected: id,
      running: false,
    });
    await open.post({ kind: "checked", check: 1, reports: [stopped], problem: null });
    await open.page.getByRole("list", { name: "Findings" }).waitFor();
    await readable(open.page, `query-box-${theme}`);
    await open.page.close();
  });
});
