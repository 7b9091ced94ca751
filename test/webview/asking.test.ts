import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApprovalView } from "../../protocol/views.ts";
import { approval, DANA, decision } from "../approval/approvals.ts";
import { RECORD, report, started, statement } from "./messages.ts";
import { type OpenPage, openPage, startBrowser } from "./openPage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const TEXT = "ALTER TABLE shop.products ADD COLUMN note text";
const base = report({
  statement: TEXT,
  kind: "alter_table",
  effect: "ddl",
  start: 40,
  end: 40 + TEXT.length,
});
const waits = {
  ...base,
  decision: {
    ...base.decision,
    verdict: "approve",
    reason: "Changes on production need approval.",
    approvers: "sluice-dba",
  },
} as const;
const soon = new Date(Date.now() + 30 * 60_000 + 30_000).toISOString();
const view = (changes: Parameters<typeof approval>[0], over: Partial<ApprovalView> = {}): ApprovalView => ({
  approval: approval({ expiresAt: soon, ...changes }),
  own: true,
  whyNot: "You asked for it.",
  textKept: true,
  runsItself: false,
  ...over,
});
const tell = (open: OpenPage, given: ApprovalView): Promise<void> =>
  open.post({ kind: "approval", runToken: "run-1", index: 0, view: given });

test("others are asked from the result, and it tells where that stands until it ran", async () => {
  const open = await openPage(browser, "results");
  const { page } = open;
  await open.post(started());
  await open.post(statement({ kind: "blocked", record: RECORD }, { report: waits }));
  await page.getByRole("button", { name: "Ask for Approval…" }).click();
  expect((await open.sent()).at(-1)).toEqual({
    kind: "askApproval",
    runToken: "run-1",
    index: 0,
    statement: TEXT,
    start: 40,
  });
  await tell(open, view({ needed: 2 }, { runsItself: true }));
  const status = page.getByRole("status").filter({ hasText: "Waiting for sluice-dba · 0 of 2 agreed" });
  await status.waitFor();
  await page.getByText("expires in 30 min · runs by itself when it is approved").waitFor();
  await tell(open, view({ needed: 2, version: 2, decisions: [decision(DANA, "approve")] }));
  await page.getByRole("status").filter({ hasText: "1 of 2 agreed" }).waitFor();
  await page.getByRole("button", { name: "Withdraw" }).click();
  const { id } = approval({});
  expect((await open.sent()).at(-1)).toEqual({ kind: "approval", id, act: "withdraw" });
  await tell(open, view({ state: "granted", decisions: [decision(DANA, "approve")] }));
  await page.getByRole("button", { name: "Run" }).click();
  expect((await open.sent()).at(-1)).toEqual({ kind: "approval", id, act: "run" });
  await tell(open, view({ state: "used", decisions: [decision(DANA, "approve")] }));
  await page.getByRole("status").filter({ hasText: "Approved by Dana Okafor, and used" }).waitFor();
  expect(await page.getByRole("button", { name: /^Run$|Ask/ }).count()).toBe(0);
  expect(open.complaints).toEqual([]);
  await page.close();
});

test("a denial says who and why, and one may ask again", async () => {
  const open = await openPage(browser, "results");
  const { page } = open;
  await open.post(started());
  await open.post(statement({ kind: "blocked", record: RECORD }, { report: waits }));
  await page.getByRole("alert").waitFor();
  await tell(open, view({ state: "denied", decisions: [decision(DANA, "deny", "Use a migration")] }));
  await page.getByRole("status").filter({ hasText: "Denied by Dana Okafor: Use a migration" }).waitFor();
  await page.getByRole("button", { name: "Ask for Approval…" }).waitFor();
  await page.close();
});

test("without a collector it says how to set one up; an approval that does not fit says why", async () => {
  const open = await openPage(browser, "results");
  const { page } = open;
  const problem = {
    code: "approval-invalid",
    message: "The approval cannot be used: it has expired.",
    action: "Ask for approval of it as it is now.",
  };
  await open.post(started({ asksOthers: false }));
  await open.post(statement({ kind: "blocked", record: RECORD, problem }, { report: waits }));
  await page.getByRole("alert").filter({ hasText: "it has expired" }).waitFor();
  expect(await page.getByRole("button", { name: /Ask/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Set Up the Collector" }).click();
  expect((await open.sent()).at(-1)).toEqual({ kind: "setUpCollector" });
  await page.close();
});

test("what is denied is not to be asked for", async () => {
  const open = await openPage(browser, "results");
  await open.post(started());
  const denied = { ...waits, decision: { ...waits.decision, verdict: "deny" } } as const;
  await open.post(statement({ kind: "blocked", record: RECORD }, { report: denied }));
  await open.page.getByRole("alert").waitFor();
  expect(await open.page.getByRole("button", { name: /Ask|Collector/ }).count()).toBe(0);
  await open.page.close();
});
