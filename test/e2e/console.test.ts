import fs from "node:fs";
import path from "node:path";
import { fakerEN as faker } from "@faker-js/faker";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { buildConsole } from "../../scripts/console.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { elevationOf, Hand, orderOf } from "../collector/approving.ts";
import { call, type TestDevice } from "../collector/device.ts";
import { Borrower } from "../collector/lending.ts";
import { type Person, signIn, startProvider } from "../collector/people.ts";
import { policyText } from "../collector/policyStage.ts";
import { ask } from "../collector/statements.ts";
import { enrolled, newFolder, settings, startCollector } from "../collector/stores.ts";
import { startBrowser } from "../webview/openPage.ts";
import { type ConsoleVisit, consolePage } from "./consolePage.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../test-results");
const HOUR = 3_600_000;
const BEFORE = `// Nobody changes the schema.\nforbid (principal, action == Action::"ddl", resource);\n`;
const AFTER = `// Nobody changes the schema.\n@reason("Use the pipeline. <b>Really</b>")\nforbid (principal, action == Action::"ddl", resource);\n`;

let provider: DemoProvider;
let collector: RunningCollector;
let browser: Browser;
let page: Page;
let device: TestDevice;
let firstAsked = 0;
const complaints: string[] = [];

beforeAll(async () => {
  const folder = newFolder();
  await buildConsole(folder);
  provider = await startProvider();
  collector = await startCollector(settings(provider), { page: folder });
  faker.seed(11);
  const person = (subject: Person): Extract<Actor, { kind: "user" }> => ({
    kind: "user",
    issuer: provider.issuer,
    subject,
    name: `${subject} of the test`,
    email: `${subject}@test.example`,
    groups: [],
  });
  const [member, other] = [person("member"), person("other")];
  const agent: Actor = {
    kind: "ai_agent",
    agent: "copilot",
    model: "unknown",
    host: "unknown",
    onBehalfOf: member,
    asserted: false,
  };
  device = await enrolled(collector, await signIn(provider, "member"));
  const others = await enrolled(collector, await signIn(provider, "other"), "other");
  for (const each of [device, others]) each.write({ kind: "session_opened", writer: "w1", origin: "cli" });
  const now = Date.now();
  for (let count = 0; count < 300; count += 1) {
    // Within the day that clocks may be off.
    const at = new Date(now - 23 * HOUR + count * 0.075 * HOUR);
    const first = count % 4 === 0;
    const asked = ask(first ? others : device, first ? other : count % 4 === 1 ? agent : member, at);
    if (!first && firstAsked === 0) firstAsked = asked;
  }
  device.write({ kind: "session_closed", writer: "w1", how: "ended" });
  for (const each of [device, others])
    for (let from = 1; from <= each.records.length; from += 400)
      expect((await each.send(collector.url, from, Math.min(from + 399, each.records.length))).status).toBe(
        200,
      );
  const admin = await signIn(provider, "admin");
  const order = (at: string, version: number, changes: Partial<CentralPolicy>) =>
    call("PUT", `${collector.url}${at}`, admin, policyText(version, changes));
  expect((await order("/v1/policy", 1, { cedar: BEFORE })).status).toBe(200);
  expect((await order("/v1/policy", 2, { cedar: AFTER })).status).toBe(200);
  expect((await order("/v1/policy/observed", 3, { cedar: AFTER, labels: "types: []" })).status).toBe(200);
  fs.mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await collector?.stop();
  await provider?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await page.screenshot({ path: path.join(PICTURES, `failed ${task.name.slice(0, 50)}.png`) });
});

/** A browser of its own, signed in through the provider's own page. */
const signedIn = (who: Person, options: ConsoleVisit["options"] = {}): Promise<Page> =>
  consolePage({ browser, url: collector.url, who, options, complaints });

const heading = (words: string | RegExp) => page.getByRole("heading", { level: 1, name: words });
const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join(PICTURES, `console-${name}.png`) });

