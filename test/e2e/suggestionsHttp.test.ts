import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenAiServer, startOpenAiServer } from "../suggest/openAiServer.ts";
import { answer, choose, lens, line, openBound, results, signIn, told } from "./gestures.ts";
import { recordsIn } from "./records.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

const COPY = /Northwind copy/;
const REVEALS =
  "SELECT c.first_name, c.email, sum(o.total) AS spent\nFROM shop.customers c\nJOIN shop.orders o ON o.customer_id = c.id\nGROUP BY c.first_name, c.email\nORDER BY spent DESC\nLIMIT 5";

let world: World;
let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
  world = await startWorld({
    provider: true,
    connections: true,
    files: {
      "ask.sql": "-- the 10 customers who spent most this year, without refunds\n",
      "slow.sql": "-- products by category\n",
    },
    settings: {
      "chat.disableAIFeatures": false,
      "sluice.suggestions.http.baseUrl": server.baseUrl,
      "sluice.suggestions.http.model": "small",
      "sluice.suggestions.timeout": 3,
    },
  });
  await signIn(world);
});
pictureFailures(() => world);
afterAll(async () => {
  await world?.stop();
  await server?.stop();
});

test("a server with a key of its own is asked while the person pauses, with no value in what it is sent", async () => {
  const { host } = world;
  const { page } = host;
  await host.command("Sluice: Set Model Key...");
  await answer(host, "Set Model Key", "key-of-the-test");
  server.behave(() => ({ kind: "say", text: `\`\`\`sql\n${REVEALS}\n\`\`\`` }));
  await openBound(host, "ask.sql", COPY);
  await host.place(2, 1);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Backspace");
  await page.locator("[class*=ghost-text]").filter({ hasText: "SELECT" }).first().waitFor();
  const sent = server.requests.at(-1);
  expect(sent?.authorization).toBe("Bearer key-of-the-test");
  expect(sent?.body).toContain("shop.customers");
  await page.keyboard.press("Tab");
  await lens(host, "AI suggestion · Review").waitFor();
  await host.screenshot("suggestion mark");
});

test("the review reads in every theme, and says what is masked and what was left out", async () => {
  const { host } = world;
  await line(host, "GROUP BY").click();
  await host.page.keyboard.press("Control+Enter");
  const shown = await host.webview(".review .answer:not([hidden])");
  await shown.getByText("You asked for 10; it stops after 5.").waitFor();
  await shown.getByText("You asked for “this year”; there is no condition on a date.").waitFor();
  await shown.getByText("You asked for “without refunds”; nothing in it leaves anything out.").waitFor();
  await expect.poll(() => shown.locator(".columns").textContent()).toContain("masked");
  for (const theme of ["Light Modern", "Dark High Contrast", "Light High Contrast", "Dark Modern"]) {
    await host.command("Preferences: Color Theme");
    await host.page.locator(".quick-input-widget input").last().fill(theme);
    await choose(host, theme);
    await expect
      .poll(() => host.page.locator(".quick-input-widget").isVisible(), { timeout: 20_000 })
      .toBe(false);
    await host.screenshot(`suggestion review ${theme}`);
  }
  await shown.getByRole("button", { name: "Approve and Run" }).click();
  await (await results(host)).getByRole("columnheader", { name: /^spent/ }).waitFor();
  expect(recordsIn(world.home, "suggestion_made").at(-1)).toMatchObject({ model: "small", how: "inline" });
  expect(recordsIn(world.home, "suggestion_decided").at(-1)).toMatchObject({ decision: "run" });
});

test("a slow model costs nothing but its answer, and says so where it was asked for", async () => {
  const { host } = world;
  server.behave(() => ({ kind: "silent" }));
  await openBound(host, "slow.sql", COPY);
  await host.command("Sluice: Ask for SQL...");
  await answer(host, "Ask for SQL on Northwind copy", "products by category");
  await told(host, "Nothing was suggested: the model took longer than 3 s.").waitFor();
  server.behave(() => ({ kind: "status", status: 503, text: "busy" }));
  await host.command("Sluice: Ask for SQL...");
  await answer(host, "Ask for SQL on Northwind copy", "products by category");
  await told(host, "Nothing was suggested: the model's server answered 503: busy.").waitFor();
});
