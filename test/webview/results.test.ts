import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resultId, sessionId } from "../../protocol/ids.ts";
import { columns, RECORD, rows, rowsState, SESSION, started, statement } from "./messages.ts";
import { type OpenPage, openPage, startBrowser } from "./openPage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const finished = { kind: "finished", runToken: "run-1", problem: null };

async function opened(...messages: readonly unknown[]): Promise<OpenPage> {
  const open = await openPage(browser, "results");
  for (const message of messages) await open.post(message);
  return open;
}

/** The last message of this kind the page sent, once there is one that fits. */
async function told(
  { sent }: OpenPage,
  kind: string,
  fits: (message: Record<string, unknown>) => boolean = () => true,
): Promise<Record<string, unknown>> {
  let found: Record<string, unknown> | undefined;
  await expect
    .poll(
      async () => {
        found = (await sent()).findLast((message) => message.kind === kind && fits(message));
        return found;
      },
      { timeout: 10_000 },
    )
    .toBeDefined();
  return found ?? {};
}

const grid = ({ page }: OpenPage) => page.getByRole("grid", { name: "Result 1" });
const active = ({ page }: OpenPage) => page.locator(".cell.active");
const nodes = ({ page }: OpenPage) => page.evaluate(() => document.querySelectorAll("*").length);

describe("the grid", () => {
  test("tells assistive technology what it is, how large, and what is masked", async () => {
    const open = await opened(started(), statement(rowsState(40, 6)), finished);
    const element = grid(open);
    await element.waitFor();
    await expect.poll(() => element.getAttribute("aria-rowcount")).toBe("41");
    await expect.poll(() => element.getAttribute("aria-colcount")).toBe("7");
    const email = open.page.getByRole("columnheader", { name: /^email \(text\).*email, masked \(email\)/ });
    await expect.poll(() => email.getAttribute("aria-label")).toContain("the column is called email");
    const cell = open.page.getByRole("gridcell", { name: "a***@example.com, masked email" }).first();
    await expect.poll(() => cell.getAttribute("aria-colindex")).toBe("3");
    await element.focus();
    const id = await element.getAttribute("aria-activedescendant");
    await expect.poll(() => open.page.locator(`[id="${id}"]`).textContent()).toBe("1");
    expect(open.complaints).toEqual([]);
    await open.page.close();
  });

  test("holds 100,000 rows in a few hundred elements, wherever it is scrolled to", async () => {
    const open = await opened(started(), statement(rowsState(100_000, 3)), finished);
    await grid(open).waitFor();
    expect(await nodes(open)).toBeLessThan(900);
    await grid(open).focus();
    await open.page.keyboard.press("Control+End");
    await open.page.getByRole("rowheader", { name: "100000", exact: true }).waitFor();
    await expect.poll(() => active(open).getAttribute("data-column")).toBe("2");
    expect(await nodes(open)).toBeLessThan(900);
    await open.page.keyboard.press("Control+Home");
    await open.page.getByRole("rowheader", { name: "1", exact: true }).waitFor();
    expect(await nodes(open)).toBeLessThan(900);
    await open.page.close();
  });

  test("holds 1,600 columns in a few hundred elements", async () => {
    const open = await opened(started(), statement(rowsState(200, 1_600)), finished);
    await grid(open).waitFor();
    expect(await nodes(open)).toBeLessThan(900);
    await grid(open).focus();
    await open.page.keyboard.press("End");
    await open.page.getByRole("columnheader", { name: /^column_1599 / }).waitFor();
    expect(await nodes(open)).toBeLessThan(900);
    await open.page.close();
  });

  test("shows the whole of a value that fits", async () => {
    const open = await opened(started(), statement(rowsState(40, 3)), finished);
    await grid(open).waitFor();
    const cut = await open.page
      .locator(".cell.masked")
      .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length);
    expect(cut).toBe(0);
    await open.page.close();
  });

  test("moves and selects by keyboard, and copies the selection with or without headers", async () => {
    const open = await opened(started(), statement(rowsState(60, 4)), finished);
    const { keyboard } = open.page;
    await grid(open).focus();
    await keyboard.press("ArrowDown");
    await keyboard.press("Shift+ArrowRight");
    await keyboard.press("Shift+ArrowDown");
    await expect.poll(() => open.page.locator("[aria-selected=true][role=gridcell]").count()).toBe(4);
    await keyboard.press("Control+c");
    expect((await told(open, "copied")).text).toBe("2\tb***@example.com\n3\tc***@example.com");
    await keyboard.press("Control+Shift+c");
    const withHeaders = await told(open, "copied", ({ text }) => String(text).startsWith("id"));
    expect(withHeaders.text).toBe("id\temail\n2\tb***@example.com\n3\tc***@example.com");
    await keyboard.press("PageDown");
    await expect.poll(() => active(open).textContent()).not.toBe("3");
    await open.page.close();
  });

  test("tells the editor's menu which column it is about: by mouse on header and cell, and by keyboard", async () => {
    const open = await opened(started(), statement(rowsState(10, 4)), finished);
    await grid(open).waitFor();
    const menuAt = (selector: string) =>
      open.page.evaluate((of) => {
        const context: Record<string, unknown> = {};
        for (let at = document.querySelector(of); at !== null; at = at.parentElement) {
          const own = at.getAttribute("data-vscode-context");
          if (own !== null) Object.assign(context, { ...JSON.parse(own), ...context });
        }
        return context;
      }, selector);
    const email = { webviewSection: "column", column: "email", runToken: "run-1" };
    const header = open.page.getByRole("columnheader", { name: /^email / });
    const place = await header.getAttribute("data-column");
    expect(await menuAt(`.head-cell[data-column="${place}"]`)).toMatchObject(email);
    await open.page.locator(`.cell[data-column="${place}"]`).nth(2).click({ button: "right" });
    expect(await menuAt(".grid")).toMatchObject({
      ...email,
      sources: expect.arrayContaining([expect.any(String)]),
    });
    await open.page.locator('.cell[data-column="0"]').first().click();
    expect(await menuAt(".grid")).toMatchObject({ column: "id" });
    await open.page.keyboard.press("ArrowRight");
    expect(await menuAt(".grid")).toMatchObject(email);
    await open.page.close();
  });

  test("opens a value beside itself and gives the focus back", async () => {
    const open = await opened(started(), statement(rowsState(10, 4)), finished);
    await grid(open).focus();
    await open.page.keyboard.press("ArrowRight");
    await open.page.keyboard.press("Enter");
    const value = open.page.getByRole("complementary", { name: "Value" });
    await value.waitFor();
    await expect.poll(() => value.textContent()).toContain("Masked (email).");
    await open.page.keyboard.press("Escape");
    await value.waitFor({ state: "hidden" });
    expect(await grid(open).evaluate((element) => element === document.activeElement)).toBe(true);
    await open.page.close();
  });

  test("never takes a value for markup", async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const state = { ...rowsState(1, 1), columns: columns(1), page: { rows: [[hostile]], done: true } };
    const open = await opened(started({ title: hostile }), statement(state), finished);
    await open.page.getByRole("gridcell", { name: hostile }).waitFor();
    expect(await open.page.locator("img").count()).toBe(0);
    expect(open.complaints).toEqual([]);
    await open.page.close();
  });
});

