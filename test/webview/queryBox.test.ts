import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionId } from "../../protocol/ids.ts";
import type { QueryBoxToPage } from "../../protocol/views.ts";
import { report } from "./messages.ts";
import { type OpenPage, openPage, startBrowser } from "./openPage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

type State = Extract<QueryBoxToPage, { kind: "state" }>;

const state = (over: Partial<State> = {}): State => ({
  kind: "state",
  identity: "signed_in",
  connections: [
    { id: connectionId("c1"), name: "Shop", environment: "production", environmentSet: true },
    { id: connectionId("c2"), name: "Copy", environment: "production", environmentSet: false },
  ],
  selected: connectionId("c1"),
  running: false,
  ...over,
});

async function opened(first: State, kept?: unknown): Promise<OpenPage> {
  const open = await openPage(browser, "queryBox", { width: 320, height: 500, kept });
  await open.post(first);
  return open;
}

const box = ({ page }: OpenPage) => page.getByRole("textbox", { name: "SQL" });
const sentOf = async ({ sent }: OpenPage, kind: string) =>
  (await sent()).filter((message) => message.kind === kind);

/** Types SQL and answers the check the page then asks for. */
async function typed(open: OpenPage, text: string): Promise<number> {
  await box(open).fill(text);
  await expect.poll(async () => (await sentOf(open, "check")).at(-1)?.text).toBe(text);
  return Number((await sentOf(open, "check")).at(-1)?.check);
}

test.each([
  ["signed_out", "Sign in to run queries.", "Sign In", "sluice.signIn"],
  ["expired", "Your sign-in has ended. Sign in again to run queries.", "Sign In", "sluice.signIn"],
  ["signed_in", "Add the database you want to query.", "Add Connection", "sluice.connections.add"],
] as const)("invites while it cannot be used: %s", async (identity, words, label, command) => {
  const open = await opened(state({ identity, connections: [], selected: null }));
  await open.page.getByText(words).waitFor();
  expect(await box(open).count()).toBe(0);
  await open.page.getByRole("button", { name: label }).click();
  await expect.poll(() => sentOf(open, "command")).toEqual([{ kind: "command", command }]);
  expect(open.complaints).toEqual([]);
  await open.page.close();
});

test("runs with Ctrl+Enter and with the button, and not while something runs", async () => {
  const open = await opened(state());
  await box(open).fill("SELECT 1");
  await box(open).press("Control+Enter");
  await expect.poll(() => sentOf(open, "run")).toEqual([{ kind: "run", text: "SELECT 1", suggestion: null }]);
  await open.post(state({ running: true }));
  await open.page.getByRole("button", { name: "Cancel" }).waitFor();
  await box(open).press("Control+Enter");
  await open.page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => sentOf(open, "cancel")).toHaveLength(1);
  expect(await sentOf(open, "run")).toHaveLength(1);
  await open.post(state());
  await open.page.getByRole("button", { name: "Cancel" }).waitFor({ state: "hidden" });
  await open.page.getByRole("button", { name: "Run" }).click();
  await expect.poll(() => sentOf(open, "run")).toHaveLength(2);
  await open.page.close();
});

test("shows what would be decided while typing, and selects the words of a finding", async () => {
  const open = await opened(state());
  const text = "DELETE FROM shop.orders";
  const check = await typed(open, text);
  const base = report({
    statement: text,
    kind: "delete",
    effect: "write",
    reads: [],
    writes: ["shop.orders"],
  });
  const reports = [
    {
      ...base,
      decision: {
        ...base.decision,
        verdict: "deny",
        findings: [
          {
            rule: "no-where-delete",
            severity: "error",
            message: "Every row goes.",
            start: 0,
            end: 6,
            verdict: "deny",
          },
        ],
      },
    },
  ];
  await open.post({ kind: "checked", check: check - 1, reports: [], problem: null });
  await open.post({ kind: "checked", check, reports, problem: null });
  const findings = open.page.getByRole("list", { name: "Findings" });
  await findings.waitFor();
  await expect.poll(() => findings.textContent()).toContain("Blocked · writes 1 table · risk 18");
  await open.page.getByRole("button", { name: /Every row goes\. \(no-where-delete\)/ }).click();
  const selected = await open.page.evaluate(() => {
    const area = document.querySelector("vscode-text-area")?.shadowRoot?.querySelector("textarea");
    return area?.value.slice(area.selectionStart, area.selectionEnd);
  });
  expect(selected).toBe("DELETE");
  await open.page.close();
});

test("keeps its text while hidden, and says which connection has no environment", async () => {
  const open = await opened(state(), { text: "SELECT 42" });
  await expect.poll(() => box(open).inputValue()).toBe("SELECT 42");
  await open.page.getByRole("combobox", { name: "Connection" }).click();
  await open.page.getByRole("option", { name: "Copy (treated as production)" }).click();
  await expect
    .poll(async () => (await sentOf(open, "choose")).at(-1))
    .toEqual({ kind: "choose", connectionId: "c2" });
  await open.page.close();
});

test("a question is asked in words; what a model wrote runs under its suggestion until the box is emptied", async () => {
  const open = await opened(state());
  const question = open.page.getByRole("textbox", { name: "Question" });
  await question.fill("orders of last week");
  await question.press("Enter");
  await expect.poll(() => sentOf(open, "ask")).toEqual([{ kind: "ask", question: "orders of last week" }]);
  await open.post({ kind: "asking", asking: true });
  await open.page.getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => sentOf(open, "cancelAsk")).toHaveLength(1);
  const notes = ["You asked for “last week”; there is no condition on a date."];
  await open.post({ kind: "suggested", suggestion: "s1", text: "SELECT id FROM orders", notes });
  await open.post({ kind: "asking", asking: false });
  await open.page.getByText("there is no condition on a date").waitFor();
  await expect.poll(() => box(open).inputValue()).toBe("SELECT id FROM orders");
  await box(open).press("End");
  await box(open).pressSequentially(" LIMIT 1");
  await box(open).press("Control+Enter");
  const run = { kind: "run", text: "SELECT id FROM orders LIMIT 1", suggestion: "s1" };
  await expect.poll(() => sentOf(open, "run")).toEqual([run]);
  await box(open).fill("");
  await box(open).fill("SELECT 1");
  await box(open).press("Control+Enter");
  await expect.poll(async () => (await sentOf(open, "run")).at(-1)).toMatchObject({ suggestion: null });
  await open.post({ kind: "nothing", reason: "the model has no answer" });
  await open.page.getByText("Nothing was suggested: the model has no answer").waitFor();
  expect(open.complaints).toEqual([]);
  await open.page.close();
});
