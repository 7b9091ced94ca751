import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { SignedGrant } from "../../protocol/approval/approval.ts";
import { ELEVATIONS, type Elevation, type ElevationOrder } from "../../protocol/approval/elevation.ts";
import { shownElevationHash, shownHash } from "../../protocol/approval/shownHash.ts";
import { verifyElevation } from "../../protocol/approval/verifyElevation.ts";
import { verifyGrant } from "../../protocol/approval/verifyGrant.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import { sha256 } from "../../protocol/ids.ts";
import { readNoteKey } from "../../protocol/log/checkpoint.ts";
import { nodeVerifier, sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import { intent } from "../audit/records.ts";
import { CAST, elevationOf, Hand, orderOf, type Player, REVEAL, type Stage, setStage } from "./approving.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { infoOf } from "./verifyLog.ts";

const MINUTE = 60_000;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  let told: CollectorSettings;
  let ahead = 0;
  let order: ElevationOrder;
  let hands: Readonly<Record<Player, Hand<Elevation>>>;

  beforeEach(async () => {
    ahead = 0;
    told = settings(stage.provider, await store.fresh());
    collector = await startCollector(told, { now: () => new Date(Date.now() + ahead) });
    device = await enrolled(collector, stage.tokens.ada, "ada");
    order = elevationOf(stage.provider, device);
    const handOf = (player: Player) =>
      new Hand<Elevation>(() => collector, stage.tokens[player], "/v1/elevations");
    hands = Object.fromEntries(CAST.map((player) => [player, handOf(player)])) as typeof hands;
  });
  afterEach(() => collector.stop());

  const asked = async (changes: Partial<ElevationOrder> = {}): Promise<string> => {
    const { status, body } = await hands.ada.ask({ ...order, ...changes });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.id;
  };
  const grantedTo = async (changes: Partial<ElevationOrder> = {}): Promise<string> => {
    const id = await asked(changes);
    expect((await hands.dana.decide(id, "approve")).body.state).toBe("granted");
    return id;
  };
  const check = async (signed: SignedGrant, changes: Partial<ElevationOrder["subject"]> = {}) => {
    const { logKey } = await infoOf(collector.url);
    const { group, needed } = order;
    const subject = { ...order.subject, ...changes };
    const shown = shownElevationHash(order, nodeVerifier);
    const expected = { subject, shown, group, needed, now: new Date(Date.now() + ahead) };
    return verifyElevation(signed, expected, readNoteKey(sha256Bytes, logKey), verifyBytes);
  };

  test("asked, agreed to, and given for so many minutes", async () => {
    const id = await asked();
    expect((await hands.ada.see(id)).body).toMatchObject({
      state: "pending",
      notAfter: null,
      leftMs: null,
      mayEnd: false,
    });
    expect(await hands.dana.box("decide")).toEqual([id]);
    const decided = (await hands.dana.decide(id, "approve")).body;
    expect(decided).toMatchObject({ state: "granted", mayEnd: true, mayDecide: false });
    const until = Date.parse(decided.notAfter ?? "");
    expect(until).toBeGreaterThan(Date.now() + 59 * MINUTE);
    expect(until).toBeLessThanOrEqual(Date.now() + 60 * MINUTE);
    ahead = 20 * MINUTE;
    const { leftMs } = (await hands.ada.see(id)).body;
    expect(leftMs).toBeGreaterThan(39 * MINUTE);
    expect(leftMs).toBeLessThanOrEqual(40 * MINUTE);
    ahead = 0;
    const grant = (await hands.ada.grant(id)).body;
    expect(await check(grant)).toMatchObject({ kind: "valid", grant: { id, notAfter: decided.notAfter } });
    const { body } = await call("GET", `${collector.url}/v1/elevations?box=mine`, stage.tokens.ada);
    expect(ELEVATIONS.parse(body).elevations.map((elevation) => elevation.id)).toEqual([id]);
  });

  test("the signed text is good for nothing else", async () => {
    const grant = (await hands.ada.grant(await grantedTo())).body;
    const another = { ...REVEAL, columns: ["shop.people.ssn"] };
    expect((await check(grant, { right: another })).kind).toBe("invalid");
    const madeAnew = { ...REVEAL, meaning: sha256("0".repeat(64)) };
    expect((await check(grant, { right: madeAnew })).kind).toBe("invalid");
    expect((await check(grant, { right: { kind: "write" } })).kind).toBe("invalid");
    const elsewhere = { ...order.subject.connection, database: "other" };
    expect((await check(grant, { connection: elsewhere })).kind).toBe("invalid");
    const changed = { ...grant, canonical: grant.canonical.replace("reveal", "write") };
    expect(await check(changed)).toMatchObject({ why: "its signature is not the collector's" });
    const { logKey } = await infoOf(collector.url);
    const statement = orderOf(stage.provider, device);
    const shown = shownHash(statement, nodeVerifier);
    const expected = {
      subject: statement.subject,
      shown,
      nonce: "0".repeat(64),
      group: "sluice-dba",
      needed: 1,
      now: new Date(),
    };
    expect(verifyGrant(grant, expected, readNoteKey(sha256Bytes, logKey), verifyBytes)).toMatchObject({
      why: "its signature is not the collector's",
    });
    ahead = 61 * MINUTE;
    expect(await check(grant)).toMatchObject({ why: "it has ended" });
  });

  test.each([
    ["the requester", "ada"],
    ["who agreed", "dana"],
    ["another of the group", "erin"],
    ["an administrator", "admin"],
  ] as const)("ended at once by %s", async (_who, player) => {
    const id = await grantedTo();
    expect(await hands[player].box("active")).toEqual([id]);
    const following = hands.ada.see(id, "?version=2&wait=30");
    expect((await hands[player].end(id)).body).toMatchObject({
      state: "ended",
      endedBy: { subject: player },
    });
    expect((await following).body).toMatchObject({ state: "ended", version: 3 });
    expect((await hands[player].end(id)).body).toMatchObject({ state: "ended", version: 3 });
    expect((await hands.ada.grant(id)).status).toBe(409);
    expect(await hands[player].box("active")).toEqual([]);
    expect((await ownRecords(told)).at(-1)).toMatchObject({
      kind: "approval_closed",
      how: "ended",
      actor: { subject: player },
    });
  });

  test("ended by nobody else", async () => {
    const id = await grantedTo();
    expect((await hands.omar.end(id)).status).toBe(404);
    expect((await hands.approver.end(id)).status).toBe(404);
    expect((await hands.auditor.end(id)).status).toBe(403);
    const program = await stage.token({ sub: "dana", act: { sub: "copilot" }, groups: ["sluice-dba"] });
    expect((await new Hand<Elevation>(() => collector, program, "/v1/elevations").end(id)).status).toBe(403);
    expect((await hands.ada.see(id)).body.state).toBe("granted");
  });

  test("ends by itself, and whoever follows hears it", async () => {
    const id = await grantedTo({ minutes: 5 });
    const following = hands.ada.see(id, "?version=2&wait=30");
    ahead = 6 * MINUTE;
    expect((await following).body).toMatchObject({ state: "ended", endedBy: null });
    expect((await hands.ada.grant(id)).status).toBe(409);
    expect((await hands.dana.end(id)).status).toBe(200);
    expect(await hands.dana.box("active")).toEqual([]);
    expect((await ownRecords(told)).at(-1)).toMatchObject({ how: "ended", actor: null });
  });

  test("ends with the trust in its device", async () => {
    const id = await grantedTo();
    const following = hands.ada.see(id, "?version=2&wait=30");
    const state = { state: "revoked", reason: "stolen" };
    await call("POST", `${collector.url}/v1/devices/${device.chain}/state`, stage.tokens.admin, state);
    expect((await following).body.state).toBe("ended");
  });

  test("is asked for as a statement is: never by oneself, denied by one, withdrawn, expired", async () => {
    const id = await asked();
    expect((await hands.ada.decide(id, "approve")).status).toBe(403);
    expect((await hands.ada.end(id)).status).toBe(409);
    expect((await hands.omar.see(id)).status).toBe(404);
    expect((await hands.dana.decide(id, "deny")).body.state).toBe("denied");
    const second = await asked({ purpose: "another" });
    expect((await hands.ada.withdraw(second)).body.state).toBe("withdrawn");
    const third = await asked({ purpose: "a third" });
    ahead = 61 * MINUTE;
    expect((await hands.ada.see(third)).body.state).toBe("expired");
    expect((await hands.dana.decide(third, "approve")).status).toBe(409);
  });

  test("one kind of request is not found among the other", async () => {
    const id = await asked();
    expect((await new Hand(() => collector, stage.tokens.ada).see(id)).status).toBe(404);
    expect((await new Hand(() => collector, stage.tokens.dana).decide(id, "approve")).status).toBe(404);
    expect(await new Hand(() => collector, stage.tokens.ada).box("mine")).toEqual([]);
    expect(await new Hand(() => collector, stage.tokens.dana).box("active")).toEqual([]);
  });

  test.each([
    ["for longer than the collector allows", { minutes: 481 }],
    ["for no time", { minutes: 0 }],
    ["without a reason", { purpose: "  " }],
  ])("%s it is not asked for", async (_what, changes) => {
    expect((await hands.ada.ask({ ...order, ...changes })).status).toBe(400);
  });

  test("of no column it is not asked for", async () => {
    const right = { ...REVEAL, columns: [] };
    expect((await hands.ada.ask({ ...order, subject: { ...order.subject, right } })).status).toBe(400);
  });

  describe("named by a record", () => {
    type Alert = {
      readonly kind: string;
      readonly what: string;
      readonly seq: number;
      readonly count: number;
    };
    const alerts = async (): Promise<readonly Alert[]> =>
      (await call<{ alerts: readonly Alert[] }>("GET", `${collector.url}/v1/alerts`, stage.tokens.auditor))
        .body.alerts;
    const ran = (id: string, changes: Partial<IntentBody> = {}) =>
      intent({
        actor: { kind: "user", issuer: stage.provider.issuer, subject: "ada", name: "ada", groups: [] },
        connection: { id: "c1", name: "Shop", ...order.subject.connection, environmentSet: true },
        reads: [{ column: "shop.people.email", role: "output" }],
        elevations: [id],
        ...changes,
      });
    const sent = async (body: IntentBody, from = device): Promise<number> => {
      const { seq } = from.write(body);
      expect((await from.send(collector.url)).status).toBe(200);
      return seq;
    };

    test("it is found by it", async () => {
      const id = await grantedTo();
      const seq = await sent(ran(id));
      expect(await alerts()).toEqual([]);
      const address = `${collector.url}/v1/search?elevation=${id}&kind=intent`;
      const { body } = await call<{ records: readonly { seq: number }[] }>(
        "GET",
        address,
        stage.tokens.auditor,
      );
      expect(body.records.map((record) => record.seq)).toEqual([seq]);
    });

    test("that was not given for it, a person has to look", async () => {
      const [open, granted] = [await asked({ purpose: "open" }), await grantedTo()];
      const other = await enrolled(collector, stage.tokens.omar, "omar");
      const actor = {
        kind: "user",
        issuer: stage.provider.issuer,
        subject: "omar",
        name: "omar",
        groups: [],
      } as const;
      const { connection } = ran(granted);
      const wrong: readonly [TestDevice, IntentBody, string][] = [
        [device, ran("f".repeat(32)), "no such elevation is known"],
        [device, ran(open), "the elevation was never granted"],
        [other, ran(granted), "the elevation was given to another device"],
        [device, ran(granted, { actor }), "the elevation was given to somebody else"],
        [
          device,
          ran(granted, { connection: { ...connection, database: "other" } }),
          "the elevation was given for another connection",
        ],
        [
          device,
          ran(granted, { reads: [{ column: "shop.people.ssn", role: "output" }] }),
          "the elevation was given for other columns",
        ],
      ];
      for (const [from, body, what] of wrong) {
        const seq = await sent(body, from);
        expect((await alerts())[0]).toMatchObject({ kind: "grant", what, seq });
      }
      await hands.dana.end(granted);
      await sent(ran(granted));
      expect((await alerts()).reduce((sum, { count }) => sum + count, 0)).toBe(wrong.length);
      ahead = 5 * MINUTE;
      device.clock = () => new Date(Date.now() + ahead);
      await sent(ran(granted));
      expect((await alerts())[0]?.what).toBe("the elevation had been ended");
    });
  });

  test("its records name the columns", async () => {
    await grantedTo();
    expect((await ownRecords(told)).filter(({ kind }) => kind.includes("elevation"))).toMatchObject([
      { kind: "elevation_opened", right: "reveal", columns: ["shop.people.email"], minutes: 60 },
    ]);
  });
});