describe("paging", () => {
  test("asks for the next page once, adds it, and says when all is here", async () => {
    const open = await opened(started(), statement(rowsState(500, 4, { done: false })), finished);
    const status = open.page.getByRole("status").filter({ hasText: "record 17" });
    await grid(open).focus();
    await open.page.keyboard.press("Control+End");
    expect(await told(open, "fetch")).toEqual({ kind: "fetch", resultId: "r1", maxRows: 500 });
    await open.page.keyboard.press("Control+End");
    expect((await open.sent()).filter(({ kind }) => kind === "fetch")).toHaveLength(1);
    await expect.poll(() => status.textContent()).toContain("first 500 rows, more below");
    await open.post({ kind: "page", resultId: "r1", page: { rows: rows(130, 4, 500), done: true } });
    await expect.poll(() => status.textContent()).toContain("630 rows");
    await expect.poll(() => grid(open).getAttribute("aria-rowcount")).toBe("631");
    await open.page.close();
  });

  test("says why rows were left out, or why a page did not come", async () => {
    const open = await opened(started(), statement(rowsState(500, 4, { done: false })), finished);
    await grid(open).waitFor();
    const problem = { code: "connection-lost", message: "The connection was lost.", action: "Run it again." };
    await open.post({ kind: "pageFailed", resultId: "r1", problem });
    await open.page.getByText("The connection was lost. Run it again.").waitFor();
    const page = { rows: rows(2, 4), done: true, truncated: "Policy shows at most 2 rows." };
    await open.post(statement({ ...rowsState(2, 4, { id: "r2" }), page }, { index: 1, total: 2 }));
    await open.page.getByRole("tab", { name: "Result 2" }).click();
    await open.page.getByText("Policy shows at most 2 rows.").waitFor();
    await open.page.close();
  });

  test("tells the agent when nobody will page further", async () => {
    const open = await opened(started(), statement(rowsState(500, 4, { done: false })), finished);
    await grid(open).waitFor();
    await open.post({ kind: "clear" });
    expect(await told(open, "close")).toEqual({ kind: "close", resultId: "r1" });
    await open.page.getByText("Run a statement").waitFor();
    await open.page.close();
  });
});

