import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { JudgedBody } from "../../protocol/audit/record.ts";
import type { FoundRecords } from "../../protocol/collector/search.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ObservedSummary } from "../../protocol/policy/policyVersions.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { runOne } from "../robustness/engine.ts";
import { startProvider } from "./people.ts";
import { PolicyStage, shopFile } from "./policyStage.ts";
import { onEachStore } from "./stores.ts";

/** A policy that is only observed: what it would have said is on record, and nothing comes of it. */

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

const STRICT = {
  cedar: `forbid (principal, action == Action::"write", resource);
@mask("null") forbid (principal, action == Action::"reveal", resource) when { resource.infoType == "email" };`,
  guardrails:
    'add:\n  - { id: no-cities, message: "{what} is closed", verdict: approve, when: { columns: ["*.city"] } }\n',
};

/** What the agent recorded last of a statement. */
function lastJudged({ rooms }: Engine): JudgedBody {
  const file = new Database(path.join(rooms.home.root, "ledger.db"), { readonly: true });
  const bodies = file
    .prepare<[], { canonical: string }>("SELECT canonical FROM records ORDER BY seq")
    .all()
    .map(({ canonical }) => parseRecord(canonical)?.body);
  file.close();
  const last = bodies.findLast((body) => body?.kind === "intent" || body?.kind === "refused");
  if (last?.kind !== "intent" && last?.kind !== "refused") throw new Error("nothing was judged");
  return last;
}

async function judged(engine: Engine, profile: ConnectionProfile, sql: string): Promise<JudgedBody> {
  await runOne(engine, profile, sql);
  return lastJudged(engine);
}

onEachStore((store) => {
  test("nothing is enforced, everything is recorded, and it adds up", { timeout: 120_000 }, async () => {
    const stage = await PolicyStage.open(provider, await store.fresh());
    const engine = await stage.agent();
    const shop = shopFile();
    await stage.publish(1);
    await engine.rooms.inForce?.refresh();
    expect((await judged(engine, shop, "SELECT id FROM products")).observed).toBeUndefined();

    await stage.observe(2, STRICT);
    await engine.rooms.inForce?.refresh();
    const write = await runOne(engine, shop, "UPDATE products SET title = 'Desk lamp' WHERE id = 1");
    expect(write.kind).toBe("done");
    const written = lastJudged(engine);
    expect(written.verdict).toBe("allow");
    expect(written.basis?.central).toBe(1);
    expect(written.observed).toEqual({
      version: 2,
      verdict: "deny",
      findings: [{ rule: "write-not-allowed", verdict: "deny" }],
      masks: [],
    });
    const cities = await judged(engine, shop, "SELECT city FROM customers");
    expect(cities.observed).toMatchObject({
      verdict: "approve",
      findings: [{ rule: "no-cities", verdict: "approve" }],
    });
    const emails = await judged(engine, shop, "SELECT id, email FROM customers");
    expect(emails.outputs.map(({ mask }) => mask)).toEqual([null, "email"]);
    expect(emails.observed).toEqual({
      version: 2,
      verdict: "allow",
      findings: [],
      masks: [{ output: 1, mask: "null" }],
    });
    const same = await judged(engine, shop, "SELECT id FROM products");
    expect(same.observed).toEqual({ version: 2, verdict: "allow", findings: [], masks: [] });

    await engine.rooms.sync?.now();
    const { body } = await stage.ask<ObservedSummary>("GET", "/v1/policy/observed", "auditor");
    expect(body).toEqual({
      version: 2,
      outcomes: [
        { outcome: "blocked", statements: 1, people: 1 },
        { outcome: "asked", statements: 1, people: 1 },
        { outcome: "remasked", statements: 1, people: 1 },
        { outcome: "same", statements: 1, people: 0 },
      ],
      rules: expect.arrayContaining([
        { rule: "write-not-allowed", statements: 1 },
        { rule: "no-cities", statements: 1 },
      ]),
    });
    const found = await stage.ask<FoundRecords>("GET", "/v1/search?observed=2:blocked", "auditor");
    expect(found.body.records.map(({ summary }) => summary)).toEqual([written.statement]);

    await stage.order("POST", "/v1/policy/enforce", { version: 2 });
    await engine.rooms.inForce?.refresh();
    const now = await runOne(engine, shop, "UPDATE products SET title = 'Lamp' WHERE id = 1");
    expect(now.kind).toBe("blocked");
    expect(lastJudged(engine)).toMatchObject({ basis: { central: 2 }, verdict: "deny" });
    expect(lastJudged(engine).observed).toBeUndefined();
    await stage.stop();
  });
});

test("one with a mistake stops nobody, and is recorded as one that cannot judge", async () => {
  const stage = await PolicyStage.open(provider);
  const engine = await stage.agent();
  const shop = shopFile();
  for (const [version, wrong] of [
    { cedar: "permit (nonsense" },
    { guardrails: "rules: { no-such-rule: { mode: off } }" },
    { labels: "labels: [{ column: a.b.c, is: nothing_known, reason: x }]" },
  ].entries()) {
    await stage.observe(version + 1, wrong);
    await engine.rooms.inForce?.refresh();
    const body = await judged(engine, shop, "SELECT id FROM products");
    expect(body.verdict).toBe("allow");
    expect(body.observed).toEqual({ version: version + 1, verdict: null, findings: [], masks: [] });
  }
  await engine.rooms.sync?.now();
  const { body } = await stage.ask<ObservedSummary>("GET", "/v1/policy/observed", "auditor");
  expect(body.outcomes).toEqual([{ outcome: "unknown", statements: 1, people: 1 }]);
  await stage.stop();
});

test("what somebody made of its text on this machine is not judged by, and stops nobody", async () => {
  const stage = await PolicyStage.open(provider);
  const shop = shopFile();
  const first = await stage.agent();
  await stage.publish(1);
  await stage.observe(2, { cedar: `forbid (principal, action == Action::"read", resource);` });
  await first.rooms.inForce?.refresh();
  const home = first.rooms.home.root;
  const kept = path.join(home, "collector", "policy.json");
  const copy: { answer: { observed: string } } = JSON.parse(fs.readFileSync(kept, "utf8"));
  copy.answer.observed = copy.answer.observed.replace("forbid", "permit");
  await first.close();
  await stage.collector.stop();
  fs.writeFileSync(kept, JSON.stringify(copy));
  const second = await stage.agent(home);
  const body = await judged(second, shop, "SELECT id FROM products");
  expect(body.verdict).toBe("allow");
  expect(body.observed).toMatchObject({ version: 2, verdict: null });
  await second.close();
});

test("a label it would raise is judged by as raised", async () => {
  const stage = await PolicyStage.open(provider);
  const engine = await stage.agent();
  const shop = shopFile();
  await stage.observe(1, {
    labels: "labels:\n  - { column: main.products.title, is: us_ssn, reason: people write them there }\n",
  });
  await engine.rooms.inForce?.refresh();
  const before = await judged(engine, shop, "SELECT id, title FROM products");
  expect(before.outputs[1]?.mask).toBe(null);
  expect(before.observed).toMatchObject({ verdict: "allow", masks: [{ output: 1 }] });
  await stage.order("POST", "/v1/policy/enforce", { version: 1 });
  await engine.rooms.inForce?.refresh();
  const after = await judged(engine, shop, "SELECT id, title FROM products");
  expect(after.outputs[1]?.mask).toBe(before.observed?.masks[0]?.mask);
  await stage.stop();
});
