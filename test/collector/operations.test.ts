import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startProvider } from "./people.ts";
import { newFolder, settings } from "./stores.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");
const UNIT = read("docs/operations/sluice-collector.service");
const CONTAINER = read("docs/operations/Containerfile");

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

/** Starts the collector with these arguments, in the place of whatever starts it there; stops it as a service is stopped. */
async function runs(args: readonly string[]): Promise<number | null> {
  const config = path.join(newFolder(), "collector.json");
  fs.writeFileSync(config, JSON.stringify(settings(provider)));
  const given = args.map((arg) => (arg === "/etc/sluice/collector.json" ? config : arg));
  expect(given).toContain(config);
  const child = spawn(process.execPath, [path.join(root, "collector/main.ts"), ...given], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = await new Promise<string>((resolve) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    child.stderr.setEncoding("utf8").once("data", resolve);
  });
  expect(JSON.parse(said.split("\n")[0] ?? "")).toHaveProperty("listening");
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

describe("the systemd unit", () => {
  const values = (name: string): readonly string[] =>
    [...UNIT.matchAll(/^([A-Za-z]+)=(.*)$/gm)]
      .filter(([, key]) => key === name)
      .map(([, , value = ""]) => value);

  test("starts a command there is, with arguments it takes, and ends with exit code 0", async () => {
    const [program = "", command, ...args] = values("ExecStart")[0]?.split(" ") ?? [];
    const { bin } = JSON.parse(read("package.json"));
    expect(Object.keys(bin)).toContain(path.basename(program));
    expect(command).toBe("collector");
    expect(fs.existsSync(path.join(root, `agent/cli/${command}.ts`))).toBe(true);
    expect(await runs(args)).toBe(0);
  });

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test.skipIf(!hasSystemd)("is one that systemd understands, and leaves the account little", () => {
    const folder = newFolder();
    const file = path.join(folder, "sluice-collector.service");
    // The one thing this machine has not installed.
    fs.writeFileSync(file, UNIT.replace("/usr/bin/sluice", process.execPath));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    const about = `${verified.stdout}${verified.stderr}`
      .split("\n")
      .filter((line) => line.includes("sluice"));
    expect(about).toEqual([]);
    const wrong = path.join(folder, "wrong.service");
    fs.writeFileSync(wrong, UNIT.replace("ProtectSystem=strict", "ProtectSystem=perhaps"));
    const refused = spawnSync("systemd-analyze", ["verify", "--man=no", wrong], { encoding: "utf8" });
    expect(refused.stderr).toMatch(/protect ?system/i);
    const security = spawnSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", file], {
      encoding: "utf8",
    }).stdout;
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(security)?.[1] ?? Number.NaN);
    expect(exposure).toBeLessThan(2);
  });
});

describe("the container file", () => {
  const instructions = CONTAINER.replaceAll(/\\\n/g, " ")
    .split("\n")
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
  const all = (name: string): readonly string[] =>
    instructions.filter(([instruction]) => instruction === name).map(([, rest]) => rest);

  test("copies what is there, and runs scripts there are", () => {
    for (const copied of all("COPY")) {
      const [first = "", ...rest] = copied.split(" ");
      const from = first.startsWith("--from=") ? rest.slice(0, -1) : [first, ...rest.slice(0, -1)];
      for (const source of from) {
        const inRepository = source.replace(/^\/src\//, "");
        if (inRepository.startsWith("dist/")) continue;
        expect(fs.existsSync(path.join(root, inRepository)), source).toBe(true);
      }
    }
    const runsScripts = all("RUN").flatMap((line) => /^node (\S+)/.exec(line)?.[1] ?? []);
    expect(runsScripts).toEqual(["scripts/build.ts"]);
    for (const script of runsScripts) expect(fs.existsSync(path.join(root, script))).toBe(true);
  });

  test("takes from the build what the build makes", () => {
    const build = read("scripts/build.ts");
    expect(build).toMatch(/entryPoints: \{ main: "collector\/main\.ts" \},\s*outdir: "dist\/collector"/);
    expect(build).toContain('"better-sqlite3": [');
    expect(build).toContain("THIRD_PARTY_NOTICES.txt");
    expect(all("COPY").join("\n")).toContain("/src/dist/collector /opt/sluice/collector");
  });

  test("starts the collector with arguments it takes, as nobody in particular", async () => {
    const [entry = "[]"] = all("ENTRYPOINT");
    expect(JSON.parse(entry)).toEqual(["node", "/opt/sluice/collector/main.mjs"]);
    expect(all("USER")).toEqual(["10001:10001"]);
    expect(await runs(JSON.parse(all("CMD")[0] ?? "[]"))).toBe(0);
  });

  test("asks an address for its health that the collector answers", () => {
    const [check = ""] = all("HEALTHCHECK");
    const url = /fetch\('http:\/\/127\.0\.0\.1:(\d+)(\/\S+?)'\)/.exec(check);
    expect(url?.[1]).toBe(all("EXPOSE")[0]);
    expect(read("collector/http/routes.ts")).toContain(`path: "${url?.[2]}"`);
  });
});
