import fs from "node:fs";
import path from "node:path";
import pg from "pg";
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
  openBound,
  results,
  row,
  signIn,
  told,
} from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** Ada asks in this editor to see a column; Dana agrees, and ends it, on a machine of her own. */
let world: World;
let danasHome: string;
let email: string;

const FILES = { "seen.sql": "SELECT id, email FROM shop.customers ORDER BY id LIMIT 3;\n" };
const PURPOSE = "Ticket 4712 $(verified) [agreed](command:sluice.signOut)";

beforeAll(async () => {
  world = await startWorld({ provider: true, collector: true, connections: true, files: FILES });
  const server = new pg.Client({ connectionString: world.database.url });
  await server.connect();
  email = (await server.query("SELECT email FROM shop.customers ORDER BY id LIMIT 1")).rows[0].email;
  await server.end();
  danasHome = newHome();
  fs.copyFileSync(path.join(world.home, "config.json"), path.join(danasHome, "config.json"));
  const account = { login: "dana", password: "dana-demo" };
  await sluice({ home: danasHome, onUrl: (address) => void completeLogin(address, account) }, "login");
  await signIn(world);
});
pictureFailures(() => world);
afterAll(async () => {
  await world?.stop();
  if (danasHome !== undefined) fs.rmSync(danasHome, { recursive: true, force: true });
});

const dana = (...args: readonly string[]) => sluice({ home: danasHome }, "elevations", ...args);

/** The id of what waits for Dana. */
async function waiting(): Promise<string> {
  for (;;) {
    const { out } = await dana("list", "--json");
    const lines = out.split("\n").filter((line) => line !== "");
    const found = lines.map((line) => JSON.parse(line)).find(({ box }) => box === "decide");
    if (found !== undefined) return found.id;
  }
}

test("a column is asked for in its header, shown once others agreed, and hidden at once when they end it", async () => {
  const { host } = world;
  await openBound(host, "seen.sql", /Northwind\s*\(?production/);
  await host.command("Sluice: Run All Statements");
  const before = await results(host);
  await before.getByRole("columnheader", { name: /^email/ }).waitFor();
  expect(await before.getByText(email).count()).toBe(0);
  await before.getByRole("columnheader", { name: /^email/ }).click({ button: "right" });
  await host.page.getByRole("menuitem", { name: "Ask to See..." }).hover();
  await host.page.keyboard.press("Enter");
  await answer(host, "What is it for?", "Ticket 4711");
  await choose(host, "1 hour");
  await told(host, /Asked to see shop\.customers\.email/).waitFor();

  const id = await waiting();
  expect((await dana("approve", id)).code).toBe(0);
  await told(host, /You may see shop\.customers\.email on Northwind/).waitFor();
  await host.status(/Elevated (59|60) min/).waitFor();
  await host.command("Sluice: Run All Statements");
  const shown = await results(host);
  await shown.getByRole("gridcell", { name: email }).waitFor();

  expect((await dana("end", id)).code).toBe(0);
  await shown.getByText("The elevation was ended by Dana Okafor.").waitFor();
  expect(await shown.getByText(email).count()).toBe(0);
  await shown.getByRole("gridcell", { name: /^•••/ }).first().waitFor();
  await expect.poll(() => host.status(/Elevated/).count(), { timeout: 20_000 }).toBe(0);
  await host.command("Sluice: Run All Statements");
  await (await results(host))
    .getByRole("gridcell", { name: /masked email/ })
    .first()
    .waitFor();
});

test("an approver in the editor reads the whole request, and gives nothing before the dialog", async () => {
  const { host } = world;
  const { page } = host;
  await clearNotifications(host);
  const shown = await results(host);
  await shown.getByRole("columnheader", { name: /^email/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Ask to See..." }).hover();
  await page.keyboard.press("Enter");
  await answer(host, "What is it for?", PURPOSE);
  await choose(host, "4 hours");
  await told(host, /Asked to see shop\.customers\.email/).waitFor();
  const id = await waiting();

  await change(world, "dana");
  await host.command("Sluice: Focus on Approvals View");
  const asked = row(host, "Approvals", /See shop\.customers\.email for 4 h, Ada Lindqvist on Northwind/);
  await asked.waitFor();
  await page.locator('.activitybar .badge[aria-label*="1 approval waits for you"]').waitFor();
  const approve = async (): Promise<void> => {
    await fromMenu(host, asked, "Approve or Deny...");
    const lines = page.locator(".quick-input-list .monaco-list-row");
    await lines.filter({ hasText: `Purpose: ${PURPOSE}` }).waitFor();
    await lines.filter({ hasText: "To see: shop.customers.email" }).waitFor();
    await host.screenshot("elevation request");
    await choose(host, "Approve...");
    await answer(host, "A reason, if you like.", "Known");
    await page.locator(".monaco-dialog-box").getByText("Purpose: Ticket 4712").waitFor();
  };
  const dialog = page.locator(".monaco-dialog-box");
  await approve();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(await waiting()).toBe(id);
  await approve();
  await dialog.getByRole("button", { name: "Approve", exact: true }).click();
  await told(host, "You agreed, and the right is given.").waitFor();
  await asked.waitFor({ state: "hidden" });

  await change(world, "ada");
  await host.status(/Elevated (239 min|[34] h)/).waitFor();
  expect((await dana("end", id)).code).toBe(0);
});
