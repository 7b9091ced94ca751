import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Decision } from "../../protocol/decision.ts";
import { RECORD, report, started, statement } from "./messages.ts";
import { openPage, startBrowser } from "./openPage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const TEXT = "DELETE FROM shop.order_items";
const base = report({ statement: TEXT, kind: "delete", effect: "write" });

/** A blocked DELETE that stands 100 units into its document. */
function blocked(over: Partial<Decision>) {
  const decision: Decision = {
    ...base.decision,
    verdict: "deny",
    reason: "A statement like this one is never let through.",
    findings: [
      {
        rule: "no-where-delete",
        severity: "error",
        message: "This DELETE has no WHERE: every row goes. Say which rows are meant.",
        start: 100,
        end: 111,
        verdict: "deny",
        fix: { title: "Add a WHERE clause", edits: [] },
      },
    ],
    ...over,
  };
  const placed = { ...base, decision, start: 100, end: 100 + TEXT.length };
  return statement({ kind: "blocked", record: RECORD }, { report: placed });
}

test("a block says the rule, underlines the words, says what to do, and shows them in the editor", async () => {
  const open = await openPage(browser, "results");
  await open.post(started());
  await open.post(blocked({}));
  const { page } = open;
  const heading = page.getByRole("alert");
  await heading.waitFor();
  await expect.poll(() => heading.textContent()).toBe("Blocked before it ran");
  await expect.poll(() => page.locator("mark").allTextContents()).toEqual(["DELETE FROM"]);
  const panel = page.getByRole("tabpanel", { name: "Blocked" });
  await expect.poll(() => panel.textContent()).toContain("Say which rows are meant.");
  await expect.poll(() => panel.textContent()).toContain("no-where-delete");
  await expect.poll(() => panel.textContent()).toContain("Quick fix: Add a WHERE clause");
  await expect
    .poll(() => panel.textContent())
    .toContain("Nothing was sent to the database. The attempt is record 17.");
  await page.getByRole("button", { name: "Show in Editor" }).click();
  await expect
    .poll(async () => (await open.sent()).find(({ kind }) => kind === "reveal"))
    .toEqual({ kind: "reveal", runToken: "run-1", start: 100, end: 111 });
  await page.getByText("Risk 18 of 100").click();
  await page.getByRole("row", { name: "production +10" }).waitFor();
  expect(open.complaints).toEqual([]);
  await page.close();
});

test("a misspelt statement is told as one, and not as a rule against it", async () => {
  const open = await openPage(browser, "results");
  const statementText = "SELECT nme FROM shop.products";
  const message = 'Column "nme" does not exist.';
  const decision: Decision = {
    ...base.decision,
    verdict: "deny",
    reason: message,
    findings: [{ rule: "unresolved-name", severity: "error", message, start: 7, end: 10, verdict: "deny" }],
  };
  await open.post(started());
  await open.post(
    statement(
      { kind: "blocked", record: RECORD },
      { report: report({ statement: statementText, kind: "unresolved", decision }) },
    ),
  );
  const panel = open.page.getByRole("tabpanel", { name: "Cannot Run" });
  await panel.getByRole("alert").filter({ hasText: "Cannot run as it is written" }).waitFor();
  await expect.poll(() => panel.getByText(message).count()).toBe(1);
  await expect.poll(() => panel.locator("mark").allTextContents()).toEqual(["nme"]);
  await open.page.close();
});

test("a statement that waits for approval says who may approve it", async () => {
  const open = await openPage(browser, "results");
  await open.post(started());
  await open.post(blocked({ verdict: "approve", approvers: "sluice-dba" }));
  await open.page.getByRole("alert").waitFor();
  await expect
    .poll(() => open.page.getByRole("alert").textContent())
    .toBe("Needs approval, so it did not run");
  await open.page.getByText("Members of sluice-dba may approve it.").waitFor();
  await open.page.close();
});

test("a failure underlines the place the server named", async () => {
  const open = await openPage(browser, "results");
  const text = "SELECT nme FROM shop.products";
  const problem = {
    code: "undefined-column",
    message: "There is no column nme.",
    action: "Did you mean name?",
    start: 7,
    end: 10,
  };
  await open.post(started({ revealable: false }));
  await open.post(
    statement({ kind: "failed", problem, record: RECORD }, { report: report({ statement: text }) }),
  );
  await open.page.getByRole("alert").waitFor();
  await expect.poll(() => open.page.locator("mark").allTextContents()).toEqual(["nme"]);
  await open.page.getByText("Did you mean name?").waitFor();
  expect(await open.page.getByRole("button", { name: "Show in Editor" }).count()).toBe(0);
  await open.page.close();
});

test("a run that lost the agent says so", async () => {
  const open = await openPage(browser, "results");
  const problem = { code: "agent-stopped", message: "The agent stopped.", action: "Try again." };
  await open.post(started());
  await open.post({ kind: "finished", runToken: "run-1", problem });
  await open.page.getByRole("alert").filter({ hasText: "The agent stopped." }).waitFor();
  await open.page.getByRole("tab", { name: "Failed" }).waitFor();
  await open.page.close();
});
