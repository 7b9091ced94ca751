import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from "@vscode/test-electron";
import { startDemoDatabase } from "../../scripts/demo/database.ts";
import { packageExtension } from "../../scripts/package.ts";
import { cache, root, run, step } from "../../scripts/steps.ts";
import { bundleSuite } from "./bundleSuite.ts";

/**
 * `npm run test:electron`: the packaged extension in a desktop VS Code that is downloaded once, tried from inside
 * through the editor's own API (see suite.ts). SLUICE_VSCODE names an installed one instead.
 */
step("Building");
if ((await run(process.execPath, ["scripts/build.ts"])) !== 0) process.exit(1);
const vsix = await packageExtension();

step("A desktop VS Code");
const vscode =
  process.env.SLUICE_VSCODE ??
  (await downloadAndUnzipVSCode({
    cachePath: path.join(cache, "vscode"),
    extensionDevelopmentPath: root,
  }).catch((error: unknown) => {
    console.error(
      `\nVS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}.\n` +
        "These tests need update.code.visualstudio.com, or an installed VS Code: set SLUICE_VSCODE to its executable.\n" +
        "`npm test` tries the same extension in code-server and needs neither.",
    );
    process.exit(1);
  }));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-electron-"));
const [userData, extensions, home, suite] = ["user-data", "extensions", "home", "suite"].map((name) =>
  path.join(folder, name),
) as [string, string, string, string];
const folders = ["--user-data-dir", userData, "--extensions-dir", extensions];
const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(vscode);
const installed = spawnSync(cli ?? vscode, [...cliArgs, ...folders, "--install-extension", vsix], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (installed.status !== 0) process.exit(1);

const database = await startDemoDatabase({ dataDir: path.join(cache, "e2e-postgres"), scale: 0.2 });
await bundleSuite(suite);
let failed = true;
try {
  step("Trying it");
  await runTests({
    vscodeExecutablePath: vscode,
    extensionDevelopmentPath: suite,
    extensionTestsPath: path.join(suite, "index.cjs"),
    launchArgs: [...folders, "--disable-workspace-trust", "--no-sandbox"],
    extensionTestsEnv: {
      SLUICE_HOME: home,
      SLUICE_TEST_DATABASE: database.url,
      SLUICE_PASSWORD_OWN: database.password,
    },
  });
  failed = false;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
} finally {
  await database.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