/** Goes to a place and waits until it is shown. */
async function go(hash: string, title: string | RegExp): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await heading(title).waitFor();
  await page.locator("main:not([aria-busy])").waitFor();
}

for (const theme of ["dark", "light"] as const) {
  describe(`an auditor in a ${theme} browser`, () => {
    beforeAll(async () => {
      page = await signedIn("auditor", { colorScheme: theme });
    });
    afterAll(() => page.context().close());

    test("signs in, and no token or code is left where a script or a reload finds it", async () => {
      await heading("Overview").waitFor();
      expect(page.url()).toBe(`${collector.url}/#/overview`);
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(kept).not.toMatch(/eyJ|verifier|code/);
    });

    test("sees what went on", async () => {
      await page.getByText("statements", { exact: true }).waitFor();
      await expect.poll(() => page.locator(".figure .number").first().textContent()).toBe("300");
      await page.getByRole("img", { name: /^Statements, each bar/ }).waitFor();
      await page.getByRole("list", { name: "Busiest people and agents" }).getByText("copilot for").waitFor();
      await picture(`overview-${theme}`);
    });

    test("sees what policy was in force, what differs, and what the observed one would change", async () => {
      await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Policy" }).click();
      await heading("Policy").waitFor();
      await page.getByRole("heading", { level: 2, name: "Version 3 is observed" }).waitFor();
      const versions = page.getByRole("table", { name: "Versions of the policy" });
      await expect
        .poll(() => versions.locator("tbody tr td:nth-child(2)").allTextContents())
        .toEqual(["Observed", "In force", "Former"]);
      await picture(`policy-${theme}`);
      await versions.getByRole("link", { name: "2", exact: true }).click();
      await heading("Policy, version 2").waitFor();
      await page.getByRole("heading", { level: 2, name: "Against version 1" }).waitFor();
      const change = page.getByRole("table", { name: "What differs" }).locator("tbody tr");
      await expect
        .poll(() => change.locator("td").allTextContents())
        .toEqual([
          "cedar",
          "Changed",
          "Nobody changes the schema.",
          '@reason is "Use the pipeline. <b>Really</b>" instead of not there',
        ]);
      await expect
        .poll(() => page.locator("pre.difference .added").allTextContents())
        .toEqual(['+ @reason("Use the pipeline. <b>Really</b>")\n']);
      await picture(`policy-version-${theme}`);
      await page.getByRole("combobox", { name: "Compare with version" }).selectOption("3");
      await page.getByRole("heading", { level: 2, name: "Against version 3" }).waitFor();
    });

    test("searches, narrows by a facet, and opens a record that proves itself", async () => {
      await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Search" }).click();
      await heading("Search").waitFor();
      const facets = page.getByRole("navigation", { name: "Narrow the search" });
      await facets.getByRole("link", { name: "Blocked" }).click();
      await page.getByRole("list", { name: "Filters in force" }).getByText("Decision: Blocked").waitFor();
      await page.getByRole("table", { name: "Records found" }).waitFor();
      for (const words of await page.locator("tbody .verdict").allTextContents())
        expect(words).toBe("Blocked");
      await picture(`search-${theme}`);
      await go(`#/records/${device.chain}/${firstAsked}`, `Statement ${firstAsked}`);
      await page.getByText("No check fails").or(page.getByText("Proven.")).waitFor();
      for (const check of ["Text", "Signature", "Checkpoint", "Inclusion"])
        await page.getByText(`${check} holds:`).waitFor();
      // The second look has something to compare with.
      await go(`#/records/${device.chain}/${firstAsked + 1}`, `Outcome ${firstAsked + 1}`);
      await page.getByText("Growth holds:").waitFor();
      await page.getByText("Proven.").waitFor();
      await go(`#/records/${device.chain}/${firstAsked}`, `Statement ${firstAsked}`);
      await page.getByText("Proven.").waitFor();
      await picture(`record-${theme}`);
    });

    test("follows a device, a column and an agent", async () => {
      await go("#/devices", "Devices");
      await page
        .getByRole("table", { name: "Devices" })
        .getByRole("link", { name: "laptop" })
        .first()
        .waitFor();
      await picture(`devices-${theme}`);
      await go(`#/devices/${device.chain}`, "laptop");
      await page.getByRole("list", { name: "Timeline" }).getByText("Session begins").waitFor();
      await picture(`timeline-${theme}`);
      await go("#/columns/shop.customers.email", "shop.customers.email");
      await page.getByRole("link", { name: /^copilot for/ }).click();
      await heading(/^copilot for/).waitFor();
      // Whoever came by a link still sees where in the console they are.
      await expect.poll(() => page.locator(".places a[aria-current]").textContent()).toBe("Search");
      await page.getByRole("table", { name: "Columns touched" }).getByText("shop.customers.email").waitFor();
      await picture(`actor-${theme}`);
    });

    test("reads a report, and keeps it as a page", async () => {
      await go("#/reports", "Reports");
      await page.getByRole("link", { name: "SOC 2: CC6, CC7 and CC8" }).click();
      await heading(/^SOC 2/).waitFor();
      await page.getByRole("heading", { name: /^CC6.3/ }).waitFor();
      await picture(`report-${theme}`);
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as HTML" }).click();
      const file = await (await saved).path();
      expect(fs.readFileSync(file, "utf8")).toContain("<h1>SOC 2: CC6, CC7 and CC8</h1>");
      await page
        .getByRole("link", { name: /^leaf / })
        .first()
        .click();
      await page.getByText("Proven.").waitFor();
    });

    test("reads the alerts", async () => {
      await go("#/alerts", "Alerts");
      await page.getByText("the clock was set back").first().waitFor();
      await page
        .getByText(/^laptop of /)
        .first()
        .waitFor();
      await picture(`alerts-${theme}`);
      // Of one kind alone, however many there are of others.
      await page.getByRole("link", { name: /^Clock \(\d+\)$/ }).click();
      await page.waitForURL(/#\/alerts\?kind=clock&open=true$/);
      await page.getByText("the clock was set back").first().waitFor();
    });

    test("is led to a device where an alert is about no one record", async () => {
      for (const [hash, title] of [
        ["#/alerts", "Alerts"],
        ["#/overview", "Overview"],
      ] as const) {
        await go(hash, title);
        await page.getByText("the clock was set back").first().waitFor();
        expect(await page.getByRole("link", { name: "record 0" }).count()).toBe(0);
      }
      await page.getByRole("link", { name: "its device" }).first().click();
      await heading("laptop").waitFor();
    });
  });
}

describe("at the keyboard", () => {
  beforeAll(async () => {
    page = await signedIn("auditor", { colorScheme: "dark", contrast: "more" });
  });
  afterAll(() => page.context().close());

  test("the high contrast of the computer is followed, and another theme can be chosen", async () => {
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("contrast-dark");
    await picture("overview-contrast");
    await page.getByRole("combobox", { name: "Theme" }).selectOption("light");
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("light");
    await page.getByRole("combobox", { name: "Theme" }).selectOption("system");
  });

  test("a search is typed, sent with Enter, saved, and found again", async () => {
    await go("#/search", "Search");
    await page.getByLabel("Text in statements").focus();
    await page.keyboard.type("from CLINIC.patients");
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=from\+CLINIC\.patients/);
    // What was found before stays until the answer is here.
    const others = page.locator("code.statement").filter({ hasNotText: /from clinic\.patients/i });
    await expect.poll(() => others.count()).toBe(0);
    await page.locator("code.statement").first().waitFor();
    await page.getByRole("textbox", { name: "Name for this search" }).focus();
    await page.keyboard.type("the clinic");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const saved = page.getByRole("list", { name: "Saved searches" });
    await saved.getByRole("link", { name: "the clinic" }).waitFor();
    await go("#/search", "Search");
    await saved.getByRole("link", { name: "the clinic" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=from\+CLINIC\.patients/);
    await saved.getByRole("button", { name: "Forget the clinic" }).click();
    await saved.getByRole("link", { name: "the clinic" }).waitFor({ state: "detached" });
  });

  test("every control has a name, and what is focused is on the page that was asked for", async () => {
    for (const [hash, title] of [
      ["#/overview", "Overview"],
      ["#/search", "Search"],
      ["#/devices", "Devices"],
    ] as const) {
      await go(hash, title);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
      const unnamed = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            "a, button, select, input, vscode-button, vscode-text-field, svg[role=img]",
          ),
        ]
          .filter((each) => {
            const label = each instanceof HTMLInputElement ? each.labels?.[0]?.textContent : undefined;
            const name = each.getAttribute("aria-label") ?? label ?? each.textContent ?? "";
            return name.trim() === "";
          })
          .map((each) => each.outerHTML),
      );
      expect(unnamed).toEqual([]);
    }
  });
});

