import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import { startPostgres } from "../postgres.ts";
import { Hand, orderOf, type Stage, setStage } from "./approving.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { ownRecords } from "./ownRecords.ts";
import { Receiver } from "./receiver.ts";
import { enrolled, newDatabase, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
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
    const grants = await Promise.all([ada.redeem(body.id, device), adaAtTwo.redeem(body.id, device)]);
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

test("two collectors hand a grant out to one run between them", async () => {
  const server = await startPostgres();
  const given = settings(stage.provider, { database: await newDatabase(server) });
  const one = await startCollector(given);
  const data = newFolder();
  for (const key of ["log.key", "chain.key"])
    fs.copyFileSync(path.join(given.data, key), path.join(data, key));
  const two = await startCollector({ ...given, data });
  const device = await enrolled(one, stage.tokens.ada, "ada");
  const ada = new Hand(() => one, stage.tokens.ada);
  const adaAtTwo = new Hand(() => two, stage.tokens.ada);
  const dana = new Hand(() => one, stage.tokens.dana);
  for (let round = 0; round < 8; round += 1) {
    const { id } = (await ada.ask(orderOf(stage.provider, device, { purpose: `round ${round}` }))).body;
    await dana.decide(id, "approve");
    const nonces = ["a", "b"].map((digit) => digit.repeat(64));
    const answers = await Promise.all([
      ada.redeem(id, device, nonces[0]),
      adaAtTwo.redeem(id, device, nonces[1]),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    // Whoever was handed it is answered the same by the other; whoever was not, by neither.
    const won = answers[0]?.status === 200 ? 0 : 1;
    const [again, never] = [nonces[won], nonces[1 - won]];
    expect((await ada.redeem(id, device, again)).body).toEqual(answers[won]?.body);
    expect((await adaAtTwo.redeem(id, device, again)).body).toEqual(answers[won]?.body);
    expect((await ada.redeem(id, device, never)).body.code).toBe("already-redeemed");
    expect((await adaAtTwo.redeem(id, device, never)).body.code).toBe("already-redeemed");
  }
  await verifyWholeLog(two.url);
  await Promise.all([one.stop(), two.stop()]);
  await server.stop();
}, 120_000);

onEachStore((store) => {
  test("a collector that is killed while it hands a grant out goes on with that run alone", async () => {
    const given: CollectorSettings = settings(stage.provider, await store.fresh());
    let collector = await CollectorProcess.start(given);
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    const ada = new Hand(() => collector, stage.tokens.ada);
    const dana = new Hand(() => collector, stage.tokens.dana);
    for (let round = 0; round < 6; round += 1) {
      const { id } = (await ada.ask(orderOf(stage.provider, device, { purpose: `round ${round}` }))).body;
      await dana.decide(id, "approve");
      const redeeming = ada.redeem(id, device).catch(() => null);
      // Earlier and later on its way.
      if (round % 2 === 0) await redeeming;
      await collector.kill();
      const acknowledged = (await redeeming)?.status === 200;
      collector = await CollectorProcess.start(given);
      const { redeemedAt } = (await ada.see(id)).body;
      if (acknowledged) expect(redeemedAt).not.toBeNull();
      const copy = await ada.redeem(id, device, "c".repeat(64));
      expect(copy.status).toBe(redeemedAt === null ? 200 : 409);
      expect((await ada.redeem(id, device)).status).toBe(redeemedAt === null ? 409 : 200);
    }
    await verifyWholeLog(collector.url);
    await collector.stop();
  }, 180_000);
});

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
    expect((await ada.redeem(body.id, device)).status).toBe(200);
  }
  const bodies = await ownRecords(given);
  for (const id of ids)
    expect(bodies.flatMap((body) => ("approval" in body && body.approval === id ? [body.kind] : []))).toEqual(
      ["approval_opened", "approval_answered", "approval_granted", "approval_redeemed"],
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
