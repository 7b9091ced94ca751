import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { ApprovalOrder, SignedGrant } from "../../protocol/approval/approval.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { verifyGrant } from "../../protocol/approval/verifyGrant.ts";
import { readNoteKey } from "../../protocol/log/checkpoint.ts";
import { nodeVerifier, sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import { intent, newSigner } from "../audit/records.ts";
import { CAST, Hand, NONCE, orderOf, type Player, type Stage, setStage, UPDATE } from "./approving.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { infoOf, verifyWholeLog } from "./verifyLog.ts";

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
  /** How far the collector's clock is ahead. */
  let ahead = 0;
  let order: ApprovalOrder;
  let hands: Readonly<Record<Player, Hand>>;

  const start = () => startCollector(told, { now: () => new Date(Date.now() + ahead) });
  const handOf = (token: string | null) => new Hand(() => collector, token);

  beforeEach(async () => {
    ahead = 0;
    told = settings(stage.provider, await store.fresh());
    collector = await start();
    device = await enrolled(collector, stage.tokens.ada, "ada");
    order = orderOf(stage.provider, device);
    hands = Object.fromEntries(CAST.map((player) => [player, handOf(stage.tokens[player])])) as typeof hands;
  });
  afterEach(() => collector.stop());

  const asked = async (changes: Partial<ApprovalOrder> = {}): Promise<string> => {
    const { status, body } = await hands.ada.ask({ ...order, ...changes });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.id;
  };
  const grantedTo = async (changes: Partial<ApprovalOrder> = {}): Promise<string> => {
    const id = await asked(changes);
    expect((await hands.dana.decide(id, "approve")).body.state).toBe("granted");
    return id;
  };
  const check = async (signed: SignedGrant, changes: Partial<ApprovalOrder> = {}) => {
    const { logKey } = await infoOf(collector.url);
    const asked = { ...order, ...changes };
    const { subject, group, needed } = asked;
    const shown = shownHash(asked, nodeVerifier);
    const expected = { subject, shown, nonce: NONCE, group, needed, now: new Date(Date.now() + ahead) };
    return verifyGrant(signed, expected, readNoteKey(sha256Bytes, logKey), verifyBytes);
  };
  const alerts = async () => {
    type Alerts = { alerts: readonly { kind: string; what: string; seq: number; evidence: string }[] };
    return (await call<Alerts>("GET", `${collector.url}/v1/alerts`, stage.tokens.auditor)).body.alerts;
  };
  /** What was recorded about a request. */
  const recorded = async (id: string) =>
    (await ownRecords(told)).filter((body) => "approval" in body && body.approval === id);

  describe("the way of a request", () => {
    test("asked, shown, agreed to, and given as a grant that the agent takes", async () => {
      const asking = await hands.ada.ask(order);
      expect(asking).toMatchObject({ status: 200, body: { state: "pending", version: 1, mayDecide: false } });
      expect(asking.body.order).toEqual(order);
      expect(asking.body.requester).toEqual({
        issuer: stage.provider.issuer,
        subject: "ada",
        name: "ada of the test",
      });
      const { id } = asking.body;
      expect((await hands.dana.see(id)).body).toMatchObject({ mayDecide: true, state: "pending" });
      expect(await hands.ada.redeem(id, device)).toMatchObject({ status: 404 });
      const decided = await hands.dana.decide(id, "approve", "fine");
      expect(decided.body).toMatchObject({ state: "granted", version: 2, mayDecide: false });
      expect(decided.body.decisions).toMatchObject([{ by: { subject: "dana" }, reason: "fine" }]);
      const grant = await hands.ada.redeem(id, device);
      expect(grant.status).toBe(200);
      const checked = await check(grant.body);
      expect(checked).toMatchObject({
        kind: "valid",
        grant: { id, maxAffectedRows: 1_000, approvers: [{ subject: "dana" }] },
      });
      const until = checked.kind === "valid" ? Date.parse(checked.grant.notAfter) : 0;
      expect(until).toBeGreaterThan(Date.now() + 14 * MINUTE);
      expect(until).toBeLessThanOrEqual(Date.now() + 15 * MINUTE);
      // Every view tells this end, not the one by which it had to be answered.
      expect(Date.parse(decided.body.notAfter ?? "")).toBe(until);
      expect(asking.body.notAfter).toBeNull();
      expect((await hands.ada.redeem(id, device)).body).toEqual(grant.body);
    });

    test("every step is a record of the collector's own, with the redacted statement only", async () => {
      const id = await grantedTo();
      const grant = (await hands.ada.redeem(id, device)).body;
      const bodies = await recorded(id);
      expect(bodies.map(({ kind }) => kind)).toEqual([
        "approval_opened",
        "approval_answered",
        "approval_granted",
        "approval_redeemed",
      ]);
      expect(bodies[0]).toMatchObject({ statement: UPDATE, statementHash: order.subject.statement });
      expect(bodies[2]).toMatchObject({ approvers: [`user|${stage.provider.issuer}|dana`] });
      expect(bodies[3]).toMatchObject({ grant: nodeVerifier.sha256(grant.canonical) });
      expect((await verifyWholeLog(collector.url)).size).toBeGreaterThan(4);
    });

    test("lists show each what is theirs", async () => {
      const id = await asked();
      expect(await hands.ada.box("mine")).toEqual([id]);
      expect(await hands.ada.box("decide")).toEqual([]);
      expect(await hands.dana.box("decide")).toEqual([id]);
      expect(await hands.dana.box("mine")).toEqual([]);
      expect(await hands.omar.box("decide")).toEqual([]);
      expect(await hands.approver.box("decide")).toEqual([]);
      expect(await hands.auditor.box("all")).toEqual([id]);
      expect(await hands.dana.box("all")).toBe(403);
      expect(await hands.dana.box("everything")).toBe(400);
      await hands.dana.decide(id, "approve");
      expect(await hands.erin.box("decide")).toEqual([]);
      const second = await asked({ purpose: "another" });
      expect(await hands.ada.box("mine")).toEqual([second, id]);
    });

    test("the same request sent twice is one", async () => {
      const both = await Promise.all([hands.ada.ask(order), hands.ada.ask(order)]);
      expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    });

    test("one person has a bounded number of open requests", async () => {
      const many = await Promise.all(
        Array.from({ length: 60 }, (_, count) => hands.ada.ask({ ...order, purpose: `number ${count}` })),
      );
      expect(many.filter(({ status }) => status === 200)).toHaveLength(50);
      expect(many.filter(({ status }) => status === 429)).toHaveLength(10);
    });
  });

  describe("who may do what", () => {
    const SEE = {
      ada: 200,
      omar: 404,
      dana: 200,
      erin: 200,
      devi: 200,
      approver: 404,
      auditor: 200,
      admin: 200,
    };
    const DECIDE = {
      ada: 403,
      omar: 404,
      dana: 200,
      erin: 200,
      devi: 200,
      approver: 404,
      auditor: 403,
      admin: 403,
    };
    const OWN = {
      ada: 200,
      omar: 404,
      dana: 403,
      erin: 403,
      devi: 403,
      approver: 404,
      auditor: 403,
      admin: 403,
    };

    test.each(CAST)("%s", async (player) => {
      const hand = hands[player];
      const pending = await asked();
      expect((await hand.see(pending)).status).toBe(SEE[player]);
      expect((await hand.see(pending, "?version=0&wait=20")).status).toBe(SEE[player]);
      expect((await hand.withdraw(pending)).status).toBe(OWN[player]);
      const other = await asked({ purpose: "another" });
      expect((await hand.decide(other, "approve")).status).toBe(DECIDE[player]);
      if (DECIDE[player] !== 200) expect((await hands.dana.decide(other, "approve")).status).toBe(200);
      expect((await hand.redeem(other, device)).status).toBe(OWN[player]);
      const expected = player === "ada" ? 200 : 403;
      expect((await hand.ask({ ...order, purpose: "a third" })).status).toBe(expected);
    });

    test("nobody without a token", async () => {
      const [id, nobody] = [await asked(), handOf(null)];
      const answers = [
        nobody.ask(order),
        nobody.see(id),
        nobody.decide(id, "approve"),
        nobody.withdraw(id),
        nobody.redeem(id, device),
      ];
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
      expect(await nobody.box("mine")).toBe(401);
    });

    test("what is hidden answers as what does not exist", async () => {
      const id = await asked();
      const [hidden, missing] = [await hands.omar.see(id), await hands.omar.see("0".repeat(32))];
      expect(hidden).toEqual(missing);
      expect(await hands.omar.decide(id, "approve")).toEqual(
        await hands.omar.decide("0".repeat(32), "approve"),
      );
    });

    test("not their own, although they are of the group", async () => {
      const laptop = await enrolled(collector, stage.tokens.devi, "devi");
      const own = orderOf(
        stage.provider,
        laptop,
        {},
        { requester: { issuer: stage.provider.issuer, subject: "devi" } },
      );
      const { body } = await hands.devi.ask(own);
      expect(body).toMatchObject({ state: "pending", mayDecide: false });
      expect(await hands.devi.box("decide")).toEqual([]);
      expect((await hands.devi.decide(body.id, "approve")).status).toBe(403);
      expect((await hands.dana.see(body.id)).body.state).toBe("pending");
    });

    test("neither services nor programs that act for somebody", async () => {
      const groups = ["sluice-dba"];
      const programs = await Promise.all([
        stage.token({ sub: "nightly", client_id: "nightly", groups }),
        stage.token({ sub: "nightly", azp: "nightly", groups }),
        stage.token({ sub: "x1", gty: "client-credentials", groups }),
        stage.token({ sub: "x2", idtyp: "app", groups }),
        stage.token({ sub: "x3", oid: "x3", groups }),
        stage.token({ sub: "x4", preferred_username: "service-account-nightly", groups }),
        stage.token({ sub: "dana", act: { sub: "copilot" }, groups }),
      ]);
      const id = await asked();
      for (const program of programs) {
        const hand = handOf(program);
        expect((await hand.see(id)).body.mayDecide).toBe(false);
        expect(await hand.box("decide")).toEqual([]);
        expect((await hand.decide(id, "approve")).status).toBe(403);
        expect((await hand.decide(id, "deny")).status).toBe(403);
      }
      const forAda = handOf(await stage.token({ sub: "ada", act: { sub: "copilot" } }));
      expect((await forAda.ask({ ...order, purpose: "a program's" })).status).toBe(403);
      expect((await forAda.withdraw(id)).status).toBe(403);
      expect((await hands.ada.see(id)).body).toMatchObject({ state: "pending", version: 1 });
      const person = handOf(await stage.token({ sub: "dana", azp: stage.provider.clientId, groups }));
      expect((await person.decide(id, "approve")).body.state).toBe("granted");
    });

    test("the provider's own token of client credentials opens nothing", async () => {
      const { clientId, clientSecret } = stage.provider.service;
      const response = await fetch(`${stage.provider.issuer}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
      const { access_token: token }: { access_token: string } = JSON.parse(await response.text());
      expect((await handOf(token).decide(await asked(), "approve")).status).toBe(401);
    });

    test("only from an active device of the requester's, and in their own name", async () => {
      const { issuer } = stage.provider;
      const theirs = await enrolled(collector, stage.tokens.omar, "omar");
      const refused = [
        orderOf(stage.provider, theirs),
        orderOf(stage.provider, device, {}, { requester: { issuer, subject: "omar" } }),
        orderOf(
          stage.provider,
          device,
          {},
          { requester: { issuer: "https://other.example", subject: "ada" } },
        ),
      ];
      for (const one of refused) expect((await hands.ada.ask(one)).status).toBe(403);
      const unknown = orderOf(stage.provider, device, {}, { chain: order.subject.statement });
      expect((await hands.ada.ask(unknown)).body.code).toBe("not-enrolled");
      await call("POST", `${collector.url}/v1/devices/${device.chain}/state`, stage.tokens.admin, {
        state: "lost",
        reason: "left on a train",
      });
      expect((await hands.ada.ask(order)).status).toBe(403);
    });

    test("a program that asks and takes back without end is stopped", async () => {
      const statuses: number[] = [];
      for (let count = 0; count < 201; count += 1) {
        const { status, body } = await hands.ada.ask({ ...order, purpose: `number ${count}` });
        statuses.push(status);
        if (status === 200) await hands.ada.withdraw(body.id);
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(200);
      expect(statuses.at(-1)).toBe(429);
      ahead = 61 * MINUTE;
      expect((await hands.ada.ask(order)).status).toBe(200);
    });

    test("half a character in a reason is no answer", async () => {
      const id = await asked();
      expect((await hands.dana.decide(id, "deny", "\ud800")).status).toBe(400);
      expect((await hands.ada.see(id)).body.state).toBe("pending");
    });

    test.each([
      ["no group", { group: "" }],
      ["a group beyond measure", { group: "g".repeat(301) }],
      ["a group that no database keeps", { group: "sluice-dba\0" }],
      ["half a character", { purpose: "\ud800" }],
      ["nobody needed", { needed: 0 }],
      ["no purpose", { purpose: "" }],
      ["no statement", { statement: undefined }],
      ["a statement beyond measure", { statement: "x".repeat(200_001) }],
    ])("%s is no request", async (_what, changes) => {
      expect((await hands.ada.ask({ ...order, ...changes })).status).toBe(400);
    });
  });

  describe("decided once", () => {
    test("two click at the same time, one agrees and one denies", async () => {
      for (let round = 0; round < 10; round += 1) {
        const id = await asked({ purpose: `round ${round}` });
        const both = await Promise.all([hands.dana.decide(id, "approve"), hands.erin.decide(id, "deny")]);
        expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
        const winner = both.find(({ status }) => status === 200)?.body;
        const { body } = await hands.ada.see(id);
        expect(body).toEqual({ ...winner, mayDecide: false });
        expect(body.decisions).toHaveLength(1);
        expect((await hands.ada.redeem(id, device)).status).toBe(body.state === "granted" ? 200 : 409);
      }
    });

    test("two agree at the same time where one is enough: one is the approver", async () => {
      const id = await asked();
      const both = await Promise.all([hands.dana.decide(id, "approve"), hands.erin.decide(id, "approve")]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await recorded(id)).filter(({ kind }) => kind === "approval_granted")).toHaveLength(1);
    });

    test("so many distinct people as are needed", async () => {
      const two = { needed: 2 };
      const id = await asked(two);
      for (let count = 0; count < 3; count += 1)
        expect((await hands.dana.decide(id, "approve")).body).toMatchObject({ state: "pending", version: 2 });
      expect(await hands.dana.box("decide")).toEqual([]);
      expect(await hands.erin.box("decide")).toEqual([id]);
      expect((await hands.erin.decide(id, "approve")).body.state).toBe("granted");
      expect(await check((await hands.ada.redeem(id, device)).body, two)).toMatchObject({
        kind: "valid",
        grant: { approvers: [{ subject: "dana" }, { subject: "erin" }] },
      });
    });

    test("one denial denies, also by somebody who had agreed", async () => {
      const id = await asked({ needed: 2 });
      await hands.dana.decide(id, "approve");
      expect((await hands.dana.decide(id, "deny", "on second thought")).body.state).toBe("denied");
      expect((await hands.erin.decide(id, "approve")).body.code).toBe("already-decided");
      expect((await hands.ada.redeem(id, device)).status).toBe(409);
      expect((await recorded(id)).at(-1)).toMatchObject({ kind: "approval_closed", how: "denied" });
    });

    test("withdrawn by the requester, and then nobody's to decide", async () => {
      const id = await asked();
      expect((await hands.ada.withdraw(id)).body.state).toBe("withdrawn");
      expect((await hands.ada.withdraw(id)).body).toMatchObject({ state: "withdrawn", version: 2 });
      expect((await hands.dana.decide(id, "approve")).status).toBe(409);
      const granted = await grantedTo({ purpose: "another" });
      expect((await hands.ada.withdraw(granted)).status).toBe(409);
    });

    test("withdrawn and agreed to at the same time: one of both holds", async () => {
      const id = await asked();
      const both = await Promise.all([hands.ada.withdraw(id), hands.dana.decide(id, "approve")]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    });

    test("expires when nobody answers, and is written down", async () => {
      const id = await asked();
      const before = (await hands.ada.see(id)).body.version;
      ahead = 61 * MINUTE;
      expect((await hands.ada.see(id)).body).toMatchObject({ state: "expired", mayDecide: false });
      expect(await hands.dana.box("decide")).toEqual([]);
      expect((await hands.dana.decide(id, "approve")).status).toBe(409);
      expect((await hands.ada.withdraw(id)).status).toBe(409);
      const followed = await hands.ada.see(id, `?version=${before}&wait=20`);
      expect(followed.body).toMatchObject({ state: "expired", version: before + 1 });
      expect((await recorded(id)).at(-1)).toMatchObject({
        kind: "approval_closed",
        how: "expired",
        actor: null,
      });
    });

    test("an old request is no obstacle to asking anew", async () => {
      const id = await asked();
      ahead = 61 * MINUTE;
      expect(await asked()).not.toBe(id);
    });

    test("what was granted is given for a quarter of an hour", async () => {
      const id = await grantedTo();
      ahead = 16 * MINUTE;
      expect((await hands.ada.see(id)).body.state).toBe("expired");
      expect((await hands.ada.redeem(id, device)).body.code).toBe("already-decided");
    });

    test("a device that is marked lost gets no grant", async () => {
      const [granted, pending] = [await grantedTo(), await asked({ purpose: "another" })];
      await call("POST", `${collector.url}/v1/devices/${device.chain}/state`, stage.tokens.admin, {
        state: "lost",
        reason: "left on a train",
      });
      expect((await hands.ada.redeem(granted, device)).status).toBe(403);
      expect((await hands.dana.decide(pending, "approve")).status).toBe(409);
      expect((await recorded(granted)).at(-1)).toMatchObject({ how: "expired", actor: { subject: "admin" } });
    });
  });

  describe("handed out", () => {
    const OTHER = "a".repeat(64);

    test("once: the same run is answered the same, another is refused with words and alarms", async () => {
      const id = await grantedTo();
      const first = await hands.ada.redeem(id, device);
      expect(first.status).toBe(200);
      expect((await hands.ada.redeem(id, device)).body).toEqual(first.body);
      expect(await alerts()).toEqual([]);
      const again = await hands.ada.redeem(id, device, OTHER);
      expect(again).toMatchObject({
        status: 409,
        body: {
          code: "already-redeemed",
          message: expect.stringContaining("handed out"),
          action: expect.stringContaining("copy"),
        },
      });
      expect(await alerts()).toMatchObject([{ kind: "copy" }]);
      const grant = nodeVerifier.sha256(first.body.canonical);
      expect((await recorded(id)).filter(({ kind }) => kind === "approval_redeemed")).toMatchObject([
        { grant, times: 1 },
        { grant, times: 2 },
      ]);
      expect((await hands.ada.see(id)).body).toMatchObject({
        state: "granted",
        redeemedAt: expect.any(String),
      });
    });

    test("again and again for one run: somebody is told", async () => {
      const id = await grantedTo();
      const answers = [];
      for (let count = 0; count < 3; count += 1) answers.push(await hands.ada.redeem(id, device));
      expect(new Set(answers.map(({ body }) => body.canonical)).size).toBe(1);
      expect(await alerts()).toMatchObject([
        { kind: "copy", what: expect.stringContaining("3 times for one run") },
      ]);
    });

    test("to one of many that ask at the same time", async () => {
      const id = await grantedTo();
      const nonces = Array.from({ length: 8 }, (_, place) => String(place).repeat(64));
      const answers = await Promise.all(nonces.map((nonce) => hands.ada.redeem(id, device, nonce)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === "already-redeemed")).toHaveLength(7);
    });

    test("after a restart to the same run alone", async () => {
      const id = await grantedTo();
      const first = await hands.ada.redeem(id, device);
      await collector.stop();
      collector = await start();
      expect((await hands.ada.redeem(id, device)).body).toEqual(first.body);
      expect((await hands.ada.redeem(id, device, OTHER)).body.code).toBe("already-redeemed");
    });

    test("to the device that asked, by its own signature, and nobody else", async () => {
      const id = await grantedTo();
      const stranger = newSigner();
      expect((await hands.ada.redeem(id, device, OTHER, stranger)).body.code).toBe("not-enrolled");
      const forged = { ...device.signer, sign: (text: string) => stranger.sign(text) };
      expect((await hands.ada.redeem(id, device, OTHER, forged)).body.code).toBe("bad-request");
      const otherLog = { ...device.signer, sign: (text: string) => device.signer.sign(`${text}x`) };
      expect((await hands.ada.redeem(id, device, OTHER, otherLog)).body.code).toBe("bad-request");
      const laptop = await enrolled(collector, stage.tokens.omar, "omar");
      expect((await hands.omar.redeem(id, laptop)).status).toBe(404);
      expect((await hands.ada.redeem(id, device)).status).toBe(200);
    });

    test("not before others agreed, nor in no form at all", async () => {
      const id = await asked();
      expect((await hands.ada.redeem(id, device)).status).toBe(404);
      await hands.dana.decide(id, "approve");
      expect((await hands.ada.redeem(id, device, "short")).status).toBe(400);
      expect((await hands.ada.grant(id)).status).toBe(404);
      expect((await hands.ada.redeem(id, device)).status).toBe(200);
    });
  });

  describe("taken back", () => {
    test.each([
      ["who agreed", "dana", 200],
      ["another of the group", "erin", 200],
      ["an administrator", "admin", 200],
      ["the requester", "ada", 200],
      ["an auditor", "auditor", 403],
      ["somebody else", "omar", 404],
      ["an approver of other things", "approver", 404],
    ] as const)("by %s", async (_who, player, status) => {
      const id = await grantedTo();
      const may = status === 200;
      if (status !== 404) expect((await hands[player].see(id)).body.mayTakeBack).toBe(may);
      expect(await hands[player].box("active")).toEqual(may ? [id] : []);
      const { status: answered, body } = await hands[player].takeBack(id);
      expect(answered).toBe(status);
      if (!may) {
        expect((await hands.ada.redeem(id, device)).status).toBe(200);
        return;
      }
      expect(body).toMatchObject({
        state: "taken_back",
        takenBack: { by: { subject: player }, reason: "on second thought" },
        mayTakeBack: false,
      });
      expect((await hands.ada.redeem(id, device)).body.code).toBe("already-decided");
      expect((await hands.ada.see(id)).body.state).toBe("taken_back");
      expect(await hands[player].box("active")).toEqual([]);
      expect((await recorded(id)).at(-1)).toMatchObject({
        kind: "approval_closed",
        how: "taken_back",
        actor: { subject: player },
        reason: "on second thought",
      });
      // Once: the same again changes nothing.
      expect((await hands[player].takeBack(id, "again")).body.version).toBe(body.version);
    });

    test("by who agreed and has left the group since", async () => {
      const id = await grantedTo();
      const left = handOf(await stage.token({ sub: "dana", groups: ["developers"] }));
      expect((await left.see(id)).body).toMatchObject({ mayTakeBack: true, mayDecide: false });
      expect((await left.takeBack(id)).body.state).toBe("taken_back");
    });

    test("by no program", async () => {
      const id = await grantedTo();
      const program = handOf(
        await stage.token({ sub: "dana", act: { sub: "copilot" }, groups: ["sluice-dba"] }),
      );
      expect((await program.takeBack(id)).status).toBe(403);
    });

    test("whoever asked and waits is told", async () => {
      const id = await grantedTo();
      const following = hands.ada.see(id, "?version=2&wait=30");
      await hands.erin.takeBack(id);
      expect((await following).body).toMatchObject({
        state: "taken_back",
        takenBack: { by: { subject: "erin" } },
      });
    });

    test("not before it is granted, nor after it was handed out, used, or its time", async () => {
      const pending = await asked();
      expect((await hands.dana.takeBack(pending)).status).toBe(404);
      const out = await grantedTo({ purpose: "handed out" });
      await hands.ada.redeem(out, device);
      expect((await hands.dana.see(out)).body.mayTakeBack).toBe(false);
      expect(await hands.dana.box("active")).toEqual([]);
      expect((await hands.dana.takeBack(out)).body).toMatchObject({
        code: "already-redeemed",
        message: expect.stringContaining("may have run"),
      });
      const late = await grantedTo({ purpose: "late" });
      ahead = 16 * MINUTE;
      expect((await hands.dana.takeBack(late)).body.code).toBe("already-decided");
    });

    test("and handed out at the same time: one of both holds", async () => {
      for (let round = 0; round < 6; round += 1) {
        const id = await grantedTo({ purpose: `round ${round}` });
        const both = await Promise.all([hands.dana.takeBack(id), hands.ada.redeem(id, device)]);
        expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
        const { state, redeemedAt } = (await hands.ada.see(id)).body;
        expect([state, redeemedAt !== null]).toEqual(
          both[0].status === 200 ? ["taken_back", false] : ["granted", true],
        );
      }
    });

    test("what ran under it nevertheless alarms", async () => {
      const id = await grantedTo();
      await hands.dana.takeBack(id);
      device.write(intent({ statement: UPDATE, verdict: "approve", grant: { id, approvers: ["dana"] } }));
      await device.send(collector.url);
      expect(await alerts()).toMatchObject([{ kind: "grant" }]);
    });
  });

  describe("used", () => {
    const CONNECTION = {
      id: "c1",
      name: "Shop",
      engine: "postgres",
      host: "db",
      port: 5432,
      database: "shop",
      environment: "production",
      environmentSet: true,
    };
    const ran = (id: string, statement = UPDATE, host = "db") =>
      intent({
        statement,
        connection: { ...CONNECTION, host },
        verdict: "approve",
        grant: { id, approvers: ["dana"] },
      });

    const handedOut = async (changes: Partial<ApprovalOrder> = {}): Promise<string> => {
      const id = await grantedTo(changes);
      expect((await hands.ada.redeem(id, device)).status).toBe(200);
      return id;
    };

    test("without having been handed out: somebody is told", async () => {
      const id = await grantedTo();
      device.write(ran(id));
      await device.send(collector.url);
      expect(await alerts()).toMatchObject([
        { kind: "grant", what: "the approval was never handed out for a run" },
      ]);
      expect((await hands.ada.redeem(id, device)).body.code).toBe("already-decided");
    });

    test("by the intent that names it, once", async () => {
      const id = await handedOut();
      const { seq } = device.write(ran(id));
      expect((await device.send(collector.url)).status).toBe(200);
      expect((await hands.ada.see(id)).body.state).toBe("used");
      expect((await hands.ada.redeem(id, device)).status).toBe(409);
      expect((await recorded(id)).at(-1)).toMatchObject({
        kind: "approval_closed",
        how: "used",
        use: { chain: device.chain, seq },
      });
      expect(await alerts()).toEqual([]);
      device.write(ran(id));
      await device.send(collector.url);
      expect(await alerts()).toMatchObject([
        { kind: "grant", what: "the approval was used before", seq: seq + 1 },
      ]);
    });

    test("in time, although its record comes late", async () => {
      const id = await handedOut();
      device.write(ran(id));
      ahead = 3 * 60 * MINUTE;
      expect((await hands.ada.see(id)).body.state).toBe("expired");
      await device.send(collector.url);
      expect((await hands.ada.see(id)).body.state).toBe("used");
      expect(await alerts()).toEqual([]);
    });

    test("what runs under one that was not given for it is taken, and raises an alert", async () => {
      const other = await enrolled(collector, stage.tokens.omar, "omar");
      const [open, granted] = [await asked({ purpose: "open" }), await handedOut()];
      const wrong: readonly [TestDevice, ReturnType<typeof ran>, string][] = [
        [device, ran("f".repeat(32)), "no such approval is known"],
        [device, ran(open), "the approval was never granted"],
        [other, ran(granted), "the approval was given to another device"],
      ];
      for (const [from, body, what] of wrong) {
        const { seq } = from.write(body);
        expect((await from.send(collector.url)).status).toBe(200);
        expect((await alerts())[0]).toMatchObject({ kind: "grant", what, seq });
      }
      expect((await hands.ada.see(granted)).body.state).toBe("granted");
      device.write(ran(granted, "DROP TABLE shop.people"));
      await device.send(collector.url);
      expect((await alerts())[0]?.what).toBe("it ran another statement than those who agreed were shown");
      expect((await hands.ada.see(granted)).body.state).toBe("used");
      const third = await handedOut({ purpose: "a third" });
      device.write(ran(third, UPDATE, "other-db"));
      await device.send(collector.url);
      expect((await alerts())[0]?.what).toBe("the approval was given for another connection");
    });

    test("long after its time", async () => {
      const id = await handedOut();
      ahead = 60 * MINUTE;
      device.clock = () => new Date(Date.now() + ahead);
      device.write(ran(id));
      await device.send(collector.url);
      expect(await alerts()).toMatchObject([{ kind: "grant", what: "the approval had expired" }]);
    });
  });

  describe("followed", () => {
    test("whoever waits is told when it changes", async () => {
      const id = await asked();
      const following = hands.ada.see(id, "?version=1&wait=30");
      await hands.dana.decide(id, "approve");
      expect((await following).body).toMatchObject({ state: "granted", version: 2 });
    });

    test("what has changed is told at once, and nothing else at the end", async () => {
      const id = await asked();
      expect((await hands.ada.see(id, "?version=0&wait=30")).body.version).toBe(1);
      expect((await hands.ada.see(id, "?version=1&wait=0")).body.version).toBe(1);
      expect((await hands.ada.see(id, "?version=x&wait=1")).status).toBe(400);
    });

    test("one person's questions are bounded, and others' are answered all the same", async () => {
      const id = await asked();
      const following = Array.from({ length: 40 }, () => hands.ada.see(id, "?version=1&wait=30"));
      let refused = 0;
      for (const one of following)
        void one.then(({ status }) => {
          if (status === 429) refused += 1;
        });
      await vi.waitFor(() => expect(refused).toBe(20), 20_000);
      const other = hands.erin.see(id, "?version=1&wait=30");
      await hands.dana.decide(id, "deny");
      expect((await other).body.state).toBe("denied");
      const statuses = (await Promise.all(following)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(20);
      expect((await hands.ada.see(id, "?version=2&wait=0")).status).toBe(200);
    });

    test("a collector that stops answers who waits", async () => {
      const id = await asked();
      const following = Array.from({ length: 21 }, () => hands.ada.see(id, "?version=1&wait=30"));
      // The one too many is refused once all others wait.
      expect((await Promise.race(following)).status).toBe(429);
      await collector.stop();
      const answers = (await Promise.all(following)).filter(({ status }) => status === 200);
      expect(answers.map(({ body }) => body.state)).toEqual(Array.from({ length: 20 }, () => "pending"));
      collector = await start();
    });
  });

  test("a restart in the middle loses nothing", async () => {
    const two = { needed: 2 };
    const id = await asked(two);
    await hands.dana.decide(id, "approve");
    await collector.stop();
    collector = await start();
    expect((await hands.ada.see(id)).body).toMatchObject({ state: "pending", version: 2 });
    expect((await hands.dana.decide(id, "approve")).body.version).toBe(2);
    expect((await hands.erin.decide(id, "approve")).body.state).toBe("granted");
    const before = (await hands.ada.redeem(id, device)).body;
    await collector.stop();
    collector = await start();
    expect((await hands.ada.redeem(id, device)).body).toEqual(before);
    expect(await check(before, two)).toMatchObject({ kind: "valid" });
    expect((await recorded(id)).map(({ kind }) => kind)).toEqual([
      "approval_opened",
      "approval_answered",
      "approval_answered",
      "approval_granted",
      "approval_redeemed",
      "approval_redeemed",
    ]);
    await verifyWholeLog(collector.url);
  });
});