describe("a member", () => {
  beforeAll(async () => {
    page = await signedIn("other", { colorScheme: "light" });
  });
  afterAll(() => page.context().close());

  test("sees what they did, and neither alerts nor reports", async () => {
    await page.getByText("What you did yourself").waitFor();
    await expect.poll(() => page.locator(".figure .number").first().textContent()).toBe("75");
    await page.getByRole("link", { name: "Search" }).waitFor();
    expect(await page.getByRole("link", { name: "Alerts" }).count()).toBe(0);
    await go(`#/records/${device.chain}/${firstAsked}`, "That did not work");
    await page.getByText("There is no such record that you may read.").waitFor();
  });
});

describe("an approver", () => {
  beforeAll(async () => {
    const token = await signIn(provider, "member");
    const of = { group: "sluice-approvers" };
    const requester = { issuer: provider.issuer, subject: "member" };
    const order = orderOf(provider, device, of, { requester });
    const right = elevationOf(provider, device, undefined, of);
    const [asked, elevated] = [
      await new Hand(() => collector, token).ask({
        ...order,
        findings: [
          {
            rule: "no-limit",
            severity: "warning",
            message: "It says <b>no</b> limit.",
            verdict: "approve",
            start: 0,
            end: 6,
          },
        ],
      }),
      await new Hand(() => collector, token, "/v1/elevations").ask({
        ...right,
        subject: { ...right.subject, requester },
      }),
    ];
    expect([asked.status, elevated.status]).toEqual([200, 200]);
    page = await signedIn("approver");
  });
  afterAll(() => page.context().close());

  test("sees what is asked, agrees to a statement, gives a right and ends it", async () => {
    await go("#/approvals", "Approvals");
    const statement = page.getByRole("article", { name: /^update on Shop by member/ });
    await statement.locator("mark").getByText("UPDATE").waitFor();
    await statement.getByText("It says <b>no</b> limit.").waitFor();
    await picture("approvals");
    await statement.getByRole("textbox", { name: "Reason" }).fill("looked at it");
    await statement.getByRole("button", { name: "Approve" }).click();
    await statement.getByText("agreed").waitFor();
    expect(await statement.getByRole("button", { name: "Approve" }).count()).toBe(0);
    const right = page.getByRole("article", { name: /see shop.people.email on Shop$/ });
    await right.getByRole("textbox", { name: "Reason" }).fill("for today");
    await right.getByRole("button", { name: "Approve" }).click();
    await right.getByRole("button", { name: "End Now" }).click();
    await right.getByText("ended", { exact: false }).first().waitFor();
    await go("#/overview", "Overview");
    await go("#/approvals", "Approvals");
    await page.getByText("Nothing waits for you.").waitFor();
  });
});

