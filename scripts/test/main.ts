import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { installCodeServer } from "../codeServer.ts";
import { packageExtension } from "../package.ts";
import { bin, cache, onPath, root, run, step } from "../steps.ts";
import { readVitestReport } from "./vitestReport.ts";

/**
 * `npm test`: builds, checks and tests everything against real parts, and ends with one line of counts. With CI set a
 * missing component fails the run; elsewhere it is told loudly and its tests are skipped.
 */
const ci = process.env.CI !== undefined && process.env.CI !== "" && process.env.CI !== "false";
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

await check("build", process.execPath, ["scripts/build.ts"]);
await check("types", bin("tsc"), ["-p", "."]);
await check("lint and format", bin("biome"), ["ci", "."]);
await check("import directions", bin("depcruise"), [
  "--config",
  ".dependency-cruiser.mjs",
  "src",
  "webview",
  "agent",
  "protocol",
  "collector",
]);
await check("dead code", bin("knip"), ["--no-progress"]);
await vitest("unit and integration", ["--project", "unit"]);
if (await mariadbReady()) await vitest("integration with MariaDB", ["--project", "mariadb"]);
if (await editorReady()) await vitest("end to end", ["--project", "e2e"]);

for (const failure of failures) console.error(`\nFAILED ${failure}`);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 ? 1 : 0);

async function check(name: string, command: string, args: readonly string[]): Promise<void> {
  step(name);
  const ok = (await run(command, args)) === 0;
  if (ok) counts.passed += 1;
  else {
    counts.failed += 1;
    failures.push(`${name}: told above`);
  }
}

async function vitest(name: string, args: readonly string[]): Promise<void> {
  step(name);
  fs.mkdirSync(cache, { recursive: true });
  const report = path.join(cache, `vitest-${args.join("")}.json`);
  fs.rmSync(report, { force: true });
  const code = await new Promise<number>((resolve) => {
    const flags = ["run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const child = spawn(bin("vitest"), flags, { cwd: root, stdio: "inherit" });
    child.on("exit", (exit) => resolve(exit ?? 1));
  });
  const { passed, failed, skipped, failures: told } = readVitestReport(report, code);
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
  failures.push(...told);
}

/** The server the tests of MySQL and MariaDB start for themselves. */
async function mariadbReady(): Promise<boolean> {
  if (fs.existsSync("/usr/sbin/mariadbd") || (await onPath("mariadbd"))) return true;
  return missing(
    "The tests with MariaDB",
    "There is no mariadbd: install MariaDB, on Debian `apt-get install mariadb-server`.",
  );
}

/** A component that is not there fails the run where CI is set, and is told loudly elsewhere. */
function missing(what: string, why: string): false {
  if (ci) {
    failures.push(`${what}: ${why}`);
    counts.failed += 1;
  } else {
    console.warn(`\n!!! ${what} are SKIPPED. ${why}\n`);
    counts.skipped += 1;
  }
  return false;
}

/** Browser, editor and the packaged extension for the end-to-end tests. */
async function editorReady(): Promise<boolean> {
  step("an editor and a browser for the end-to-end tests");
  try {
    const chromium = process.env.SLUICE_CHROMIUM ?? "/usr/bin/chromium";
    if (!fs.existsSync(chromium)) {
      const how = (await onPath("apt-get"))
        ? "apt-get install chromium"
        : "install Chromium and set SLUICE_CHROMIUM to its path";
      throw new Error(`There is no Chromium at ${chromium}: ${how}.`);
    }
    await installCodeServer();
    await packageExtension();
    return true;
  } catch (error) {
    return missing("The end-to-end tests", error instanceof Error ? error.message : String(error));
  }
}
