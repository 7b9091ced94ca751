import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Approval } from "../../protocol/approval/approval.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { ApprovalView } from "../../protocol/views.ts";
import { approval, DANA, decision } from "../approval/approvals.ts";
import { type OpenPage, openPage, startBrowser } from "./openPage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const soon = new Date(Date.now() + 30 * 60_000 + 30_000).toISOString();
const view = (changes: Parameters<typeof approval>[0], over: Partial<ApprovalView> = {}): ApprovalView => ({
  approval: approval({ expiresAt: soon, ...changes }),
  own: false,
  whyNot: null,
  textKept: false,
  runsItself: false,
  ...over,
});
async function shown(given: ApprovalView): Promise<OpenPage> {
  const open = await openPage(browser, "approval", { height: 900 });
  await open.post({ kind: "view", view: given });
  await open.page.getByRole("heading", { level: 1 }).waitFor();
  return open;
}
const finding = (words: string, statement: string): Approval["order"]["findings"][number] => ({
  rule: "write-needs-approval",
  severity: "error",
  message: "Changes on production need approval.",
  verdict: "approve",
  start: statement.indexOf(words),
  end: statement.indexOf(words) + words.length,
});

const TEXT = "UPDATE shop.products\nSET price = price * 1.1\nWHERE discontinued";

test("an approver sees what it is and answers once", async () => {
  const columns = [
    { name: "email", infoType: "email", level: "confidential", mask: "email", sources: ["shop.c.email"] },
  ];
  const open = await shown(
    view({ statement: TEXT, mayDecide: true, columns, findings: [finding("UPDATE shop.products", TEXT)] }),
  );
  const { page } = open;
  await expect
    .poll(() => page.getByRole("heading", { level: 1 }).textContent())
    .toBe("Ada Lindqvist asks to run this on Northwind · production");
  await expect.poll(() => page.locator("mark").allTextContents()).toEqual(["UPDATE shop.products"]);
  const [first] = await page.getByRole("list", { name: "Statement" }).getByRole("listitem").allTextContents();
  expect(first).toContain("Changes on production need approval.");
  for (const words of [
    "Ticket 4711: prices of next year",
    "about 1,200 rows, at most 1,800 rows may change",
    "ada-laptop",
    "Risk 62 of 100",
    "production",
    "Waiting for sluice-dba",
    "expires in 30 min",
  ])
    await page.getByText(words).first().waitFor();
  await page.getByRole("row", { name: /email.*confidential.*masked \(email\).*shop\.c\.email/ }).waitFor();
  await page.getByRole("textbox", { name: "Reason" }).fill("Agreed with finance");
  await page.getByRole("button", { name: "Approve" }).dblclick();
  const sent = (await open.sent()).filter(({ kind }) => kind === "decide");
  expect(sent).toEqual([{ kind: "decide", decision: "approve", reason: "Agreed with finance" }]);
  expect(open.complaints).toEqual([]);
  await page.close();
});

test.each(["dark", "light", "high-contrast"] as const)(
  "a stopped task is shown as what it is, and either answer takes a reason (%s)",
  async (theme) => {
    const open = await openPage(browser, "approval", { height: 700, theme });
    const words = "7 denied statements in 2 minutes.";
    const given = view({ mayDecide: true, columns: [] });
    const order = {
      ...given.approval.order,
      ...{ statement: `Let this task go on, which was stopped: ${words}`, reason: words, group: "person" },
      program: { agent: "helper", model: "large-1", host: "host 1.0", task: "t1", asks: "person" },
      resumes: { stop: sha256("ab".repeat(32)), cause: "probing", words },
    } as const;
    await open.post({ kind: "view", view: { ...given, approval: { ...given.approval, order } } });
    const { page } = open;
    await page.getByRole("heading", { name: /was stopped. May it go on\?/ }).waitFor();
    await page.screenshot({ path: path.join(PICTURES, `approval-stopped-${theme}.png`) });
    expect(await page.getByRole("list", { name: "Statement" }).count()).toBe(0);
    expect(await page.getByText("Risk").count()).toBe(0);
    for (const name of ["Let It Go On", "Leave It Stopped"]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("alert").filter({ hasText: "Say why" }).waitFor();
    }
    await page.getByRole("textbox", { name: "Reason" }).fill("It was told where to look");
    await page.getByRole("button", { name: "Let It Go On" }).click();
    expect((await open.sent()).filter(({ kind }) => kind === "decide")).toEqual([
      { kind: "decide", decision: "approve", reason: "It was told where to look" },
    ]);
    expect(open.complaints).toEqual([]);
    await page.close();
  },
);

