import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import { faintTexts } from "./contrast.ts";
import { EMAIL, report } from "./messages.ts";
import { type OpenPage, openPage, startBrowser } from "./openPage.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");
const STATEMENT = "SELECT c.email,\n  sum(o.total) AS spent\u202e\nFROM shop.customers c";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

function review(
  over: Partial<SuggestionReview> = {},
  verdict: "allow" | "approve" | "deny" = "allow",
): SuggestionReview {
  const plain = report({ statement: STATEMENT });
  return {
    review: "r1",
    suggestion: "5f1c",
    model: "small",
    how: "ask",
    madeAt: "2026-01-02T03:04:05.000Z",
    question: "customers who spent most last week",
    prompt: "p1",
    promptHash: "ab".repeat(32),
    report: {
      ...plain,
      decision: {
        ...plain.decision,
        verdict,
        reason: "Nobody does that.",
        columns: [{ name: "email", label: EMAIL, mask: "email", sources: ["shop.customers.email"] }],
        findings: [
          {
            rule: "no-limit-large-table",
            severity: "warning",
            message: "It returns every row.",
            start: 0,
            end: 6,
            verdict: "allow",
          },
        ],
      },
    },
    differences: [
      {
        code: "time-missing",
        severity: "warning",
        message: "You asked for “last week”; there is no condition on a date.",
      },
      {
        code: "limit-unasked",
        severity: "note",
        message: "It stops after 10 rows; you did not ask for that.",
      },
    ],
    lookedAt: ["when", "order"],
    changed: [
      { kind: "same", text: "SELECT" },
      { kind: "gone", text: " c.id," },
      { kind: "new", text: " c.email," },
    ],
    tables: [{ name: "shop.customers", access: "read", rows: 4_000 }],
    plannedCost: 1234.5,
    state: "undecided",
    former: null,
    ...over,
  };
}

async function opened(shown: SuggestionReview, theme: ThemeName = "dark"): Promise<OpenPage> {
  const open = await openPage(browser, "suggestion", { theme, width: 900, height: 1_400 });
  await open.post({ kind: "review", review: shown, connection: "Shop", environment: "production" });
  await open.page.getByRole("button", { name: "Reject" }).waitFor();
  return open;
}

const acts = async ({ sent }: OpenPage) => (await sent()).filter(({ kind }) => kind !== "ready");

describe.each(Object.keys(THEMES) as ThemeName[])("a review can be read in the %s theme", (theme) => {
  test("with everything in it", async () => {
    const open = await opened(review({}, "approve"), theme);
    await open.page.screenshot({ path: path.join(PICTURES, `suggestion-${theme}.png`) });
    expect(await faintTexts(open.page, 4.5)).toEqual([]);
    expect(open.complaints).toEqual([]);
    await open.page.close();
  });
});

test("it shows the whole statement, what differs, and what is not seen by its name", async () => {
  const open = await opened(review());
  await open.page.getByText("You asked for “last week”; there is no condition on a date.").waitFor();
  await expect.poll(() => open.page.locator(".unseen").count()).toBe(1);
  await expect.poll(() => open.page.locator("mark.warning").textContent()).toBe("SELECT");
  await expect.poll(() => open.page.locator("ins").textContent()).toBe(" c.email,");
  await expect.poll(() => open.page.locator("del").textContent()).toBe(" c.id,");
  await open.page.getByRole("button", { name: "what was sent" }).click();
  await open.page.getByRole("button", { name: "Approve and Run" }).click();
  // What is on its way is not sent twice.
  await open.page.getByRole("button", { name: "Approve and Run" }).click();
  await expect.poll(() => acts(open)).toEqual([{ kind: "showPrompt" }, { kind: "run" }]);
  await open.page.close();
});

test("a rejection needs its reason, and a failure gives the buttons back", async () => {
  const open = await opened(review({ differences: [], changed: null }));
  await open.page
    .getByText("Nothing was found that differs from what was asked. Looked at: when, order.")
    .waitFor();
  await open.page.getByRole("button", { name: "Reject" }).click();
  await open.page.getByText("Say why: it goes on the record.").waitFor();
  await open.page.getByRole("textbox", { name: "Reason (required to reject)" }).fill("  Wrong table ");
  await open.page.getByRole("button", { name: "Reject" }).click();
  await expect.poll(() => acts(open)).toEqual([{ kind: "reject", reason: "Wrong table" }]);
  const problem = { code: "review-changed", message: "It is another now.", action: "Look again." };
  await open.post({ kind: "problem", problem });
  await open.page.getByRole("alert").filter({ hasText: "It is another now. Look again." }).waitFor();
  await open.page.getByRole("button", { name: "Edit" }).click();
  await expect.poll(async () => (await acts(open)).at(-1)).toEqual({ kind: "edit" });
  await open.page.close();
});

test("what policy blocks cannot be approved", async () => {
  const open = await opened(review({}, "deny"));
  await open.page.getByText("Policy blocks this: Nobody does that.").waitFor();
  expect(await open.page.getByRole("button", { name: "Approve and Run" }).isVisible()).toBe(false);
  await open.page.close();
});

test("what was decided before is shown, and a change that has run is approved anew", async () => {
  const at = "2026-01-02T03:04:05.000Z";
  const rejected = await opened(
    review({
      state: "rejected",
      former: { decision: "reject", reason: "No week in it", at, used: false },
    }),
  );
  await rejected.page.getByText(/^You rejected it on .*: No week in it$/).waitFor();
  await expect
    .poll(() => rejected.page.getByRole("button", { name: "Approve and Run", exact: true }).isVisible())
    .toBe(true);
  await rejected.page.close();
  const ran = await opened(review({ former: { decision: "run", reason: null, at, used: true } }));
  await ran.page.getByText("each run is agreed to anew").waitFor();
  await ran.page.getByRole("button", { name: "Approve and Run Again" }).click();
  await expect.poll(() => acts(ran)).toEqual([{ kind: "run" }]);
  await ran.page.close();
});

test("nothing is ticked where nothing was looked at", async () => {
  const open = await opened(review({ differences: [], lookedAt: [] }));
  await open.page.getByText("Not checked against what was asked").waitFor();
  expect(await open.page.locator(".agrees").count()).toBe(0);
  await open.page.close();
});
