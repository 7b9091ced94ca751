import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Hand, orderOf, type Stage, setStage } from "./approving.ts";
import { call } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

const DAY = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  test("requests that were over long ago leave the lists; their records, and younger requests, stay", async () => {
    let days = 0;
    const now = () => new Date(Date.now() + days * DAY);
    const told = settings(stage.provider, { ...(await store.fresh()), approvals: { keepDays: 30 } });
    const collector = await startCollector(told, { now, retentionEveryMs: 100 });
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    const [ada, dana] = [stage.tokens.ada, stage.tokens.dana].map(
      (token) => new Hand(() => collector, token),
    );
    const ask = async (purpose: string) =>
      (await ada?.ask(orderOf(stage.provider, device, { purpose })))?.body.id ?? "";
    const old = await ask("denied");
    await dana?.decide(old, "deny");
    days = 20;
    const young = await ask("a fortnight later");
    await dana?.decide(young, "deny");
    days = 40;
    const open = await ask("just now");
    const mine = async () => {
      const url = `${collector.url}/v1/approvals?box=mine`;
      const { body } = await call<{ approvals: { id: string }[] }>("GET", url, stage.tokens.ada);
      return body.approvals.map(({ id }) => id);
    };
    await vi.waitFor(async () => expect(await mine()).toEqual([open, young]), {
      timeout: 20_000,
      interval: 100,
    });
    const recorded = (await ownRecords(told)).filter((body) => "approval" in body && body.approval === old);
    expect(recorded.map(({ kind }) => kind)).toEqual([
      "approval_opened",
      "approval_answered",
      "approval_closed",
    ]);
    await collector.stop();
  });
});
