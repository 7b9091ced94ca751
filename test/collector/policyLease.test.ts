import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { CollectorClient } from "../../agent/audit/sync/collectorClient.ts";
import type { Engine } from "../../agent/engine.ts";
import { policyFromFiles } from "../../agent/policyFiles.ts";
import { PolicyInForce } from "../../agent/policyInForce.ts";
import { keyFiles, readLogKeys } from "../../collector/log/logKeys.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { toBase64 } from "../../protocol/log/base64.ts";
import { leaseText, type PolicyAnswer } from "../../protocol/policy/policyAnswer.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { problemTold } from "../robustness/engine.ts";
import { startProvider } from "./people.ts";
import { PolicyStage } from "./policyStage.ts";
import { newFolder } from "./stores.ts";

/** How long a policy may be relied on, whatever a lease says and whenever a process is started. */

let provider: DemoProvider;
let stage: PolicyStage;
let engine: Engine;
let data: string;
let front: http.Server;
let url: string;
/** What becomes of the lease on its way; it is signed again with the collector's own key. */
let change: (lease: Record<string, unknown>) => Record<string, unknown>;
let asked = 0;
let now = new Date();
const open: PolicyInForce[] = [];

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());
beforeEach(async () => {
  data = newFolder();
  stage = await PolicyStage.open(provider, { data });
  engine = await stage.agent();
  [change, asked, now] = [(lease) => lease, 0, new Date()];
  front = http.createServer(async (request, response) => {
    const { authorization = "" } = request.headers;
    const answer = await fetch(`${stage.collector.url}${request.url}`, { headers: { authorization } });
    const body: unknown = await answer.json();
    const isPolicy = request.url === "/v1/policy";
    if (isPolicy) asked += 1;
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(isPolicy ? signedAgain(body as PolicyAnswer) : body));
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  front.closeAllConnections();
  front.close();
  await stage.stop();
});

function signedAgain(answer: PolicyAnswer): PolicyAnswer {
  const lease = canonicalJson(change(JSON.parse(answer.lease)));
  const { log } = stage.collector;
  const signer = readLogKeys(keyFiles(data, 1)).checkpoints(log);
  return { ...answer, lease, signature: toBase64(signer.sign(Buffer.from(leaseText(log, lease)))) };
}

/** As a process that has just been started. */
async function inForce(folder: string): Promise<PolicyInForce> {
  const source = {
    client: new CollectorClient(url),
    ledger: engine.rooms.ledger,
    folder,
    token: () => stage.token("member"),
    now: () => now,
    // However busy the machine is.
    patienceMs: 60_000,
  };
  const opened = await PolicyInForce.open(await policyFromFiles([], null), [], source);
  open.push(opened);
  return opened;
}

test.each(["soon", "", "2026-13-45T99:00:00Z", "NaN"])(
  "a lease whose end cannot be read has ended: %j",
  async (validUntil) => {
    await stage.publish(1);
    change = (lease) => ({ ...lease, validUntil });
    const folder = newFolder();
    expect(await problemTold((await inForce(folder)).ready())).toMatchObject({ code: "policy-expired" });
    // Nor is it from the copy that was kept.
    expect(await problemTold((await inForce(folder)).ready())).toMatchObject({ code: "policy-expired" });
    change = (lease) => lease;
    await (await inForce(folder)).ready();
  },
);

test("a process that has just been started takes a newer version with its first statement", async () => {
  const folder = newFolder();
  await stage.publish(1);
  await (await inForce(folder)).ready();
  await stage.publish(2);
  const soon = await inForce(folder);
  await soon.ready();
  expect([soon.version, asked]).toEqual([1, 1]);
  now = new Date(now.getTime() + 61_000);
  const later = await inForce(folder);
  await later.ready();
  await later.ready();
  expect([later.version, asked]).toEqual([2, 2]);
});

test("one that cannot be used, or is not to be had, leaves the kept one in force", async () => {
  const folder = newFolder();
  await stage.publish(1);
  await (await inForce(folder)).ready();
  await stage.publish(2, { cedar: "permit (nonsense" });
  now = new Date(now.getTime() + 61_000);
  const one = await inForce(folder);
  await one.ready();
  expect([one.version, asked]).toEqual([1, 2]);
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
  const alone = await inForce(folder);
  await alone.ready();
  expect(alone.version).toBe(1);
});
