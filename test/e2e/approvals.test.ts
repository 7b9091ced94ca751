import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import type { Frame, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { sluice } from "../cli/sluice.ts";
import { newHome } from "../robustness/engine.ts";
import {
  answer,
  change,
  choose,
  clearNotifications,
  fromMenu,
  lens,
  openBound,
  reach,
  results,
  row,
  signIn,
  told,
  view,
} from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const FILES = {
  "once.sql": "UPDATE shop.trial SET note = 'once' WHERE id <= 20;\n",
  "itself.sql": "ALTER TABLE shop.trial ADD COLUMN itself text;\n",
  "refused.sql": "ALTER TABLE shop.trial ADD COLUMN refused text;\n",
  "withdrawn.sql": "ALTER TABLE shop.trial ADD COLUMN withdrawn text;\n",
  "later.sql": "ALTER TABLE shop.trial ADD COLUMN later text;\n",
  "reviewed.sql": "ALTER TABLE shop.trial\n  ADD COLUMN reviewed text;\n",
};
const NORTHWIND = /Northwind\s*\(?production/;

/** Ada asks in this editor; Dana answers on a machine of her own, and once in this editor. In order. */
let world: World;
let server: pg.Client;
let danasHome: string;

beforeAll(async () => {
  world = await startWorld({ provider: true, collector: true, connections: true, files: FILES });
  server = new pg.Client({ connectionString: world.database.url });
  await server.connect();
  await server.query("DROP TABLE IF EXISTS shop.trial");
  await server.query("CREATE TABLE shop.trial (id integer PRIMARY KEY, note text)");
  await server.query("INSERT INTO shop.trial SELECT n, 'new' FROM generate_series(1, 100) AS n");
  danasHome = newHome();
  fs.copyFileSync(path.join(world.home, "config.json"), path.join(danasHome, "config.json"));
  const account = { login: "dana", password: "dana-demo" };
  await sluice({ home: danasHome, onUrl: (address) => void completeLogin(address, account) }, "login");
  await signIn(world);
  // The view of this file gets the room.
  for (const other of ["Query", "Activity"]) await view(world.host, other).locator(".pane-header").click();
});
pictureFailures(() => world);
afterAll(async () => {
  await server?.query("DROP TABLE IF EXISTS shop.trial");
  await server?.end();
  await world?.stop();
  if (danasHome !== undefined) fs.rmSync(danasHome, { recursive: true, force: true });
});

const dana = (...args: readonly string[]) => sluice({ home: danasHome }, "approvals", ...args);

/** The id of what waits for Dana with this purpose. */
async function waiting(purpose: string): Promise<string> {
  for (;;) {
    const { out } = await dana("list", "--json");
    const found = out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
      .find(({ box, order }) => box === "decide" && order.purpose === purpose);
    if (found !== undefined) return found.id;
  }
}

/** Runs a file, which needs approval, and asks for it. */
async function ask(file: string, purpose: string, how: RegExp): Promise<Locator> {
  const { host } = world;
  await openBound(host, file, NORTHWIND);
  await host.command("Sluice: Run All Statements");
  const shown = await offered();
  await answer(host, "What is it for?", purpose);
  await choose(host, how);
  await shown.getByRole("status").filter({ hasText: "Waiting for sluice-dba" }).waitFor();
  return shown;
}

/** Presses the button that asks others: again where the editor was still moving the view, or closing another question. */
async function offered(): Promise<Locator> {
  const { host } = world;
  const question = host.page.locator(".quick-input-widget").filter({ hasText: "What is it for?" });
  for (;;) {
    const shown = await results(host);
    await shown.getByRole("alert").filter({ hasText: "Needs approval, so it did not run" }).waitFor();
    const pressed = await shown
      .getByRole("button", { name: "Ask for Approval…" })
      .click({ timeout: 5_000 })
      .then(() => question.waitFor({ timeout: 5_000 }))
      .then(
        () => true,
        () => false,
      );
    if (pressed) return shown;
  }
}

const columns = async (): Promise<readonly string[]> => {
  const { rows } = await server.query(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'trial'",
  );
  return rows.map(({ column_name }) => column_name);
};

const changed = async (): Promise<number | null> =>
  (await server.query("SELECT FROM shop.trial WHERE note = 'once'")).rowCount;

const page = (): Promise<Frame> => world.host.webview(".review h1");

test("a statement is asked for with its purpose, and the editor says that it waits", async () => {
  const { host } = world;
  await ask("once.sql", "Ticket 1", /^Ask(?! and)/);
  await lens(host, /Waiting for approval/).waitFor();
  await host.command("Sluice: Focus on Approvals View");
  await row(host, "Approvals", /^UPDATE shop\.trial SET note = 'once'.*, Waiting for sluice-dba/).waitFor();
  await host.screenshot("approvals asked");
  expect(await changed()).toBe(0);
});

test("one's own request is shown and cannot be approved", async () => {
  const { host } = world;
  await row(host, "Approvals", /SET note = 'once'/).click();
  const shown = await page();
  await shown.getByText("nobody approves what they asked for themselves").waitFor();
  expect(await shown.getByRole("button", { name: /Approve|Deny/ }).count()).toBe(0);
  expect(await shown.getByRole("alert").count()).toBe(0);
  await host.screenshot("approvals own");
  await host.command("View: Close Editor");
});

test("granted by another, it runs with one click, and only once", async () => {
  const { host } = world;
  await dana("approve", await waiting("Ticket 1"), "--reason", "Fine");
  const shown = await results(host);
  await shown.getByRole("status").filter({ hasText: "Approved by Dana Okafor" }).waitFor();
  await told(host, /Approved by Dana Okafor\. UPDATE shop\.trial/).waitFor();
  await clearNotifications(host);
  await host.open("once.sql");
  await lens(host, /Approved: run/).waitFor();
  expect(await changed()).toBe(0);
  await shown.getByRole("button", { name: "Run", exact: true }).click();
  await expect.poll(changed, { timeout: 30_000 }).toBe(20);
  await row(host, "Approvals", /SET note = 'once'.*Approved by Dana Okafor, and used/).waitFor();
  await lens(host, /Needs approval/).waitFor();
  await server.query("UPDATE shop.trial SET note = 'new'");
  await host.command("Sluice: Run All Statements");
  await (await results(host)).getByRole("button", { name: "Ask for Approval…" }).waitFor();
  expect(await changed()).toBe(0);
});

test("asked to run by itself, it does", async () => {
  const { host } = world;
  await ask("itself.sql", "Ticket 2", /Ask and Run When Approved/);
  await dana("approve", await waiting("Ticket 2"));
  await expect.poll(columns, { timeout: 30_000 }).toContain("itself");
  await row(host, "Approvals", /ADD COLUMN itself.*and used/).waitFor();
});

test("denied, it says by whom and why; the purpose is remembered for the document", async () => {
  const { host } = world;
  const shown = await ask("refused.sql", "Ticket 3", /^Ask(?! and)/);
  await dana("deny", await waiting("Ticket 3"), "--reason", "Use a migration");
  await shown.getByRole("status").filter({ hasText: "Denied by Dana Okafor: Use a migration" }).waitFor();
  await told(host, /Denied by Dana Okafor: Use a migration/).waitFor();
  await shown.getByRole("button", { name: "Ask for Approval…" }).click();
  const input = host.page.locator(".quick-input-widget input").last();
  await expect.poll(() => input.inputValue()).toBe("Ticket 3");
  await host.page.keyboard.press("Escape");
  await clearNotifications(host);
  expect(await columns()).not.toContain("refused");
});

test("withdrawn from the view, nobody can agree to it any more", async () => {
  const { host } = world;
  await ask("withdrawn.sql", "Ticket 4", /^Ask(?! and)/);
  const id = await waiting("Ticket 4");
  const asked = await reach(host, "Approvals", /ADD COLUMN withdrawn text, Waiting for/);
  await fromMenu(host, asked, "Withdraw");
  await row(host, "Approvals", /ADD COLUMN withdrawn text, Withdrawn by Ada Lindqvist/).waitFor();
  expect((await dana("approve", id)).code).toBe(3);
  await lens(host, /Needs approval/).waitFor();
});

test("after a reload it is there still, and is run from the view", async () => {
  const { host } = world;
  await ask("later.sql", "Ticket 5", /^Ask(?! and)/);
  // As a person does it: the page's own reload would not wait for what is being stored.
  await Promise.all([host.page.waitForEvent("load"), host.command("Developer: Reload Window")]);
  await host.status("ada@").waitFor();
  await host.command("Sluice: Focus on Approvals View");
  await row(host, "Approvals", /ADD COLUMN later text, Waiting for/).waitFor();
  await dana("approve", await waiting("Ticket 5"));
  const granted = row(host, "Approvals", /ADD COLUMN later text, Approved by Dana Okafor · expires/);
  await granted.waitFor();
  await fromMenu(host, granted, "Run What Was Approved");
  await expect.poll(columns, { timeout: 30_000 }).toContain("later");
});

test("a collector that does not answer is said in the view, and no row is lost", async () => {
  const { host, collector } = world;
  await host.command("Sluice: Focus on Approvals View");
  if (collector === null) throw new Error("There is no collector.");
  const trouble = view(host, "Approvals").getByText(/does not answer.*tried again at/);
  await collector.pause();
  try {
    await host.command("Sluice: Refresh Approvals");
    await trouble.waitFor();
    await reach(host, "Approvals", /ADD COLUMN later/);
  } finally {
    await collector.resume();
  }
  await host.command("Sluice: Refresh Approvals");
  await trouble.waitFor({ state: "hidden" });
});

test("an approver in the editor sees the badge, reviews the whole and answers", async () => {
  const { host } = world;
  await ask("reviewed.sql", "Ticket 6", /^Ask(?! and)/);
  await change(world, "dana");
  await host.command("Sluice: Focus on Approvals View");
  const asked = row(host, "Approvals", /ADD COLUMN reviewed text, Ada Lindqvist on Northwind/);
  await asked.waitFor();
  await host.page.locator('.activitybar .badge[aria-label*="1 approval waits for you"]').waitFor();
  await asked.click();
  const shown = await page();
  await shown.getByRole("heading", { name: /Ada Lindqvist asks to run this on Northwind/ }).waitFor();
  await shown.getByText("Ticket 6").waitFor();
  await expect
    .poll(() => shown.locator(".lines code").allTextContents())
    .toEqual(["ALTER TABLE shop.trial", "  ADD COLUMN reviewed text"]);
  await host.screenshot("approvals review dark");
  await shown.getByRole("button", { name: "Deny" }).click();
  await shown.getByRole("alert").filter({ hasText: "Say why" }).waitFor();
  await shown.getByRole("textbox", { name: "Reason" }).fill("Agreed");
  await shown.getByRole("button", { name: "Approve" }).click();
  await shown.getByRole("status").filter({ hasText: "Approved by Dana Okafor" }).waitFor();
  await asked.waitFor({ state: "hidden" });
  await change(world, "ada");
  await host.command("Sluice: Focus on Approvals View");
  await row(host, "Approvals", /ADD COLUMN reviewed text, Approved by Dana Okafor · expires/).waitFor();
  await shown.getByRole("button", { name: "Run", exact: true }).click();
  await expect.poll(columns, { timeout: 30_000 }).toContain("reviewed");
  await shown.getByRole("status").filter({ hasText: "and used" }).waitFor();
  expect((await world.cli("audit", "verify")).code).toBe(0);
});

test.each([
  ["light", "Light Modern"],
  ["high contrast", "Dark High Contrast"],
])(
  "looks right in the %s theme",
  async (name, theme) => {
    const { host } = world;
    await host.command("Preferences: Color Theme");
    await host.page.keyboard.type(theme);
    await choose(host, theme);
    await (await page()).getByRole("heading", { level: 1 }).waitFor();
    await host.screenshot(`approvals review ${name}`);
  },
  60_000,
);
