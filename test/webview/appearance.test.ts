import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionId } from "../../protocol/ids.ts";
import { approval, DANA, decision } from "../approval/approvals.ts";
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

  test("a statement that waits for others, and the page on which they agree", async () => {
    const soon = new Date(Date.now() + 58 * 60_000).toISOString();
    const statementText =
      "UPDATE shop.products\nSET price = price * 1.1, note = 'x\u202e'\nWHERE discontinued";
    const found = (["error", "warning"] as const).map((severity, at) => ({
      rule: "write-needs-approval",
      severity,
      message: "Changes on production need approval.",
      verdict: at === 0 ? ("approve" as const) : ("allow" as const),
      start: at * 25,
      end: at * 25 + 20,
    }));
    const given = approval({
      statement: statementText,
      needed: 2,
      mayDecide: true,
      expiresAt: soon,
      decisions: [decision(DANA, "approve", "Agreed with finance")],
      findings: found,
      columns: ["restricted", "confidential", "internal"].map((level) => ({
        name: `column of ${level}`,
        infoType: "us_ssn",
        level,
        mask: level === "internal" ? null : "last4",
        sources: ["shop.customers.ssn"],
      })),
    });
    const view = { approval: given, own: true, whyNot: null, textKept: true, runsItself: true };
    const review = await openPage(browser, "approval", { theme, height: 1000 });
    await review.post({ kind: "view", view: { ...view, own: false } });
    await review.page.getByRole("heading", { level: 1 }).waitFor();
    await review.page.getByRole("button", { name: "Deny" }).click();
    await readable(review.page, `approval-${theme}`);
    await review.page.close();
    const open = await openPage(browser, "results", { theme });
    const waits = {
      ...stopped,
      decision: { ...stopped.decision, verdict: "approve", approvers: "sluice-dba" },
    };
    await open.post(started());
    await open.post(statement({ kind: "blocked", record: RECORD }, { report: waits as typeof stopped }));
    await open.page.getByRole("alert").waitFor();
    await open.post({ kind: "approval", runToken: "run-1", index: 0, view });
    await open.page.getByRole("status").filter({ hasText: "1 of 2 agreed" }).waitFor();
    await readable(open.page, `asking-${theme}`);
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
