import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const PROCESSES = 6;

test("processes that need a device key at the same moment all sign with one", async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-keys-"));
  const script = path.join(import.meta.dirname, "keyProcess.ts");
  const children = Array.from({ length: PROCESSES }, () => {
    const child = spawn(process.execPath, [script, home], { stdio: ["pipe", "pipe", "inherit"] });
    let out = "";
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (out.startsWith("ready\n")) resolve();
      });
    });
    const said = new Promise<string>((resolve) => child.once("close", () => resolve(out)));
    return { ready, said, go: () => child.stdin.write("go\n") };
  });
  await Promise.all(children.map(({ ready }) => ready));
  for (const { go } of children) go();
  const keys = await Promise.all(children.map(({ said }) => said));
  expect(keys[0]).toMatch(/^ready\n[0-9a-f]{16}\n$/);
  expect(new Set(keys).size).toBe(1);
  fs.rmSync(home, { recursive: true, force: true });
});
