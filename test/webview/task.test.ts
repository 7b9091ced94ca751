import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TaskStatement, TaskStep, TaskTimeline } from "../../protocol/behaviour/taskStep.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Task } from "../../protocol/task.ts";
import { intent } from "../audit/records.ts";
import { faintTexts } from "./contrast.ts";
import { openPage, startBrowser } from "./openPage.ts";
import { THEMES, type ThemeName } from "./themes.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const at = (seq: number) => ({
  seq,
  hash: sha256(String(seq).padStart(64, "a")),
  at: `2026-03-02T09:00:0${seq}.000Z`,
});
const statement = (changes: Partial<TaskStatement>): TaskStatement => {
  const { actor, connection } = intent();
  return {
    kind: "statement",
    ran: true,
    actor,
    connection,
    purpose: "count the cards",
    statement: "SELECT count(*) FROM shop.cards",
    statementKind: "select",
    effect: "read",
    verdict: "allow",
    reason: "Allowed.",
    risk: 12,
    riskFactors: [{ name: "on production", points: 12 }],
    rules: [],
    anomalies: [],
    seen: [],
    writes: [],
    approvers: [],
    suggestion: null,
    outcome: { outcome: "done", rows: 1, affected: null, maskedCells: 0, milliseconds: 1, errorClass: null },
    ...changes,
  };
};
const steps: readonly TaskStep[] = [
  {
    ...at(1),
    kind: "opened",
    purpose: "count the cards",
    budget: { statements: 300, rows: 50_000, minutes: 240 },
  },
  { ...at(2), ...statement({}) },
  {
    ...at(3),
    ...statement({
      statement: "SELECT card_number FROM shop.cards -- \u202e",
      anomalies: ["purpose-mismatch"],
      seen: [
        { column: "shop.cards.card_number", infoType: "payment_card", level: "restricted", mask: "last4" },
      ],
      outcome: {
        outcome: "done",
        rows: 20,
        affected: null,
        maskedCells: 20,
        milliseconds: 1,
        errorClass: null,
      },
    }),
  },
  {
    ...at(4),
    ...statement({ ran: false, verdict: "deny", reason: "7 denied statements in 2 minutes", outcome: null }),
  },
  { ...at(5), kind: "stopped", cause: "probing", words: "7 denied statements in 2 minutes" },
];
const timeline: TaskTimeline = {
  task: "t1",
  actor: "helper for Ada",
  models: ["large-1"],
  purpose: "count the cards",
  state: { kind: "stopped", cause: "probing", words: "7 denied statements in 2 minutes" },
  mark: null,
  steps,
  totals: { statements: 2, refused: 1, rows: 21, changed: 0, anomalies: 1 },
};

const { actor } = intent();
const task: Task = {
  id: "t1",
  actor,
  purpose: timeline.purpose,
  budget: { statements: 300, rows: 50_000, minutes: 240 },
  state: timeline.state,
  openedAt: at(1).at,
  lastAt: at(5).at,
  statements: 2,
  rows: 21,
  mark: null,
};

