import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/steps.ts";
import { newFolder } from "./stores.ts";

/** Starts a collector as `npm start` does, says where, and ends at once: as when another part ends it on Ctrl-C. */
const STARTER = `
const { startDemoCollector } = await import(process.argv[1]);
const provider = { issuer: "http://127.0.0.1:9", clientId: "sluice" };
const { url } = await startDemoCollector({ data: process.argv[2], fresh: false, port: 0, provider });
process.stdout.write(url, () => process.exit(0));
`;

test("the demo's collector ends with the process that started it, however that ends", async () => {
  const data = newFolder();
  const script = path.join(root, "scripts/demo/collector.ts");
  const child = spawn(process.execPath, ["--input-type=module", "-e", STARTER, script, data], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let url = "";
  child.stdout.on("data", (chunk: Buffer) => {
    url += chunk.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect
    .poll(
      () =>
        fetch(`${url}/health`).then(
          () => "answers",
          () => "gone",
        ),
      { timeout: 20_000 },
    )
    .toBe("gone");
  // It stops listening before it has closed its store, which takes files of its own away.
  await expect.poll(() => isRemoved(data), { timeout: 20_000 }).toBe(true);
});

function isRemoved(folder: string): boolean {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
    return !fs.existsSync(folder);
  } catch {
    return false;
  }
}