test("a denial needs a reason, and the cursor is put where it goes", async () => {
  const open = await shown(view({ mayDecide: true }));
  const { page } = open;
  await page.getByRole("button", { name: "Deny" }).press("Enter");
  await page.getByRole("alert").filter({ hasText: "Say why" }).waitFor();
  expect((await open.sent()).map(({ kind }) => kind)).toEqual(["ready"]);
  await page.keyboard.type("Use a migration");
  await page.getByRole("button", { name: "Deny" }).press("Enter");
  await expect
    .poll(async () => (await open.sent()).at(-1))
    .toEqual({ kind: "decide", decision: "deny", reason: "Use a migration" });
  await open.post({
    kind: "problem",
    problem: { code: "x", message: "The collector does not answer.", action: "Try again." },
  });
  await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
  await page.getByRole("button", { name: "Deny" }).press("Enter");
  await expect.poll(async () => (await open.sent()).length).toBe(3);
  await page.close();
});

test("one's own cannot be approved, and the page says why; it can be withdrawn", async () => {
  const whyNot = "You asked for it, and nobody approves what they asked for themselves.";
  const open = await shown(view({}, { own: true, whyNot }));
  const { page } = open;
  await page.getByText(whyNot).waitFor();
  expect(await page.getByRole("button", { name: /Approve|Deny/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Withdraw" }).click();
  expect((await open.sent()).at(-1)).toEqual({ kind: "withdraw" });
  await page.close();
});

test("an answer that comes while one looks is shown, and one's own is run from there", async () => {
  const open = await shown(view({}, { own: true, whyNot: "You asked for it.", textKept: true }));
  const { page } = open;
  const granted = { state: "granted", decisions: [decision(DANA, "approve", "Fine")] } as const;
  await open.post({
    kind: "view",
    view: view(granted, { own: true, whyNot: "Nothing is left to decide.", textKept: true }),
  });
  await page.getByRole("status").filter({ hasText: "Approved by Dana Okafor" }).waitFor();
  await page.getByText(/Dana Okafor approved.*: Fine/).waitFor();
  await page.getByRole("button", { name: "Run" }).click();
  expect((await open.sent()).at(-1)).toEqual({ kind: "run" });
  await open.post({
    kind: "view",
    view: view(granted, { own: true, whyNot: "Nothing is left to decide.", textKept: false }),
  });
  await page.getByText("run it where it was asked for").waitFor();
  expect(await page.getByRole("button", { name: "Run" }).count()).toBe(0);
  await page.close();
});

describe("what somebody might hide from an approver", () => {
  test("a character that turns the text around is named", async () => {
    const statement = "DELETE FROM t -- \u202eWHERE id = 1\u2066 \u200b\nWHERE true\r\nAND 1 = 1";
    const open = await shown(view({ statement, mayDecide: true }));
    await expect
      .poll(() => open.page.locator(".unseen").allTextContents())
      .toEqual(["U+202E", "U+2066", "U+200B"]);
    await open.page.close();
  });

  test("the middle of a long statement is there, and so is its end", async () => {
    const statement = `SELECT 1 /* ${"x ".repeat(3_000)} needle ${"y ".repeat(3_000)} */, end_of_it`;
    const open = await shown(view({ statement, mayDecide: true }));
    await expect.poll(() => open.page.locator(".lines code").allTextContents()).toEqual([statement]);
    await open.page.close();
  });

  test("markup in what the requester wrote is text", async () => {
    const statement = "SELECT '<button>Approve</button><img src=x onerror=alert(1)>'";
    const open = await shown(view({ statement, mayDecide: true }));
    await expect.poll(() => open.page.locator(".lines code").allTextContents()).toEqual([statement]);
    expect(await open.page.locator("img").count()).toBe(0);
    expect(open.complaints).toEqual([]);
    await open.page.close();
  });
});
