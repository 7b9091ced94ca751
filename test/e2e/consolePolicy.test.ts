import fs from "node:fs";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { POLICY_HISTORY } from "../../protocol/policy/policyVersions.ts";
import { buildConsole } from "../../scripts/console.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { call } from "../collector/device.ts";
import { type Person, signIn, startProvider } from "../collector/people.ts";
import { policyText } from "../collector/policyStage.ts";
import { newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";
import { consolePage } from "./consolePage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");

let provider: DemoProvider;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
let admin = "";
const complaints: string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  provider = await startProvider();
  collector = await startCollector(settings(provider), { page: folder });
  admin = await signIn(provider, "admin");
  fs.mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
  await order("/v1/policy", 1);
  await order("/v1/policy", 2, { validHours: 12 });
  await order("/v1/policy/observed", 3);
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await provider?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(`failed ${task.name.slice(0, 50)}`);
  await page.context().close();
});

async function order(at: string, version: number, changes: Partial<CentralPolicy> = {}): Promise<void> {
  const answer = await call("PUT", `${collector.url}${at}`, admin, policyText(version, changes));
  expect(answer.status).toBe(200);
}

const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(PICTURES, `console-${name}.png`) });

async function signedIn(who: Person, place: string, title: string): Promise<void> {
  page = await consolePage({ browser, url: collector.url, who, place, complaints });
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

const standing = async () => {
  const { versions } = POLICY_HISTORY.parse(
    (await call("GET", `${collector.url}/v1/policy/history`, admin)).body,
  );
  return versions.map(({ version, state, comment, restores }) => ({ version, state, comment, restores }));
};

const named = (name: string): Locator => page.getByRole("button", { name, exact: true });

test("an auditor looks at the policy and is offered no change of it", async () => {
  await signedIn("auditor", "#/policy", "Policy");
  await page.getByRole("heading", { level: 2, name: "Version 3 is observed" }).waitFor();
  await page
    .getByRole("table", { name: "Versions of the policy" })
    .getByRole("link", { name: "1", exact: true })
    .click();
  await page.getByRole("heading", { level: 1, name: "Policy, version 1" }).waitFor();
  await expect.poll(() => page.getByRole("main").getByRole("button").count()).toBe(0);
});

test("an administrator rolls back to a former version by keyboard, and says why", async () => {
  await signedIn("admin", "#/policy/2", "Policy, version 2");
  await expect.poll(() => page.getByRole("main").getByRole("button").count()).toBe(0);
  await page.goto(`${collector.url}/#/policy/1`);
  await page.getByRole("heading", { level: 1, name: "Policy, version 1" }).waitFor();
  await named("Roll back to version 1").press("Enter");
  const dialog = page.getByRole("dialog", { name: "Roll back to version 1?" });
  await dialog.getByText("as version 4, instead of those of version 2").waitFor();
  await dialog.getByText("Version 3 is not observed any more.").waitFor();
  await picture("policy-rollback");
  await dialog.getByRole("textbox", { name: "Reason" }).press("Enter");
  await dialog.getByText("Say why: it goes on record.").waitFor();
  // Whoever writes in Japanese confirms a word with Enter, and not the act.
  await dialog.getByRole("textbox", { name: "Reason" }).fill("12");
  await dialog
    .getByRole("textbox", { name: "Reason" })
    .dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("12 hours were too few");
  await dialog.getByRole("textbox", { name: "Reason" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Policy", exact: true }).waitFor();
  await page.getByText("12 hours were too few (texts of version 1)").waitFor();
  expect((await standing()).at(0)).toEqual({
    ...{ version: 4, state: "in_force", comment: "12 hours were too few", restores: 1 },
  });
});

test("what is observed is dropped with a reason, or put in force", async () => {
  await order("/v1/policy/observed", 5);
  await signedIn("admin", "#/policy", "Policy");
  await named("Stop observing version 5").click();
  const drop = page.getByRole("dialog", { name: "Stop observing version 5?" });
  await drop.getByRole("textbox", { name: "Reason" }).fill("It would block the nightly job");
  await drop.getByRole("button", { name: "Stop Observing" }).click();
  await page.getByRole("heading", { level: 2, name: /observed/ }).waitFor({ state: "detached" });
  await order("/v1/policy/observed", 6);
  const pages = page.getByRole("navigation", { name: "Console" });
  await pages.getByRole("link", { name: "Search" }).click();
  await pages.getByRole("link", { name: "Policy" }).click();
  const enforce = page.getByRole("dialog", { name: "Put version 6 in force?" });
  // A key that is held a moment too long opens the dialog, and does not answer it.
  await named("Put version 6 in force").focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await enforce.waitFor();
  await picture("policy-enforce");
  expect((await standing()).at(0)).toMatchObject({ version: 6, state: "observed" });
  await enforce.getByRole("button", { name: "Put in Force" }).click();
  await page
    .getByRole("table", { name: "Versions of the policy" })
    .getByRole("row", { name: /^6 In force/ })
    .waitFor();
  const states = Object.fromEntries((await standing()).map(({ version, state }) => [version, state]));
  expect(states).toMatchObject({ 4: "former", 5: "dropped", 6: "in_force" });
});

test("what was done is said to be done where the page cannot be read again", async () => {
  await order("/v1/policy/observed", 7);
  await signedIn("admin", "#/policy", "Policy");
  await named("Put version 7 in force").click();
  await page.route("**/v1/policy/history", (route) => route.abort());
  const dialog = page.getByRole("dialog", { name: "Put version 7 in force?" });
  await dialog.getByRole("button", { name: "Put in Force" }).click();
  await page
    .getByText("It is done, but this page is as it was before. The collector does not answer.")
    .waitFor();
  await dialog.waitFor({ state: "hidden" });
  expect((await standing()).at(0)).toMatchObject({ version: 7, state: "in_force" });
  complaints.splice(0);
});

test("what somebody else did first is told in the dialog, and nothing is done", async () => {
  await signedIn("admin", "#/policy/1", "Policy, version 1");
  await named("Roll back to version 1").click();
  await order("/v1/policy", 8);
  const dialog = page.getByRole("dialog", { name: "Roll back to version 1?" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Back");
  await dialog.getByRole("button", { name: "Roll Back" }).click();
  await dialog.getByText("Version 8 does not follow: the newest is version 8.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect((await standing()).at(0)).toMatchObject({ version: 8, state: "in_force" });
  expect(complaints.filter((words) => !/status of 40[49]/.test(words))).toEqual([]);
});