describe("a task's page", () => {
  test("tells by their number the models of an agent that claims another with each call", async () => {
    const { page, post } = await openPage(browser, "task", { height: 700 });
    const models = Array.from({ length: 300 }, (_, place) => `made-up-${String(place).padStart(3, "0")}`);
    await post({ kind: "timeline", timeline: { ...timeline, models }, task, today: [] });
    await page.getByText("made-up-004, 295 more;").waitFor();
    expect(await page.getByText("made-up-005").count()).toBe(0);
  });

  test("is gone through step by step, with what it had come to by then", async () => {
    const { page, post, complaints, sent } = await openPage(browser, "task", { height: 700 });
    await post({ kind: "timeline", timeline, task, today: [] });
    await page.getByText("Step 1 of 5").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("1 statement ran and 0 did not; 1 row read").waitFor();
    // By the keyboard alone.
    await page.locator("button[aria-current=step]").focus();
    await page.keyboard.press("ArrowDown");
    await page.getByText("2 statements ran and 0 did not; 21 rows read").waitFor();
    await page.getByText("Unusual: purpose-mismatch").waitFor();
    await expect
      .poll(() => page.getByText("shop.cards.card_number (payment_card, masked: last4)").count())
      .toBe(2);
    await expect.poll(() => page.locator("button[aria-current=step]").textContent()).toContain("card_number");
    expect(await page.content()).not.toContain("\u202e");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.getByText("Step 5 of 5").waitFor();
    expect(complaints).toEqual([]);
    await page.getByRole("button", { name: "Judge by Today's Policy" }).click();
    await expect.poll(async () => (await sent()).at(-1)).toEqual({ kind: "judge" });
    await post({
      kind: "timeline",
      timeline,
      task,
      today: [[2, { kind: "other", verdict: "deny", reason: "Reading is not allowed." }]],
    });
    // Where somebody was, they are still, and so is the focus.
    await page.getByText("Step 5 of 5").waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe("Judge by Today's Policy");
    for (let step = 5; step > 2; step -= 1) await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText("Today it would be denied: Reading is not allowed.").waitFor();
    await page.close();
  });

  test("offers what a person can decide about it as it stands", async () => {
    const { page, post, sent } = await openPage(browser, "task");
    const offered = async (
      changes: Partial<Task>,
      mark: TaskTimeline["mark"] = null,
    ): Promise<readonly string[]> => {
      await post({
        kind: "timeline",
        timeline: { ...timeline, mark },
        task: { ...task, ...changes },
        today: [],
      });
      const texts = await page.locator(".acts vscode-button").allTextContents();
      return texts.map((text) => text.trim()).slice(2);
    };
    expect(await offered({})).toEqual(["Let It Go On...", "End the Task..."]);
    await page.getByRole("button", { name: "Let It Go On..." }).click();
    await expect.poll(async () => (await sent()).at(-1)).toEqual({ kind: "resume" });
    expect(await offered({ state: { kind: "open" } })).toEqual(["End the Task..."]);
    const ended = { kind: "ended", how: "expired" } as const;
    expect(await offered({ state: ended })).toEqual([]);
    const mark = { statements: 2, first: 2, last: 3 };
    expect(await offered({ state: { kind: "open" }, mark })).toEqual(["End the Task..."]);
    await page
      .getByText("2 statements showed it text that anybody may have written (records 2 to 3)")
      .waitFor();
    expect(await offered({ state: ended }, { ...mark, liftedBy: "Ada" })).toEqual([]);
    await page.getByText("Its mark was lifted by Ada.").waitFor();
    expect(await offered({ state: ended, mark })).toEqual(["Lift Its Mark..."]);
    await page.getByRole("button", { name: "Lift Its Mark..." }).click();
    await expect.poll(async () => (await sent()).at(-1)).toEqual({ kind: "lift_mark" });
    await page.close();
  });

  test("says what went wrong", async () => {
    const { page, post, sent } = await openPage(browser, "task");
    await post({
      kind: "problem",
      problem: { code: "no-such-task", message: "There is no such task.", action: "Choose another." },
    });
    await page.getByRole("alert").getByText("There is no such task. Choose another.").waitFor();
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect.poll(async () => (await sent()).filter(({ kind }) => kind === "ready").length).toBe(2);
    await post({ kind: "timeline", timeline, task, today: [] });
    await page.getByText("Step 1 of 5").waitFor();
    await expect.poll(() => page.getByRole("alert").textContent()).toBe("");
    // What went wrong with an answer takes nothing of the task away.
    await post({
      kind: "problem",
      problem: { code: "not-stopped", message: "It is not stopped.", action: "Look at it again." },
    });
    await page.getByRole("alert").getByText("It is not stopped. Look at it again.").waitFor();
    await page.getByText("Step 1 of 5").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Refresh" }).count()).toBe(1);
    await page.close();
  });

  test.each(Object.keys(THEMES) as ThemeName[])("can be read in the %s theme", async (theme) => {
    const { page, post } = await openPage(browser, "task", { theme, height: 700 });
    await post({ kind: "timeline", timeline, task, today: [[2, { kind: "same" }]] });
    await page.getByRole("button", { name: "Next" }).click();
    await page.screenshot({
      path: path.resolve(import.meta.dirname, `../../test-results/task-${theme}.png`),
    });
    expect(await faintTexts(page, 4.5)).toEqual([]);
    await page.close();
  });
});
