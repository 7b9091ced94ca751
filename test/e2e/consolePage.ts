import type { Browser, Page } from "playwright-core";

/** A person's own browser window on the console, and what went wrong in it. */
export interface ConsoleVisit {
  readonly browser: Browser;
  /** The collector's address. */
  readonly url: string;
  /** By their login at the provider. */
  readonly who: string;
  /** Where they go; the overview where nothing is said. */
  readonly place?: string;
  readonly options?: Parameters<Browser["newContext"]>[0];
  readonly complaints: string[];
}

/** The page of somebody who has just signed in through the provider's own page. */
export async function consolePage(visit: ConsoleVisit): Promise<Page> {
  const { browser, url, who, place = "#/overview", options = {}, complaints } = visit;
  const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${url}/${place}`);
  await page.getByRole("button", { name: "Sign In" }).click();
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill(`${who}-test`);
  await page.locator("button[type=submit]").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}
