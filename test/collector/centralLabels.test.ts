import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { problemTold, runOne } from "../robustness/engine.ts";
import { startProvider } from "./people.ts";
import { PolicyStage, shopFile } from "./policyStage.ts";

/** Labels that administrators share through the collector hold by their word, and nobody here takes them away. */

let provider: DemoProvider;
let stage: PolicyStage;
let shop: ConnectionProfile;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());
beforeEach(async () => {
  stage = await PolicyStage.open(provider);
  // Where nobody but stewards may lower a label.
  shop = { ...shopFile(), environment: "staging" };
});
afterEach(() => stage.stop());

const RAISED = "labels:\n  - { column: main.products.title, is: us_ssn, reason: people write them there }\n";
const LOWERED = "labels:\n  - { column: main.customers.email, is: ordinary, reason: generated }\n";

/** A workspace whose labels say this. */
function workspace(labels: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-workspace-"));
  fs.mkdirSync(path.join(folder, ".sluice"));
  fs.writeFileSync(path.join(folder, ".sluice", "labels.yaml"), labels);
  return folder;
}

async function maskOf(engine: Engine, column: string, actor = engine.rooms.identity.requireActor()) {
  const [table = "", name = ""] = column.split(".");
  for await (const { governed } of engine.run({
    sessionId: sessionId(`test:${actor.kind}`),
    connection: shop,
    text: `SELECT ${name} FROM ${table}`,
    client: { kind: "cli", session: "test" },
    purpose: "Look at a column",
    pageRows: 10,
    maxCellLength: 100,
    signal: new AbortController().signal,
    keepGoing: true,
    actor,
  })) {
    if (governed.kind !== "rows") throw new Error(JSON.stringify(governed));
    await governed.rest.close();
    return governed.columns[0]?.mask ?? null;
  }
  throw new Error("nothing ran");
}

test("what they raise is raised with the next statement, and a workspace cannot lower it again", async () => {
  const engine = await stage.agent(undefined, [
    workspace("labels:\n  - { column: main.products.title, is: ordinary, reason: mine to say }\n"),
  ]);
  expect(await maskOf(engine, "products.title")).toBe(null);
  await stage.publish(1, { labels: RAISED });
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "products.title")).not.toBe(null);
  await stage.publish(2);
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "products.title")).toBe(null);
});

test("what is written in the agent's own folder changes nothing of it", async () => {
  const engine = await stage.agent();
  await stage.publish(1, { labels: RAISED });
  await engine.rooms.inForce?.refresh();
  const folder = path.join(engine.rooms.home.root, "collector", ".sluice");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "labels.yaml"), LOWERED);
  fs.utimesSync(folder, new Date(), new Date());
  expect(await maskOf(engine, "products.title")).not.toBe(null);
  expect(await maskOf(engine, "customers.email")).toBe("email");
});

test("what they lower is lowered for people without a right of their own, and for programs, once on record", async () => {
  const engine = await stage.agent(undefined, [workspace(LOWERED)]);
  const person = engine.rooms.identity.requireActor();
  if (person.kind !== "user") throw new Error("nobody is signed in");
  const program = {
    kind: "ai_agent",
    agent: "helper",
    model: "unknown",
    host: "unknown",
    onBehalfOf: person,
    asserted: true,
  } as const;
  expect(await maskOf(engine, "customers.email")).toBe("email");
  await stage.publish(1, { labels: LOWERED });
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "customers.email")).toBe(null);
  expect(await maskOf(engine, "customers.email", program)).toBe(null);
  const records = engine.rooms.ledger.sealedAfter(0, 1_000, 10_000_000).map(({ canonical }) => canonical);
  const lowered = records.filter((text) => text.includes('"label_corrected"'));
  expect(lowered).toHaveLength(1);
  expect(lowered[0]).toContain("(the collector's policy)");
  await stage.publish(2);
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "customers.email")).toBe("email");
  expect(await maskOf(engine, "customers.email", program)).toBe("email");
});

test("a connection's name, which people choose, lowers nothing by administrators' word", async () => {
  const engine = await stage.agent();
  const named = LOWERED.replace("{ column", '{ connection: "sho*", column');
  await stage.publish(1, { labels: named });
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "customers.email")).toBe("email");
  await stage.publish(2, { labels: RAISED.replace("{ column", '{ connection: "sho*", column') });
  await engine.rooms.inForce?.refresh();
  expect(await maskOf(engine, "products.title")).not.toBe(null);
});

test("labels with a mistake leave the last good policy in force", async () => {
  const engine = await stage.agent();
  await stage.publish(1, { labels: RAISED });
  await engine.rooms.inForce?.refresh();
  await stage.publish(2, { labels: "labels: [{ column: a.b.c, is: nothing_known, reason: x }]" });
  expect(await problemTold(engine.rooms.inForce?.refresh() ?? Promise.resolve())).toMatchObject({
    code: "labels-file-invalid",
  });
  expect(engine.rooms.inForce?.version).toBe(1);
  expect(await maskOf(engine, "products.title")).not.toBe(null);
  expect((await runOne(engine, shop, "SELECT id FROM products")).kind).toBe("rows");
});