describe("copy and export of all that is shown", () => {
  test("with headers, masked as shown, NULL told from an empty text, formulas disarmed for spreadsheets", async () => {
    const shown = [
      ["1", "a***@example.com", null],
      ["-2", "b***@example.com", "=1+1"],
      ["3", "c***@example.com", 'say "hi", twice'],
      ["4", "d***@example.com", ""],
    ];
    const state = { ...rowsState(4, 3), page: { rows: shown, done: true } };
    const open = await opened(started(), statement(state), finished);
    await open.post({ kind: "copy" });
    expect((await told(open, "copied")).text).toBe(
      "id\temail\tcolumn_2\n1\ta***@example.com\t\n-2\tb***@example.com\t'=1+1\n" +
        '3\tc***@example.com\t"say ""hi"", twice"\n4\td***@example.com\t',
    );
    await open.post({ kind: "export", format: "csv" });
    const csv = await told(open, "exported", ({ format }) => format === "csv");
    expect(csv).toMatchObject({ rows: 4 });
    expect(csv.text).toBe(
      "id,email,column_2\r\n1,a***@example.com,\r\n-2,b***@example.com,=1+1\r\n" +
        '3,c***@example.com,"say ""hi"", twice"\r\n4,d***@example.com,""\r\n',
    );
    await open.post({ kind: "export", format: "spreadsheet" });
    const spreadsheet = await told(open, "exported", ({ format }) => format === "spreadsheet");
    expect(spreadsheet.text).toContain("-2,b***@example.com,'=1+1\r\n");
    await open.post({ kind: "export", format: "json" });
    const json = await told(open, "exported", ({ format }) => format === "json");
    expect(JSON.parse(String(json.text))[1]).toEqual({
      id: "-2",
      email: "b***@example.com",
      column_2: "=1+1",
    });
    await open.page.close();
  });
});

