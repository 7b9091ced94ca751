import http from "node:http";
import type { Browser } from "playwright-core";
import { freePort } from "../../scripts/demo/database.ts";

/**
 * Waits until Chromium counts its own start as over: once a visible page has loaded and stands still, or else after
 * three minutes. Until then it puts off background work, and to look for a newer service worker is such work. A webview
 * of the editor that has a worker already waits for that look before it shows anything, and on a busy machine the
 * editor may not have stood still by then. So a page that does comes first and asks for a look of its own: once that is
 * answered, the start is over.
 */
export async function browserStarted(browser: Browser): Promise<void> {
  const server = http.createServer(({ url }, response) => {
    const [type, content] =
      url === "/worker.js" ? ["text/javascript", ""] : ["text/html", "<!DOCTYPE html><title>Still</title>"];
    response.setHeader("Content-Type", type).end(content);
  });
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(async () => {
    const worker = await navigator.serviceWorker.register("/worker.js");
    await worker.update();
  });
  await context.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
