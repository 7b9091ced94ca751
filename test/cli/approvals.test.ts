import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { APPROVAL, type Approval } from "../../protocol/approval/approval.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

/** Two people on two machines, and a third who is asked nothing. */
let server: TestPostgres;
let provider: DemoProvider;
let collector: RunningCollector;
let url: string;
const homes = new Map<string, string>();

beforeAll(async () => {
  [server, provider] = await Promise.all([startPostgres(), startDemoProvider()]);
  collector = await startCollector(settings(provider));
  url = `${server.connectionString}?environment=production`;
  await Promise.all(["ada", "dana", "omar"].map(signIn));
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  await server.stop();
  for (const home of homes.values()) fs.rmSync(home, { recursive: true, force: true });
});

async function signIn(login: string): Promise<void> {
  const home = newHome();
  homes.set(login, home);
  const config = { collector: { url: collector.url } };
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify(config));
  const account = { login, password: `${login}-demo` };
  const onUrl: SluiceOptions["onUrl"] = (address) => void completeLogin(address, account);
  expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
}

const as = (who: string, ...args: readonly string[]) => sluice({ home: homes.get(who) ?? "" }, ...args);
const asApprovals = (lines: Awaited<ReturnType<typeof as>>): readonly Approval[] =>
  objects(lines).map((line) => APPROVAL.parse(line));
const ask = async (sql: string): Promise<string> => {
  const { code, out, err } = await as("ada", "query", "-c", url, "--ask", "Ticket 4711", sql);
  expect({ code, err }).toMatchObject({ code: 4, err: expect.stringContaining("Waiting for sluice-dba") });
  return out.trim();
};

test("asked, approved by another, run once", async () => {
  const sql = "CREATE TABLE once (id int)";
  const id = await ask(sql);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  const early = await as("ada", "query", "-c", url, "--approval", id, "--json", sql);
  expect(early.code).toBe(1);
  const waiting = objects(await as("dana", "approvals", "list", "--json"));
  expect(waiting).toMatchObject([{ box: "decide", id, state: "pending", order: { purpose: "Ticket 4711" } }]);
  const shown = await as("dana", "approvals", "show", id);
  expect(shown.out).toContain("Ada Lindqvist");
  expect(shown.out).toContain(sql);
  const approved = await as("dana", "approvals", "approve", id, "--reason", "Fine", "--json");
  expect(asApprovals(approved)).toMatchObject([{ state: "granted" }]);
  const other = await as(
    "ada",
    "query",
    "-c",
    url,
    "--approval",
    id,
    "--json",
    `${sql.slice(0, -1)}, x int)`,
  );
  expect(other.code).toBe(4);
  expect(objects(other)[0]).toMatchObject({ error: { code: "approval-invalid" }, rows: [] });
  expect((await as("ada", "query", "-c", url, "--approval", id, "--json", sql)).code).toBe(0);
  const twice = await as("ada", "query", "-c", url, "--approval", id, "--json", sql);
  expect(twice.code).toBe(1);
  expect(objects(twice)[0]).toMatchObject({ error: { code: "approval-used" } });
  const [own] = objects(await as("ada", "approvals", "list", "--json"));
  expect(own).toMatchObject({ box: "mine", id, state: "used" });
  expect((await as("ada", "audit", "verify")).code).toBe(0);
});

test("what was agreed to is listed for who may take it back, and taken back it does not run", async () => {
  const sql = "CREATE TABLE taken (id int)";
  const id = await ask(sql);
  expect((await as("dana", "approvals", "approve", id)).code).toBe(0);
  expect(objects(await as("dana", "approvals", "list", "--json"))).toMatchObject([
    { box: "active", id, state: "granted" },
  ]);
  const taken = await as("dana", "approvals", "take-back", id, "--reason", "Wrong table");
  expect(taken).toMatchObject({ code: 0, out: "Taken back by Dana Okafor: Wrong table\n" });
  expect((await as("dana", "approvals", "take-back", id)).code).toBe(3);
  const ran = await as("ada", "query", "-c", url, "--approval", id, "--json", sql);
  expect(ran.code).toBe(1);
  expect(objects(ran)[0]).toMatchObject({ error: { message: expect.stringContaining("taken back") } });
  expect((await as("ada", "approvals", "show", id)).out).toContain("Taken back by Dana Okafor: Wrong table");
});

test("--wait runs it when it is granted, and prints the one object of the statement", async () => {
  const sql = "CREATE TABLE waited (id int)";
  const waiting = as("ada", "query", "-c", url, "--ask", "Ticket 1", "--wait", "--json", sql);
  const id = await pending("Ticket 1");
  expect((await as("dana", "approvals", "approve", id)).code).toBe(0);
  const done = await waiting;
  expect(done.code).toBe(0);
  expect(objects(done)).toMatchObject([{ statement: sql, decision: "allow", error: null }]);
  expect(done.err).toContain("Waiting for sluice-dba");
});

test("--wait tells a denial with who and why, and nothing runs", async () => {
  const sql = "CREATE TABLE refused (id int)";
  const waiting = as("ada", "query", "-c", url, "--ask", "Ticket 2", "--wait", "--json", sql);
  const id = await pending("Ticket 2");
  expect((await as("dana", "approvals", "deny", id)).code).toBe(2);
  expect((await as("dana", "approvals", "deny", id, "--reason", "Use a migration")).code).toBe(0);
  const done = await waiting;
  expect(done.code).toBe(3);
  const message = "Denied by Dana Okafor: Use a migration";
  expect(objects(done)).toMatchObject([
    { error: { code: "approval-denied", message }, approval: { id, state: "denied" } },
  ]);
  expect((await as("ada", "query", "-c", url, "SELECT * FROM refused")).code).toBe(1);
});

test("withdrawn by who asked; then nobody decides", async () => {
  const id = await ask("CREATE TABLE withdrawn (id int)");
  expect((await as("ada", "approvals", "withdraw", id)).out).toContain("Withdrawn by Ada Lindqvist");
  const late = await as("dana", "approvals", "approve", id);
  expect(late.code).toBe(3);
  expect(late.err).toContain("Nothing is left to decide. Withdrawn by Ada Lindqvist.");
});

test("one's own, and what is not for one's group", async () => {
  const id = await ask("CREATE TABLE own (id int)");
  const own = await as("ada", "approvals", "approve", id);
  expect(own.code).toBe(3);
  expect(own.err).toContain("nobody approves what they asked for themselves");
  expect((await as("omar", "approvals", "approve", id)).code).toBe(1);
  expect(objects(await as("omar", "approvals", "list", "--json"))).toEqual([]);
  const before = objects(await as("ada", "audit", "export"));
  expect(before.filter(({ kind }) => kind === "approval_decided")).not.toContainEqual(
    expect.objectContaining({ approval: id }),
  );
});

test("asked in vain: what needs nobody, several at once, a program", async () => {
  expect((await as("ada", "query", "-c", url, "--ask", "Why not", "SELECT 1 AS one")).code).toBe(0);
  const several = await as("ada", "query", "-c", url, "--ask", "Both", "SELECT 1; CREATE TABLE t (id int)");
  expect(several.code).toBe(2);
  const program = await as("ada", "query", "-c", url, "--as", "agent", "--ask", "Please", "SELECT 1");
  expect(program.code).toBe(2);
});

/** The id of what waits for Dana with this purpose. */
async function pending(purpose: string): Promise<string> {
  for (;;) {
    const waiting = asApprovals(await as("dana", "approvals", "list", "--json"));
    const found = waiting.find(({ order }) => order.purpose === purpose);
    if (found !== undefined) return found.id;
  }
}