describe("a run", () => {
  test("can be cancelled while it runs", async () => {
    const open = await opened(started());
    await open.page.getByText("Running…").waitFor();
    await open.page.getByRole("button", { name: "Cancel" }).click();
    expect(await told(open, "cancel")).toEqual({ kind: "cancel", sessionId: SESSION });
    await open.post(statement({ kind: "cancelled", record: RECORD }));
    await open.post(finished);
    await open.page.getByRole("status").filter({ hasText: "Cancelled" }).waitFor();
    expect(await open.page.locator(".running").isHidden()).toBe(true);
    await open.page.close();
  });

  test("has a tab for each result set and one for messages, moved through by arrow keys", async () => {
    const open = await opened(
      started(),
      statement(rowsState(3, 2, { id: "r1" }), { index: 0, total: 3 }),
      statement(rowsState(5, 3, { id: "r2" }), { index: 1, total: 3 }),
      statement(
        { kind: "done", tag: "UPDATE 7", affected: 7, milliseconds: 3, notices: ["careful"], record: RECORD },
        { index: 2, total: 3 },
      ),
      finished,
    );
    const { page } = open;
    const tabs = page.getByRole("tab");
    await expect.poll(() => tabs.allTextContents()).toEqual(["Result 1", "Result 2", "Messages"]);
    await page.getByRole("tab", { name: "Result 1" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Result 2");
    await page.getByRole("grid", { name: "Result 2" }).waitFor();
    await page.keyboard.press("End");
    const messages = page.getByRole("tabpanel", { name: "Messages" });
    await expect.poll(() => messages.getByRole("listitem").count()).toBe(3);
    await expect.poll(() => messages.textContent()).toContain("UPDATE 7 · 7 rows affected");
    await expect.poll(() => messages.textContent()).toContain("careful");
    await page.close();
  });

  test("of another document is kept beside it; the last five are", async () => {
    const open = await openPage(browser, "results");
    for (let index = 1; index <= 6; index += 1) {
      const runToken = `run-${index}`;
      const id = sessionId(`document:${index}.sql`);
      await open.post(started({ runToken, sessionId: id, title: `${index}.sql` }));
      await open.post(
        statement({ ...rowsState(10, 2, { done: false }), resultId: resultId(`r${index}`) }, { runToken }),
      );
      await open.post({ kind: "finished", runToken, problem: null });
    }
    const chooser = open.page.getByRole("combobox", { name: "Results of" });
    await expect.poll(() => chooser.locator("option").count()).toBe(5);
    expect(await told(open, "close")).toEqual({ kind: "close", resultId: "r1" });
    await chooser.selectOption({ label: "3.sql — Shop" });
    await expect
      .poll(() => open.page.getByRole("grid").getAttribute("aria-activedescendant"))
      .toBe("grid-r3-0-0");
    await open.page.close();
  });

  test("comes back where it was scrolled to", async () => {
    const open = await opened(started(), statement(rowsState(5_000, 4)), finished);
    await grid(open).focus();
    await open.page.keyboard.press("Control+End");
    const last = open.page.getByRole("rowheader", { name: "5000", exact: true });
    await last.waitFor();
    await open.page.getByRole("tab", { name: "Messages" }).click();
    await last.waitFor({ state: "hidden" });
    await open.page.getByRole("tab", { name: "Result 1" }).click();
    await last.waitFor();
    const other = { runToken: "run-2", sessionId: sessionId("query-box"), title: "Query" };
    await open.post(started(other));
    await open.post(statement(rowsState(2, 2, { id: "r2" }), { runToken: "run-2" }));
    await last.waitFor({ state: "hidden" });
    await open.page
      .getByRole("combobox", { name: "Results of" })
      .selectOption({ label: "orders.sql — Shop" });
    await last.waitFor();
    await expect.poll(() => last.isVisible()).toBe(true);
    expect(await last.evaluate((cell) => cell.getBoundingClientRect().top < window.innerHeight)).toBe(true);
    await open.page.close();
  });

  test("takes the place of the former run of the same document", async () => {
    const open = await opened(started(), statement(rowsState(3, 2)), finished);
    await grid(open).waitFor();
    await open.post(started({ runToken: "run-2" }));
    await open.post(statement(rowsState(1, 5, { id: "r9" }), { runToken: "run-2" }));
    await expect.poll(() => grid(open).getAttribute("aria-colcount")).toBe("6");
    await expect.poll(() => open.page.getByRole("grid").count()).toBe(1);
    await open.page.close();
  });
});

describe("an elevation that is over", () => {
  const SEEN = "ada.lindqvist@example.com";
  const shownState = (done: boolean) => {
    const state = rowsState(30, 3, { done });
    const [id, email, ...rest] = state.columns;
    if (id === undefined || email === undefined) throw new Error("There are three columns.");
    return {
      ...state,
      columns: [id, { ...email, mask: null, shownUnder: ["e1"] }, ...rest],
      page: { ...state.page, rows: state.page.rows.map(([key = null, , ...more]) => [key, SEEN, ...more]) },
    };
  };
  const over = { kind: "elevationOver", id: "e1", why: "The elevation was ended by Dana." };

  test("takes what was shown under it off the page, and says so", async () => {
    const open = await opened(started(), statement(shownState(false)), finished);
    const { page } = open;
    await page.getByRole("gridcell", { name: SEEN }).first().waitFor();
    await grid(open).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByLabel("email, value").filter({ hasText: SEEN }).waitFor();
    await open.post({ ...over, id: "another" });
    await expect.poll(() => page.locator("body").textContent()).toContain(SEEN);
    await open.post(over);
    await page.getByText("The elevation was ended by Dana.").waitFor();
    expect(await page.content()).not.toContain(SEEN);
    await expect
      .poll(() => page.getByRole("gridcell", { name: "•••, masked email" }).count())
      .toBeGreaterThan(0);
    await open.post({ kind: "page", resultId: "r1", page: { rows: [["31", SEEN, "x"]], done: true } });
    await open.post({ kind: "copy" });
    const copied = await told(open, "copied");
    expect(copied.text).not.toContain(SEEN);
    expect(String(copied.text)).toContain("•••");
    expect(await told(open, "close")).toMatchObject({ resultId: "r1" });
    expect(open.complaints).toEqual([]);
    await page.close();
  });

  test("hides what comes too late", async () => {
    const open = await opened(started(), over, statement(shownState(true)), finished);
    await open.page.getByText("The elevation was ended by Dana.").waitFor();
    expect(await open.page.content()).not.toContain(SEEN);
    await open.page.close();
  });
});
