import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/steps.ts";
import { VSIX } from "./world.ts";

/** What a person installs. */
const listed = (): readonly string[] => {
  const vsce = path.join(root, "node_modules/.bin/vsce");
  const { stdout, status } = spawnSync(vsce, ["ls", "--no-dependencies"], { cwd: root, encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.trim().split("\n");
};

test("the package is small", () => {
  const { size } = fs.statSync(VSIX);
  expect(size).toBeLessThan(30e6);
});

test("it holds what runs and what is shown, and neither sources nor tests", () => {
  const files = listed();
  for (const needed of [
    "dist/extension.cjs",
    "dist/languageClient.cjs",
    "dist/agent.mjs",
    "dist/webview/results.js",
    "dist/node_modules/better-sqlite3/prebuilds/linux-x64.node",
    "dist/node_modules/better-sqlite3/prebuilds/darwin-arm64.node",
    "dist/node_modules/better-sqlite3/prebuilds/win32-x64.node",
    "media/icon.png",
    "media/walkthrough/sign-in.md",
  ]) {
    expect(files).toContain(needed);
  }
  const unwanted = files.filter((file) => /\.(ts|map|test\.\w+)$|^(src|test|agent|scripts)\//.test(file));
  expect(unwanted).toEqual([]);
});

test("activation reads nothing heavy: the language client is a file of its own", () => {
  const extension = fs.readFileSync(path.join(root, "dist/extension.cjs"), "utf8");
  expect(extension.length).toBeLessThan(120_000);
  for (const heavy of [
    "vscode-jsonrpc",
    "vscode-languageclient",
    "better-sqlite3",
    "libpg-query",
    "cedar",
    "zod",
  ]) {
    expect(extension).not.toContain(heavy);
  }
  expect(extension).toContain('import("./languageClient.cjs")');
});
