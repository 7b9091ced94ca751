import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RECORD, started, statement } from "./messages.ts";
import { openPage, startBrowser } from "./openPage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const done = {
  kind: "done",
  tag: "UPDATE 3",
  affected: 3,
  milliseconds: 3,
  notices: [],
  record: RECORD,
} as const;

test("a change offers to be undone, says where its rows are kept, and says when it was undone", async () => {
  const offer = { kind: "offered", recordSeq: 16, rows: 3, table: "shop.orders" } as const;
  const open = await openPage(browser, "results");
  await open.post(started());
  await open.post(statement({ ...done, undo: offer }));
  const line = open.page.getByRole("listitem").first();
  await line.waitFor();
  await expect.poll(() => line.textContent()).toContain("kept in memory only");
  await line.getByText("Undo This Change").click();
  await expect.poll(async () => (await open.sent()).at(-1)).toEqual({ kind: "undo", offer });
  await open.post({ kind: "undone", recordSeq: 16 });
  await expect.poll(() => line.textContent()).toContain("This change was undone.");
  expect(await line.getByText("Undo This Change").count()).toBe(0);
  expect(open.complaints).toEqual([]);
  await open.page.close();
});

test("a change that cannot be undone says why", async () => {
  const open = await openPage(browser, "results");
  await open.post(started());
  await open.post(statement({ ...done, undo: { kind: "none", reason: "shop.orders has no primary key" } }));
  const line = open.page.getByRole("listitem").first();
  await expect
    .poll(() => line.textContent())
    .toContain("This change cannot be undone: shop.orders has no primary key.");
  await open.page.close();
});

test("a change of a transaction is offered where the transaction was committed", async () => {
  const offer = { kind: "offered", recordSeq: 16, rows: 3, table: "shop.orders" } as const;
  const open = await openPage(browser, "results");
  await open.post(started());
  await open.post(statement({ ...done, undo: { ...offer, kind: "pending" } }));
  await open.post(statement({ ...done, tag: "COMMIT", affected: null, committed: [offer] }));
  const [changed, committed] = [0, 1].map((at) => open.page.getByRole("listitem").nth(at));
  await expect
    .poll(() => changed?.textContent())
    .toContain("This change can be undone once its transaction is committed.");
  expect(await changed?.getByText("Undo This Change").count()).toBe(0);
  await expect.poll(() => committed?.textContent()).toContain("3 rows of shop.orders, record 16.");
  await committed?.getByText("Undo This Change").click();
  await expect.poll(async () => (await open.sent()).at(-1)).toEqual({ kind: "undo", offer });
  await open.post({ kind: "undone", recordSeq: 16 });
  await expect.poll(() => committed?.textContent()).toContain("This change was undone.");
  expect(open.complaints).toEqual([]);
  await open.page.close();
});
