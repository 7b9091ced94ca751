import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  answer,
  choose,
  clearNotifications,
  fromMenu,
  lens,
  openBound,
  openSluice,
  reach,
  row,
  told,
  view,
} from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** A person without a provider, on a database of their own. These tests build on each other. */
let world: World;
beforeAll(async () => {
  const files = { "own.sql": "SELECT id, email FROM shop.customers LIMIT 5;\n" };
  world = await startWorld({ provider: false, connections: false, files });
});
pictureFailures(() => world);
afterAll(() => world?.stop());

const connections = () => JSON.parse(fs.readFileSync(path.join(world.home, "connections.json"), "utf8"));

test("continues as a local user, who is marked unverified", async () => {
  const { host } = world;
  await openSluice(host);
  await view(host, "Connections").getByText("No sign-in provider is set up.").waitFor();
  await view(host, "Connections").getByRole("button", { name: "Continue as Local User" }).click();
  await host.status("Sluice: local user (unverified)").waitFor();
});

test("adds a connection from an address; a wrong password is told before anything is saved", async () => {
  const { host, database } = world;
  await view(host, "Connections").getByRole("button", { name: "Add Connection", exact: true }).click();
  const { host: server, port, user } = database;
  await answer(host, "Host name, or a whole address", `postgres://${user}@${server}:${port}/northwind`);
  await answer(host, "Port", String(port));
  await answer(host, "Database", "northwind");
  await answer(host, "User name on the server", user);
  await answer(host, "Password; kept in this editor's secret storage", "wrong");
  await choose(host, "Disable");
  await choose(host, "Not set");
  await answer(host, "Name of the connection", "Mine");
  const problem = told(host, /password/i);
  await problem.waitFor();
  expect(fs.existsSync(path.join(world.home, "connections.json"))).toBe(false);
  await problem.getByRole("button", { name: "Save Anyway" }).click();
  await row(host, "Connections", /^Mine, connection, no environment, treated as production/).waitFor();
});

test("edits it: the right password makes it work, and is stored nowhere in the open", async () => {
  const { host, database } = world;
  const { page } = host;
  await fromMenu(host, row(host, "Connections", /^Mine, connection/), "Edit Connection...");
  for (const question of ["Host name", "Port", "Database", "User name on the server"]) {
    await page.locator(".quick-input-widget").filter({ hasText: question }).waitFor();
    await page.keyboard.press("Enter");
  }
  await answer(host, "Password; leave it empty to keep the stored one", database.password);
  await choose(host, "Disable");
  await choose(host, "Development");
  await answer(host, "Name of the connection", "My shop");
  await told(host, /Connected to My shop: PostgreSQL 18/).waitFor();
  await row(host, "Connections", /^My shop, connection, development/).waitFor();
  expect(connections().connections).toHaveLength(1);
  expect(connections().connections[0]).toMatchObject({ name: "My shop", environment: "development" });
  const written = fs
    .readdirSync(world.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "latin1"));
  expect(written.some((text) => text.includes(database.password))).toBe(false);
});

test("tests it with the stored password", async () => {
  const { host } = world;
  await clearNotifications(host);
  await fromMenu(host, row(host, "Connections", /^My shop, connection/), "Test Connection");
  await told(host, /Connected to My shop: PostgreSQL 18/).waitFor();
});

test("shows schemas, tables and columns with what each is", async () => {
  const { host } = world;
  await row(host, "Connections", /^My shop, connection/).click();
  await row(host, "Connections", /^shop, schema/).click();
  await (await reach(host, "Connections", /^customers, table, \d+ masked columns/)).click();
  await reach(host, "Connections", /^email, text, email · masked/);
  await reach(host, "Connections", /^loyalty_points, integer$/);
});

test("queries as a local user, masked and recorded as unverified", async () => {
  const { host } = world;
  await openBound(host, "own.sql", /My shop/);
  await lens(host, "Run").click();
  const results = await host.webview("[role=grid]");
  await results.locator(".cell.masked").first().waitFor();
  const { out } = await world.cli("audit", "list", "--json");
  expect(JSON.parse(out.split("\n")[0] ?? "")).toMatchObject({
    actor: expect.stringContaining("(unverified)"),
  });
});

test("is refused on a connection marked production", async () => {
  const { host } = world;
  const { page } = host;
  await fromMenu(host, row(host, "Connections", /^My shop, connection/), "Edit Connection...");
  for (const question of ["Host name", "Port", "Database", "User name on the server", "Password"]) {
    await page.locator(".quick-input-widget").filter({ hasText: question }).waitFor();
    await page.keyboard.press("Enter");
  }
  await choose(host, "Disable");
  await choose(host, "Production");
  await answer(host, "Name of the connection", "My shop");
  await row(host, "Connections", /^My shop, connection, production/).waitFor();
  await lens(host, "Blocked").click();
  const results = await host.webview(".stopped");
  await results
    .getByText(/a local user is not verified by anyone/)
    .first()
    .waitFor();
});

test("removes it, and asks before", async () => {
  const { host } = world;
  const { page } = host;
  await fromMenu(host, row(host, "Connections", /^My shop, connection/), "Remove Connection");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await view(host, "Connections").getByText("Add the database you want to query.").waitFor();
  expect(connections().connections).toEqual([]);
});
