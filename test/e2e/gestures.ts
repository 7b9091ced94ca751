import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Host } from "./host.ts";
import type { World } from "./world.ts";

/** What a person does with the editor, by the words on screen. */

export async function openSluice(host: Host): Promise<void> {
  await host.page.locator(".activitybar .action-label[aria-label^=Sluice]").waitFor();
  await host.command("Sluice: Focus on Connections View");
  await host.page.locator(".sidebar .pane-header").filter({ hasText: "Connections" }).waitFor();
}

/** The view of the sidebar with this title. */
export const view = ({ page }: Host, title: string): Locator =>
  page.locator(".sidebar .pane").filter({ has: page.locator(`.pane-header[aria-label^="${title}"]`) });

/** The row of a tree of the sidebar that reads like this. */
export const row = (host: Host, title: string, words: string | RegExp): Locator =>
  view(host, title).getByRole("treeitem", { name: words });

/** The same row once it is scrolled to: a tree draws only the rows on screen. */
export async function reach(host: Host, title: string, words: string | RegExp): Promise<Locator> {
  const wanted = row(host, title, words);
  await view(host, title).locator(".monaco-list-rows").hover();
  await expect
    .poll(
      async () => {
        if (await wanted.isVisible()) return true;
        await host.page.mouse.wheel(0, 60);
        return false;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return wanted;
}

/** The browser tab that `open` brings up. */
export async function browserTab({ page }: Host, open: () => Promise<void>): Promise<Page> {
  const [tab] = await Promise.all([page.context().waitForEvent("page"), open()]);
  return tab;
}

/** Fills the provider's page in the browser tab that `open` brings up, and waits until it is done. */
export async function signInWith(
  { host }: World,
  open: () => Promise<void>,
  { login, password }: { readonly login: string; readonly password: string },
): Promise<void> {
  const provider = await browserTab(host, open);
  await provider.getByLabel("Login").fill(login);
  await provider.getByLabel("Password").fill(password);
  await provider.getByRole("button", { name: "Sign in" }).click();
  await provider.waitForURL(/\/callback/);
  await provider.close();
}

/** Signs in from the welcome view. */
export async function signIn(world: World, login = "ada"): Promise<void> {
  const { host } = world;
  await openSluice(host);
  const button = view(host, "Connections").getByRole("button", { name: "Sign In" });
  await signInWith(world, () => button.click(), { login, password: `${login}-demo` });
  await host.status(`${login}@`).waitFor();
}

/** Signs out whoever is there, and this person in. */
export async function change(world: World, login: string): Promise<void> {
  const { host } = world;
  await host.status(/^\s*Sluice: \w+@/).click();
  await host.page.getByRole("dialog").getByRole("button", { name: "Sign Out" }).click();
  await host.status("Sluice: signed out").waitFor();
  await host.command("Sluice: Focus on Connections View");
  const button = view(host, "Connections").getByRole("button", { name: "Sign In" });
  await signInWith(world, () => button.click(), { login, password: `${login}-demo` });
  await host.status(`${login}@`).waitFor();
}

/** Opens a file and binds it to a connection through the status bar. */
export async function openBound(host: Host, file: string, connection: RegExp): Promise<void> {
  await host.open(file);
  await host.status("Select connection").click();
  await choose(host, connection);
  await host.status(connection).waitFor();
}

/** Chooses a row of the quick pick that is open. */
export async function choose({ page }: Host, words: string | RegExp): Promise<void> {
  await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: words }).first().click();
}

/** Answers the input box that asks this. */
export async function answer({ page }: Host, question: string | RegExp, text: string): Promise<void> {
  await page.locator(".quick-input-widget").filter({ hasText: question }).waitFor();
  await page.locator(".quick-input-widget input").last().fill(text);
  await page.keyboard.press("Enter");
}

/** A code lens that holds these words. */
export const lens = ({ page }: Host, words: string | RegExp): Locator =>
  page.locator(".codelens-decoration a").filter({ hasText: words });

/** Text of an editor's line that holds these words. */
export const line = ({ page }: Host, words: string): Locator =>
  page.locator(".view-line").filter({ hasText: words }).first();

/** A notification that says these words. */
export const told = ({ page }: Host, words: string | RegExp): Locator =>
  page.locator(".notification-toast").filter({ hasText: words }).first();

/** Chooses an entry of a row's context menu. */
export async function fromMenu({ page }: Host, of: Locator, entry: string): Promise<void> {
  await of.click({ button: "right" });
  await page.getByRole("menuitem", { name: entry }).hover();
  await page.keyboard.press("Enter");
}

/** Clears all notifications and waits until none shows. */
export async function clearNotifications(host: Host): Promise<void> {
  await host.command("Notifications: Clear All Notifications");
  await expect.poll(() => host.page.locator(".notification-toast").count(), { timeout: 20_000 }).toBe(0);
}

/** What the results view shows now. */
export async function results(host: Host): Promise<Locator> {
  return (await host.webview(".place")).locator(".run:not([hidden])");
}
