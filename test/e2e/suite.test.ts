import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { startDemoDatabase } from "../../scripts/demo/database.ts";
import { cache } from "../../scripts/steps.ts";
import { bundleSuite } from "../electron/bundleSuite.ts";
import type { Outcome } from "../electron/suite.ts";
import { startHost } from "./host.ts";
import { VSIX } from "./world.ts";

/** The checks `npm run test:electron` runs in a desktop VS Code, in the host every machine can have. */
test("the suite of the desktop editor holds in code-server too", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-suite-"));
  const [suite, home, report] = ["sluice-test.suite-0.0.0", "home", "report.json"].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  await bundleSuite(suite);
  const database = await startDemoDatabase({ dataDir: path.join(cache, "e2e-postgres"), scale: 0.2 });
  const env = {
    SLUICE_HOME: home,
    SLUICE_TEST_DATABASE: database.url,
    SLUICE_PASSWORD_OWN: database.password,
    SLUICE_SUITE_REPORT: report,
  };
  const host = await startHost({ vsix: VSIX, env, files: {}, beside: suite });
  try {
    await expect.poll(() => fs.existsSync(report), { timeout: 90_000 }).toBe(true);
    const outcomes: readonly Outcome[] = JSON.parse(fs.readFileSync(report, "utf8"));
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(3);
  } finally {
    await host.screenshot("suite");
    await host.stop();
    await database.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
