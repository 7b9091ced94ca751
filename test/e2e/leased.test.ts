import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lendDemoDatabase } from "../../scripts/demo/lending.ts";
import { lens, openBound, results, row, signIn, view } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** Ada has a connection of her own and one that the collector lends. */
let world: World;
let server: pg.Client;

beforeAll(async () => {
  const files = { "leased.sql": "SELECT current_user AS lent, email FROM shop.customers LIMIT 3;\n" };
  world = await startWorld({ provider: true, collector: true, connections: true, files });
  const { database, provider, collector } = world;
  if (provider === null || collector === null) throw new Error("The world has no collector.");
  await lendDemoDatabase(database, provider, collector);
  server = new pg.Client({ connectionString: database.url });
  await server.connect();
  await signIn(world);
});
pictureFailures(() => world);
afterAll(async () => {
  await server?.end();
  await world?.stop();
});

const leasedRoles = async (): Promise<number> =>
  (await server.query("SELECT FROM pg_roles WHERE rolname LIKE 'sluice\\_%'")).rowCount ?? 0;

test("the collector's connection stands beside one's own, and is not one's own to change", async () => {
  const { host } = world;
  await row(host, "Connections", /^Northwind, connection, production/).waitFor();
  const leased = row(host, "Connections", /^Northwind leased, connection, production, from the collector/);
  await leased.click({ button: "right" });
  await host.page.getByRole("menuitem", { name: /^Test Connection/ }).waitFor();
  for (const absent of [/^Edit Connection/, /^Remove Connection/])
    expect(await host.page.getByRole("menuitem", { name: absent }).count()).toBe(0);
  await host.page.keyboard.press("Escape");
});

test("a document runs on it by a role that is lent, masked as ever, and signing out takes the role away", async () => {
  const { host } = world;
  // A run that was cut off has left some of a collector that is gone.
  const before = await leasedRoles();
  await openBound(host, "leased.sql", /Northwind leased/);
  await lens(host, /Run · reads 1 table · 1 column masked/).click();
  const shown = await results(host);
  await shown
    .getByRole("gridcell", { name: /sluice_[0-9a-f]{8}_/ })
    .first()
    .waitFor();
  await shown
    .getByRole("gridcell", { name: /masked email/ })
    .first()
    .waitFor();
  expect(await leasedRoles()).toBe(before + 1);
  await host.command("Sluice: Sign Out");
  await host.page.getByRole("dialog").getByRole("button", { name: "Sign Out" }).click();
  await view(host, "Connections").getByRole("button", { name: "Sign In" }).waitFor();
  await expect.poll(leasedRoles, { timeout: 20_000 }).toBe(before);
});