describe("an administrator", () => {
  beforeAll(async () => {
    page = await signedIn("admin");
  });
  afterAll(() => page.context().close());

  test("defines a connection, sees what was lent of it, revokes that, and takes the connection away", async () => {
    await go("#/connections", "Connections");
    await page.getByText("A database people are lent logins for").click();
    for (const [label, value] of [
      ["Id, like orders-production", "orders"],
      ["Name", "Orders"],
      ["Host", "db.example.com"],
      ["Database", "orders"],
      ["Groups, with commas", "staff, support"],
      ["User of the collector's own login", "app"],
      ["Its password", "never to be shown"],
    ] as const)
      await page.getByRole("textbox", { name: label, exact: true }).fill(value);
    await page.getByRole("button", { name: "Define" }).click();
    // A role that is lent has to be in one: the collector says so.
    await page.getByRole("alert").filter({ hasText: "definition.lending.roles" }).waitFor();
    await page.getByRole("combobox", { name: "What is lent" }).selectOption("static");
    await page.getByRole("button", { name: "Define" }).click();
    const card = page.getByRole("article", { name: "Orders" });
    await card.getByText("staff, support").waitFor();

    await device.send(collector.url);
    const loan = await new Borrower(() => collector, await signIn(provider, "member"), device).lease(
      "orders",
    );
    expect(loan.login).toEqual({ user: "app", password: "never to be shown" });
    await go("#/overview", "Overview");
    await go("#/connections", "Connections");
    const lent = page.getByRole("table", { name: "Logins lent" });
    await lent.getByText("member of the test, laptop").waitFor();
    const ran = lent.getByRole("link", { name: "What ran" });
    expect(await ran.first().getAttribute("href")).toBe(`#/search?lease=${loan.id}`);
    await picture("connections");
    expect(await page.content()).not.toContain("never to be shown");
    await lent.getByRole("button", { name: "Revoke" }).click();
    await lent
      .getByText(/ended \(revoked by admin@test\.example/)
      .first()
      .waitFor();
    await card.getByRole("textbox", { name: "Reason" }).fill("no longer used");
    await card.getByRole("button", { name: "Remove" }).click();
    await page.getByText("None is defined.").waitFor();
  });
});

test("a record whose text was changed on the way is shown as not proven", async () => {
  page = await signedIn("auditor");
  await page.route(`**/v1/records/${device.chain}/${firstAsked}`, async (route) => {
    const response = await route.fetch();
    const detail: { canonical: string } = await response.json();
    const canonical = detail.canonical.replace(/"statement":"\w+/, '"statement":"SELEKT');
    expect(canonical).not.toBe(detail.canonical);
    await route.fulfill({ response, json: { ...detail, canonical } });
  });
  await go(`#/records/${device.chain}/${firstAsked}`, `Statement ${firstAsked}`);
  await page.getByText("This record is not proven.").waitFor();
  await page.getByText("Text fails:").waitFor();
  await page.getByText("Signature fails:").waitFor();
  await page.context().close();
});

test("a log that shows another history than before is caught", async () => {
  page = await signedIn("auditor");
  await go(`#/records/${device.chain}/${firstAsked}`, `Statement ${firstAsked}`);
  await page.getByText("No check fails").waitFor();
  await page.route("**/v1/proof/consistency?*", (route) =>
    route.fulfill({ json: { proof: [`${"A".repeat(43)}=`] } }),
  );
  const before = device.records.length;
  device.write({ kind: "session_opened", writer: "w2", origin: "cli" });
  expect((await device.send(collector.url, before + 1)).status).toBe(200);
  await go(`#/records/${device.chain}/${firstAsked + 1}`, `Outcome ${firstAsked + 1}`);
  await page.getByText("Growth fails:").waitFor();
  await page.getByText("This record is not proven.").waitFor();
  await page.context().close();
});

test("an answer of the provider that this tab did not ask for signs nobody in", async () => {
  const context = await browser.newContext();
  page = await context.newPage();
  await page.goto(`${collector.url}/?code=stolen&state=forged`);
  await page.getByText("This sign-in was not begun in this tab.").waitFor();
  expect(page.url()).toBe(`${collector.url}/`);
  await context.close();
});

test("the page keeps its policy: nothing inline, nothing from elsewhere, in no frame", async () => {
  const { headers } = await fetch(collector.url);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(policy).toContain(`connect-src 'self' ${provider.issuer};`);
  // What the browser was told of refusals is of the tests that ask for them.
  expect(complaints.filter((words) => !/status of 40[034]/.test(words))).toEqual([]);
});
