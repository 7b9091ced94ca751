import fs from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { ToolSession } from "../../agent/gateway/tools/toolSession.ts";
import { callTool } from "../../agent/gateway/tools/tools.ts";
import { openHome } from "../../agent/home.ts";
import { localUser } from "../../agent/identity/localUser.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import { engineIn } from "../robustness/engine.ts";
import { openShop, type Shop } from "./shop.ts";

/** A program asks around instead of trying. */

let shop: Shop;
let engine: Engine;

beforeAll(async () => {
  shop = await openShop();
  engine = await engineIn(shop.home);
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(shop.profile.id, shop.server.password);
  await engine.open.database(shop.profile).whenClassified();
});
afterAll(async () => {
  await engine?.close();
  await shop?.close();
});

const session = (account: string) =>
  new ToolSession(engine, "mcp", async () => ({
    kind: "ai_agent",
    agent: "prober",
    model: "m",
    host: "h",
    onBehalfOf: { ...localUser(), account },
    asserted: true,
  }));
const call = (as: ToolSession, tool: string, input: object) =>
  callTool(as, tool, input, new AbortController().signal);
const check = (as: ToolSession, sql: string, more: object = {}) =>
  call(as, "check_statement", { connection: "shop", sql, ...more });
const denied = (n: number): string => `SELECT count(*) FROM shop.customers WHERE ssn > '${n}'`;

test("checks that are denied are on record, count as probing, and stop it", async () => {
  const mcp = session("prober");
  const before = engine.rooms.ledger.count();
  for (let n = 0; n < 7; n += 1)
    expect((await check(mcp, denied(n))).structured).toMatchObject({ statements: [{ decision: "deny" }] });
  const bodies = engine.rooms.ledger
    .sealedAfter(before, 1_000, Number.POSITIVE_INFINITY)
    .flatMap(({ canonical }) => parseRecord(canonical)?.body ?? []);
  expect(bodies.filter(({ kind }) => kind === "refused")).toHaveLength(7);
  const ran = await call(mcp, "run_query", { connection: "shop", sql: "SELECT 1", purpose: "to go on" });
  expect(ran.structured).toMatchObject({ status: "denied" });
});

test("checks that may run, or need an approval, leave no trace and stop nobody", async () => {
  const mcp = session("careful");
  const before = engine.rooms.ledger.count();
  for (let n = 0; n < 12; n += 1) {
    await check(mcp, `SELECT id FROM shop.orders WHERE id = ${n}`, { purpose: "to look at orders" });
    await check(mcp, `UPDATE shop.orders SET total = 1 WHERE id = ${n}`, { purpose: "to mend orders" });
  }
  expect(engine.rooms.ledger.count()).toBe(before);
  const ran = await call(mcp, "run_query", { connection: "shop", sql: "SELECT 1", purpose: "to go on" });
  expect(ran.structured).toMatchObject({ status: "rows" });
});

test.each([undefined, "", "   "])("a missing purpose (%j) says how to give it", async (purpose) => {
  const said = JSON.stringify(
    await call(session("silent"), "run_query", { connection: "shop", sql: "SELECT 1", purpose }),
  );
  expect(said).toMatch(
    purpose === undefined
      ? /say in it, in a sentence, what the statement is for/
      : /purpose-required.*`purpose` in a tool call/,
  );
});

test.each(["{ broken: s3cret-host", JSON.stringify({ connections: [{ id: 7, host: "s3cret-host" }] })])(
  "a list of connections that cannot be read tells a program neither where it lies nor what is in it",
  async (text) => {
    const file = openHome(shop.home).connections;
    const kept = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text);
    try {
      for (const [tool, input] of [
        ["list_connections", {}],
        ["describe_schema", { connection: "shop" }],
        ["check_statement", { connection: "shop", sql: "SELECT 1" }],
        ["run_query", { connection: "shop", sql: "SELECT 1", purpose: "to see" }],
      ] as const) {
        const said = JSON.stringify(await call(session("curious"), tool, input));
        expect(said).toContain("connections-unreadable");
        expect(said).not.toContain(shop.home);
        expect(said).not.toContain("connections.json");
        expect(said).not.toContain("s3cret-host");
      }
    } finally {
      fs.writeFileSync(file, kept);
    }
  },
);
