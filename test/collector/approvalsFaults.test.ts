import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import { startPostgres } from "../postgres.ts";
import { Hand, orderOf, type Stage, setStage } from "./approving.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { ownRecords } from "./ownRecords.ts";
import { Receiver } from "./receiver.ts";
import { enrolled, newDatabase, newFolder, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

const SECRET = "a secret of the receiver's";
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

const eventsOf = (receiver: Receiver): readonly { id: string; event: string; approval: { id: string } }[] =>
  receiver.got.map(({ body }) => JSON.parse(body));

test("two collectors over one database are one: decided once, followed at either, told once", async () => {
  const server = await startPostgres();
  const receiver = new Receiver();
  const webhooks = [{ kind: "json", url: await receiver.start(), secret: SECRET }] as const;
  const given = settings(stage.provider, { database: await newDatabase(server), webhooks });
  const one = await startCollector(given);
  const data = newFolder();
  for (const key of ["log.key", "chain.key"])
    fs.copyFileSync(path.join(given.data, key), path.join(data, key));
  const two = await startCollector({ ...given, data });
  const device = await enrolled(one, stage.tokens.ada, "ada");
  const ada = new Hand(() => one, stage.tokens.ada);
  const adaAtTwo = new Hand(() => two, stage.tokens.ada);
  const dana = new Hand(() => one, stage.tokens.dana);
  const erin = new Hand(() => two, stage.tokens.erin);

  const rounds = 8;
  for (let round = 0; round < rounds; round += 1) {
    const { body } = await ada.ask(orderOf(stage.provider, device, { purpose: `round ${round}` }));
    const followed = [ada, adaAtTwo].map((hand) => hand.see(body.id, "?version=1&wait=30"));
    const both = await Promise.all([dana.decide(body.id, "approve"), erin.decide(body.id, "deny")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { state } = (await ada.see(body.id)).body;
    expect(["granted", "denied"]).toContain(state);
    for (const answer of await Promise.all(followed))
      expect(answer.body).toMatchObject({ state, version: 2 });
    const grants = await Promise.all([ada.grant(body.id), adaAtTwo.grant(body.id)]);
    expect(grants[0]?.body.signature).toBe(grants[1]?.body.signature);
    expect(grants.map(({ status }) => status)).toEqual(state === "granted" ? [200, 200] : [409, 409]);
  }
  await receiver.until(rounds * 2);
  const ids = eventsOf(receiver).map(({ id }) => id);
  expect(new Set(ids).size).toBe(rounds * 2);
  expect(ids).toHaveLength(rounds * 2);
  await verifyWholeLog(two.url);
  await Promise.all([one.stop(), two.stop()]);
  await receiver.stop();
  await server.stop();
}, 120_000);

test("a collector that is killed in the middle keeps what it acknowledged, and tells it", async () => {
  const receiver = new Receiver();
  const webhooks = [{ kind: "json", url: await receiver.start(), secret: SECRET }] as const;
  const given: CollectorSettings = settings(stage.provider, { webhooks });
  let collector = await CollectorProcess.start(given);
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  const ada = new Hand(() => collector, stage.tokens.ada);
  const dana = new Hand(() => collector, stage.tokens.dana);
  const answeredOr = <T>(call: Promise<T>): Promise<T | null> => call.catch(() => null);
  const ids: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const { body } = await ada.ask(orderOf(stage.provider, device, { purpose: `round ${round}` }));
    ids.push(body.id);
    const deciding = answeredOr(dana.decide(body.id, "approve"));
    // Earlier and later on its way.
    if (round % 2 === 0) await deciding;
    await collector.kill();
    const acknowledged = (await deciding)?.status === 200;
    collector = await CollectorProcess.start(given);
    const { state } = (await ada.see(body.id)).body;
    if (acknowledged) expect(state).toBe("granted");
    else expect(["pending", "granted"]).toContain(state);
    expect((await dana.decide(body.id, "approve")).body.state).toBe("granted");
    expect((await ada.grant(body.id)).status).toBe(200);
  }
  const bodies = await ownRecords(given);
  for (const id of ids)
    expect(bodies.flatMap((body) => ("approval" in body && body.approval === id ? [body.kind] : []))).toEqual(
      ["approval_opened", "approval_answered", "approval_granted"],
    );
  // What was on its way when it was killed is sent again when its time is over.
  await vi.waitFor(
    () => {
      const told = new Set(eventsOf(receiver).map(({ event, approval }) => `${event} ${approval.id}`));
      for (const id of ids)
        for (const event of ["approval.opened", "approval.granted"]) expect(told).toContain(`${event} ${id}`);
    },
    { timeout: 60_000, interval: 100 },
  );
  await verifyWholeLog(collector.url);
  await collector.stop();
  await receiver.stop();
}, 180_000);
