import { afterAll, beforeAll, expect, test } from "vitest";
import { browserTab, openSluice, row, signInWith, told, view } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** These tests follow one person through one session, in order. */
let world: World;
beforeAll(async () => {
  const files = { "first.sql": "SELECT name FROM shop.products;\n" };
  world = await startWorld({ provider: true, connections: true, files });
});
pictureFailures(() => world);
afterAll(() => world?.stop());

const invitation = () => view(world.host, "Connections").getByRole("button", { name: "Sign In" });

test("nobody signed in: every view invites to sign in, and nothing runs", async () => {
  const { host } = world;
  await openSluice(host);
  await view(host, "Connections").getByText("Sign in with your company account").waitFor();
  await view(host, "Activity").getByText("Sign in to see what you ran.").waitFor();
  const box = await host.webview(".invitation");
  await box.getByText("Sign in to run queries.").waitFor();
  await host.status("Sluice: signed out").waitFor();
  await host.open("first.sql");
  await host.command("Sluice: Run All Statements");
  await told(host, "Nobody is signed in, so nothing can run.").waitFor();
  expect((await world.cli("audit", "list")).out).not.toContain("SELECT");
});

test("the Accounts menu offers to sign in, and the provider's own page is where it happens", async () => {
  const { host } = world;
  const { page } = host;
  await page
    .locator(".activitybar")
    .getByRole("button", { name: /Accounts/ })
    .click();
  const offer = page.locator(".context-view, .monaco-menu-container").getByText(/Sign in with Sluice/);
  await offer.waitFor();
  await page.keyboard.press("Escape");
  await openSluice(host);
  const provider = await browserTab(host, () => invitation().click());
  await provider.getByLabel("Login").fill("ada");
  await provider.getByLabel("Password").fill("wrong");
  await provider.getByRole("button", { name: "Sign in" }).click();
  await provider.getByText("That login and password do not match.").waitFor();
  await provider.getByLabel("Login").fill("ada");
  await provider.getByLabel("Password").fill("ada-demo");
  await provider.getByRole("button", { name: "Sign in" }).click();
  await provider.waitForURL(/\/callback/);
  await expect.poll(() => provider.textContent("body")).toMatch(/editor/i);
  await provider.close();
  await host.status("Sluice: ada@northwind-demo.example").waitFor();
  await row(host, "Connections", /^Northwind, connection, production/).waitFor();
  await page
    .locator(".activitybar")
    .getByRole("button", { name: /^Accounts/ })
    .click();
  await page.getByText("ada@northwind-demo.example (Sluice)").waitFor();
  expect(await offer.count()).toBe(0);
  await page.keyboard.press("Escape");
});

test("the session is there again after a reload", async () => {
  const { host } = world;
  await host.reload();
  await host.status("Sluice: ada@northwind-demo.example").waitFor();
  await openSluice(host);
  await row(host, "Connections", /^Northwind, connection, production/).waitFor();
});

test("signing out asks first, then revokes and forgets", async () => {
  const { host } = world;
  const { page } = host;
  await host.status("Sluice: ada@").click();
  await page.getByRole("dialog").getByText("Sign out ada@northwind-demo.example").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Sign Out" }).click();
  await host.status("Sluice: signed out").waitFor();
  await view(host, "Connections").getByText("Sign in with your company account").waitFor();
  await host.reload();
  await openSluice(host);
  await view(host, "Connections").getByText("Sign in with your company account").waitFor();
  await host.status("Sluice: signed out").waitFor();
});

test("a sign-in that is given up leaves nobody signed in", async () => {
  const { host } = world;
  const provider = await browserTab(host, () => invitation().click());
  await provider.close();
  const waiting = told(host, "continue in your browser to sign in");
  await waiting.getByRole("button", { name: "Cancel" }).click();
  await waiting.waitFor({ state: "hidden" });
  await host.status("Sluice: signed out").waitFor();
  await signInWith(world, () => invitation().click(), { login: "eve", password: "eve-demo" });
  await host.status("Sluice: eve@").waitFor();
});

test("the editor measured how long activation took", async () => {
  const { host } = world;
  await host.command("Developer: Show Running Extensions");
  const entry = host.page
    .locator(".runtime-extensions-editor .monaco-list-row")
    .filter({ hasText: "Sluice" });
  const time = (await entry.locator(".activation-time").textContent()) ?? "";
  console.log(`Sluice, as the editor measures it: ${time}`);
  expect(time).toMatch(/\d+ms/);
});
