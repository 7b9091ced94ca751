import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { line, openBound, results, signIn, told, view } from "./gestures.ts";
import { pictureFailures, startWorld, type World } from "./world.ts";

/** What the person is told when the agent is gone, and when it refuses. In order. */
let world: World;
beforeAll(async () => {
  const files = { "first.sql": "SELECT name FROM shop.products LIMIT 3;\n" };
  world = await startWorld({ provider: true, connections: true, files });
});
pictureFailures(() => world);
afterAll(() => world?.stop());

/** Processes of the agent of this test's editor. */
function agents(): readonly number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(path.join(world.host.extensions, "")))
    .filter((pid) => commandLine(pid).includes("agent.mjs"))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

test("a killed agent is told in the status bar, started again, and the session goes on", async () => {
  const { host } = world;
  const { page } = host;
  await signIn(world);
  await openBound(host, "first.sql", /Northwind\s*\(?production/);
  const [before] = agents();
  expect(agents()).toHaveLength(1);
  process.kill(before ?? 0, "SIGKILL");
  await host.status("Sluice: agent stopped, restarting in 1 s").waitFor();
  await host.status("Sluice: ada@northwind-demo.example").waitFor();
  expect(agents()).toHaveLength(1);
  expect(agents()).not.toContain(before);
  await line(host, "SELECT").click();
  await page.keyboard.press("Control+Enter");
  await (await results(host)).getByRole("columnheader", { name: /^name/ }).waitFor();
  expect((await world.cli("audit", "verify")).code).toBe(0);
});

test("a ledger somebody changed stops everything and says what to do", async () => {
  const { host } = world;
  const { page } = host;
  const ledger = path.join(world.home, "ledger.db");
  const copy = `${ledger}.kept`;
  fs.copyFileSync(ledger, copy);
  const database = new Database(ledger);
  database.exec("UPDATE records SET canonical = replace(canonical, 'shop.products', 'shop.cards')");
  database.close();
  await host.command("Sluice: Restart Agent");
  await host.status("Sluice: refuses to run").waitFor();
  await told(host, /ledger/i).waitFor();
  await view(host, "Connections")
    .getByText("Sluice cannot run, so nothing can be queried or recorded.")
    .waitFor();
  await line(host, "SELECT").click();
  await page.keyboard.press("Control+Enter");
  const { code } = await world.cli("query", "-c", "northwind-production", "SELECT 1");
  expect(code).toBe(1);
});
