import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import {
  type EvidencePage,
  RETENTION_OVERVIEW,
  type RetentionHold,
  type RetentionOverview,
} from "../../protocol/collector/retention.ts";
import { type Stage, setStage } from "./approving.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

/** What auditors and administrators are told of retention and of holds, and who is not. */

const DAY = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let device: TestDevice;
  let days = 0;
  const now = () => new Date(Date.now() + days * DAY);

  beforeEach(async () => {
    days = 0;
    told = settings(stage.provider, { ...(await store.fresh()), retention: { days: 30 } });
    collector = await startCollector(told, { now, retentionEveryMs: 150 });
    device = await enrolled(collector, stage.tokens.ada, "ada");
    device.clock = now;
  });
  afterEach(() => collector.stop());

  const post = <T>(path: string, body: unknown, token = stage.tokens.admin) =>
    call<T>("POST", `${collector.url}/v1/retention/${path}`, token, body);
  const overview = async () =>
    RETENTION_OVERVIEW.parse(
      (await call<RetentionOverview>("GET", `${collector.url}/v1/retention`, stage.tokens.auditor)).body,
    );
  const until = (fulfils: (overview: RetentionOverview) => void) =>
    vi.waitFor(async () => fulfils(await overview()), { timeout: 40_000, interval: 200 });

  test("a program that acts for an administrator lifts no hold, sets none, and reads whom none is about", async () => {
    const { body: hold } = await post<RetentionHold>("holds", { connection: "Shop", reason: "case 1" });
    const program = await stage.token({
      ...{ sub: "admin", act: { sub: "copilot" } },
      groups: ["sluice-admins", "sluice-auditors"],
    });
    expect((await post(`holds/${hold.id}/lift`, { reason: "asked to" }, program)).status).toBe(403);
    expect((await post("holds", { reason: "mine" }, program)).status).toBe(403);
    expect((await call("GET", `${collector.url}/v1/retention`, program)).status).toBe(403);
    const evidence = await call<EvidencePage>("GET", `${collector.url}/v1/retention/evidence`, program);
    expect(evidence.body.holds).toBe(false);
    expect(evidence.body.records.map(({ canonical }) => canonical).join()).not.toContain("hold_set");
    const kinds = (await ownRecords(told)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith("hold_"))).toEqual(["hold_set"]);
  });

  test("what is wrong in an order is said of its field", async () => {
    const wrong = async (order: object) => (await post<CollectorRefusal>("holds", order)).body;
    const { field, message } = await wrong({ actor: "ada@id.example", reason: "x" });
    expect([field, message]).toEqual(["actor", expect.stringContaining("would hold nothing")]);
    expect((await wrong({ column: "ssn", reason: "x" })).field).toBe("column");
    expect((await wrong({ connection: "", reason: "x" })).field).toBe("connection");
    expect((await wrong({ from: "2026-03-01", reason: "x" })).field).toBe("from");
    const turned = { from: "2030-01-01T00:00:00Z", to: "2020-01-01T00:00:00Z" };
    expect((await wrong({ ...turned, reason: "x" })).field).toBe("to");
    expect((await wrong({ connection: "Shop", reason: " " })).field).toBe("reason");
    expect((await wrong({ person: "ada", reason: "x" })).field).toBe("person");
    const { body: hold } = await post<RetentionHold>("holds", { reason: "case" });
    expect((await post<CollectorRefusal>(`holds/${hold.id}/lift`, {})).body.field).toBe("reason");
    expect((await overview()).holds.map(({ liftedAt }) => liftedAt)).toEqual([null]);
  });

  test("a hold tells who it is about by name, and who lifted it and why", async () => {
    const identity = "user|https://id.example|u1";
    const { body: unheard } = await post<RetentionHold>("holds", { actor: identity, reason: "case 1" });
    expect(unheard.actorName).toBe(identity);
    device.work(1);
    await device.send(collector.url);
    await until(({ holds }) => expect(holds[0]?.actorName).toBe("ada@id.example"));
    const { status, body } = await post(`holds/${unheard.id}/lift`, { reason: "settled" });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        setBy: "admin@test.example",
        reason: "case 1",
        liftedBy: "admin@test.example",
        liftReason: "settled",
      },
    });
    expect((await overview()).holds).toEqual([body]);
    expect((await post(`holds/${unheard.id}/lift`, { reason: "again" })).status).toBe(404);
  });

  test("how far dropping has come, what it waits for, and from when on something is kept", async () => {
    device.work(2);
    await device.send(collector.url);
    const fresh = await overview();
    expect(fresh).toMatchObject({ days: 30, dropped: 0, droppedTo: null, keptFrom: null });
    expect(fresh.next.kind).toBe("waits");
    const inDays = fresh.next.kind === "waits" ? (Date.parse(fresh.next.until) - Date.now()) / DAY : 0;
    expect(Math.round(inDays)).toBe(30);
    const { body: hold } = await post<RetentionHold>("holds", { connection: "Shop", reason: "case 1" });
    days = 40;
    await until(({ next, keptFrom }) => {
      expect(next).toEqual({ kind: "nothing" });
      expect(Date.parse(keptFrom ?? "")).toBeLessThan(Date.now() + DAY);
    });
    expect((await overview()).dropped).toBe(0);
    await post(`holds/${hold.id}/lift`, { reason: "settled" });
    await until(({ dropped, keptFrom, droppedTo }) => {
      expect([dropped, keptFrom]).toEqual([4, null]);
      expect(droppedTo).not.toBeNull();
    });
  });
});
