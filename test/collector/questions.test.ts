import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { ApprovalOrder } from "../../protocol/approval/approval.ts";
import { ASKING_LIMITS } from "../../protocol/approval/askingLimits.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { verifyGrant } from "../../protocol/approval/verifyGrant.ts";
import { readNoteKey } from "../../protocol/log/checkpoint.ts";
import { nodeVerifier, sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import { intent, newSigner } from "../audit/records.ts";
import { CAST, Hand, NONCE, orderOf, type Player, type Stage, setStage, UPDATE } from "./approving.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { newId, PROGRAM, Questioner, questionOf } from "./questioning.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { infoOf, verifyWholeLog } from "./verifyLog.ts";

/** A program on a server asks the person it works for, who is somewhere else. */

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let told: CollectorSettings;
  /** A server: omar has enrolled it, and an administrator has confirmed it. */
  let device: TestDevice;
  let order: ApprovalOrder;
  let server: Questioner;
  let hands: Readonly<Record<Player, Hand>>;
  let ahead = 0;

  const handOf = (token: string | null) => new Hand(() => collector, token);
  const confirm = (chain: string) =>
    call("POST", `${collector.url}/v1/devices/${chain}/confirm`, stage.tokens.admin, {
      reason: "our server",
    });

  beforeEach(async () => {
    ahead = 0;
    told = settings(stage.provider, await store.fresh());
    collector = await startCollector(told, { now: () => new Date(Date.now() + ahead) });
    device = await enrolled(collector, stage.tokens.omar, "omar");
    expect((await confirm(device.chain)).status).toBe(200);
    order = questionOf(stage.provider, device);
    server = new Questioner(
      () => collector,
      () => device,
    );
    hands = Object.fromEntries(CAST.map((player) => [player, handOf(stage.tokens[player])])) as typeof hands;
  });
  afterEach(() => collector.stop());

  const asked = async (changes: Partial<ApprovalOrder> = {}): Promise<string> => {
    const { status, body } = await server.ask({ ...order, ...changes });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.id;
  };
  const alerts = async () =>
    (
      await call<{ alerts: readonly { kind: string; what: string }[] }>(
        "GET",
        `${collector.url}/v1/alerts`,
        stage.tokens.auditor,
      )
    ).body.alerts;

  test("asked, answered by the person elsewhere, handed out once, and the agent takes it", async () => {
    const id = await asked();
    expect(await hands.ada.box("decide")).toEqual([id]);
    expect(await hands.ada.box("mine")).toEqual([]);
    const seen = await hands.ada.see(id);
    expect(seen.body).toMatchObject({ state: "pending", mayDecide: true, order: { program: PROGRAM } });
    expect((await server.redeem(id)).status).toBe(404);
    expect((await server.look(id)).body).toMatchObject({ state: "pending", version: 1 });
    const waiting = server.look(id, 1, 20);
    expect((await hands.ada.decide(id, "approve", "go on")).body.state).toBe("granted");
    expect((await waiting).body).toMatchObject({ state: "granted", version: 2 });
    const { status, body } = await server.redeem(id);
    expect(status).toBe(200);
    const { logKey } = await infoOf(collector.url);
    const key = readNoteKey(sha256Bytes, logKey);
    const { subject } = order;
    const shown = shownHash(order, nodeVerifier);
    const expected = { subject, shown, nonce: NONCE, group: "person", needed: 1, now: new Date() };
    const person = subject.requester;
    expect(verifyGrant(body, { ...expected, person }, key, verifyBytes).kind).toBe("valid");
    // As if a group had been asked, nobody has agreed; and it is nobody else's.
    expect(verifyGrant(body, expected, key, verifyBytes).kind).toBe("invalid");
    const other = { ...person, subject: "omar" };
    expect(verifyGrant(body, { ...expected, person: other }, key, verifyBytes).kind).toBe("invalid");
    // One run: the same one gets the same, another nothing.
    expect((await server.redeem(id)).body.canonical).toBe(body.canonical);
    expect((await server.redeem(id, "6".repeat(64))).body.code).toBe("already-redeemed");
    const bodies = (await ownRecords(told)).filter((one) => "approval" in one && one.approval === id);
    expect(bodies.map(({ kind }) => kind)).toEqual([
      "approval_opened",
      "approval_answered",
      "approval_granted",
      "approval_redeemed",
      "approval_redeemed",
    ]);
    expect(bodies[0]).toMatchObject({
      actor: { kind: "ai_agent", agent: "helper", onBehalfOf: { subject: "ada" } },
    });
    expect(bodies[1]).toMatchObject({ actor: { kind: "user", subject: "ada" }, reason: "go on" });
    expect(await hands.ada.box("decided")).toEqual([id]);
    await verifyWholeLog(collector.url);
  });

  describe("who answers", () => {
    test.each(["omar", "dana", "approver", "auditor", "admin"] as const)(
      "not %s, whoever's the device is and whatever role they have",
      async (player) => {
        const id = await asked();
        expect((await hands[player].decide(id, "approve")).status).toBeGreaterThanOrEqual(403);
        expect(await hands[player].box("decide")).toEqual([]);
        expect((await server.look(id)).body.state).toBe("pending");
      },
    );

    test("no program with a token of that person's: a delegate, a service, another client's", async () => {
      const id = await asked();
      const { clientId } = stage.provider;
      const tokens = await Promise.all([
        stage.token({ sub: "ada", act: { sub: "helper" } }),
        stage.token({ sub: "ada", gty: "client-credentials" }),
        stage.token({ sub: "ada", client_id: "ada" }),
        stage.token({ sub: "ada", client_id: "some-mcp-host" }),
        stage.token({ sub: "ada", azp: "some-mcp-host" }),
        stage.token({ sub: "ada", cid: "some-mcp-host", azp: clientId }),
      ]);
      for (const token of tokens) {
        expect((await handOf(token).decide(id, "approve")).status).toBe(403);
        expect((await handOf(token).decide(id, "deny")).status).toBe(403);
        expect((await handOf(token).see(id)).body.mayDecide).toBe(false);
      }
      expect((await handOf(null).decide(id, "approve")).status).toBe(401);
      expect((await server.look(id)).body).toMatchObject({ state: "pending", version: 1 });
      expect(
        (await handOf(await stage.token({ sub: "ada", azp: clientId })).decide(id, "approve")).status,
      ).toBe(200);
    });

    test("no member of a group that is called as the person is", async () => {
      const id = await asked();
      const token = await stage.token({ sub: "mallory", groups: ["person", "you", "ada"] });
      expect((await handOf(token).see(id)).status).toBe(404);
      expect((await handOf(token).decide(id, "approve")).status).toBe(404);
      expect(await handOf(token).box("decide")).toEqual([]);
    });

    test("nobody twice: the first answer is the answer", async () => {
      const id = await asked();
      expect((await hands.ada.decide(id, "deny", "no")).body.state).toBe("denied");
      expect((await hands.ada.decide(id, "approve")).body.code).toBe("already-decided");
      expect((await server.redeem(id)).status).toBe(409);
      expect((await server.look(id)).body).toMatchObject({ state: "denied", reason: "no" });
    });

    test("not after it was answered on the device, nor the device after the person", async () => {
      const [first, second] = [await asked(), await asked({ purpose: "another" })];
      expect((await server.close(first)).body.state).toBe("withdrawn");
      expect((await hands.ada.decide(first, "approve")).body.code).toBe("already-decided");
      await hands.ada.decide(second, "deny");
      expect((await server.close(second)).body.state).toBe("denied");
    });

    test("not when nobody could use it any more", async () => {
      const id = await asked();
      ahead = 31 * 60_000;
      expect((await hands.ada.decide(id, "approve")).body.code).toBe("already-decided");
      expect((await server.look(id)).body.state).toBe("expired");
    });
  });

  describe("who asks", () => {
    test("no token, not even the person's: only the device itself", async () => {
      for (const hand of [hands.ada, hands.omar])
        expect((await hand.ask(order)).status).toBeGreaterThanOrEqual(400);
      const body = {
        what: "ask",
        log: collector.log,
        id: newId(),
        name: "Ada",
        order,
        expiresAt: "2099-01-01T00:00:00Z",
      };
      expect((await server.send(body, "", null)).status).toBe(403);
      expect((await server.send(body, "", newSigner())).status).toBe(404);
      expect((await server.send({ ...body, log: "another" })).status).toBe(400);
    });

    test("a device asks other people than its owner only once it is confirmed", async () => {
      device = await enrolled(collector, stage.tokens.omar, "omar");
      order = questionOf(stage.provider, device);
      const refused = await server.ask(order);
      expect(refused).toMatchObject({ status: 403 });
      expect(refused.body.action).toMatch(/confirm/);
      const requester = { issuer: stage.provider.issuer, subject: "omar" };
      expect((await server.ask(questionOf(stage.provider, device, {}, { requester }))).status).toBe(200);
    });

    test("its owner under no other name than the provider's, which a channel would read as somebody else", async () => {
      const requester = { issuer: stage.provider.issuer, subject: "omar" };
      const own = questionOf(stage.provider, device, {}, { requester });
      const { status, body } = await server.ask(own, newId(), { name: "Dana, your administrator" });
      expect(status).toBe(200);
      const seen = await hands.omar.see(body.id);
      expect(seen.body.requester.name).toBe(
        (await hands.omar.ask(orderOf(stage.provider, device, {}, { requester }))).body.requester.name,
      );
      expect(seen.body.requester.name).not.toContain("Dana");
    });

    test("not in another device's name, about another device's question, or of somebody nobody knows here", async () => {
      const other = await enrolled(collector, stage.tokens.dana, "dana");
      await confirm(other.chain);
      const mallory = new Questioner(
        () => collector,
        () => other,
      );
      expect((await mallory.ask(order)).status).toBe(403);
      const id = await asked();
      for (const answer of [mallory.look(id), mallory.close(id), mallory.redeem(id)])
        expect((await answer).status).toBe(404);
      expect((await mallory.ask(questionOf(stage.provider, other), id)).status).toBe(400);
      const requester = { issuer: "https://elsewhere.example", subject: "ada" };
      expect((await server.ask(questionOf(stage.provider, device, {}, { requester }))).status).toBe(400);
    });

    test("a group is not asked this way, nor more people than one", async () => {
      const { program: _, ...plain } = order;
      expect((await server.ask(plain)).status).toBe(400);
      expect((await server.ask({ ...order, program: { ...PROGRAM, asks: "group" } })).status).toBe(400);
      expect((await server.ask({ ...order, group: "sluice-dba" })).status).toBe(400);
      expect((await server.ask({ ...order, needed: 2 })).status).toBe(400);
    });

    test("the same question again is the same, and another under its id is none", async () => {
      const id = await asked();
      expect((await server.ask(order, id)).body).toMatchObject({ id, version: 1 });
      expect((await server.ask({ ...order, statement: "DELETE FROM shop.people" }, id)).status).toBe(400);
      expect((await hands.ada.see(id)).body.order.statement).toBe(UPDATE);
    });

    test("a device that is trusted no more asks nothing, and is handed nothing", async () => {
      const id = await asked();
      await hands.ada.decide(id, "approve");
      await call("POST", `${collector.url}/v1/devices/${device.chain}/state`, stage.tokens.admin, {
        state: "lost",
        reason: "stolen",
      });
      expect((await server.redeem(id)).status).toBe(403);
      expect((await server.ask(order)).status).toBe(403);
      expect((await server.look(id)).status).toBe(403);
    });
  });

  describe("what ran under it", () => {
    const ran = (grant: string) => {
      device.write(
        intent({
          actor: {
            kind: "ai_agent",
            agent: "helper",
            model: "m",
            host: "h",
            onBehalfOf: { kind: "user", ...order.subject.requester, name: "Ada", groups: [] },
            asserted: true,
          },
          statement: UPDATE,
          connection: { id: "c", name: "Shop", environmentSet: true, ...order.subject.connection },
          grant: { id: grant, approvers: ["Ada"] },
        }),
      );
      return device.send(collector.url);
    };

    test("uses it up", async () => {
      const id = await asked();
      await hands.ada.decide(id, "approve");
      await server.redeem(id);
      expect((await ran(`here-${id}`)).status).toBe(200);
      expect((await server.look(id)).body.state).toBe("used");
      expect(await alerts()).toEqual([]);
      await ran(`here-${id}`);
      expect(await alerts()).toMatchObject([{ kind: "grant", what: expect.stringMatching(/used before/) }]);
    });

    test("of what was denied is told", async () => {
      const id = await asked();
      await hands.ada.decide(id, "deny");
      await ran(`here-${id}`);
      expect(await alerts()).toMatchObject([{ kind: "grant", what: expect.stringMatching(/denied/) }]);
    });

    test("after an answer on the machine itself is nothing to look at", async () => {
      const id = await asked();
      await server.close(id);
      await ran(`here-${id}`);
      await ran(`here-${newId()}`);
      expect(await alerts()).toEqual([]);
    });
  });

  describe("a task that was stopped", () => {
    const stop = { stop: "ab".repeat(32), cause: "probing", words: "it probes." };
    const resumedBy = (id: string, subject = "ada", task: string = PROGRAM.task) => {
      device.write({
        kind: "task_resumed",
        task,
        actor: { kind: "user", issuer: stage.provider.issuer, subject, name: subject, groups: [] },
        reason: "go on",
        grant: { id: `here-${id}`, approvers: ["Ada"] },
      });
      return device.send(collector.url);
    };
    const granted = async (): Promise<string> => {
      const { body } = await server.ask({ ...order, resumes: stop });
      expect((await hands.ada.decide(body.id, "approve", "go on")).status).toBe(200);
      expect((await server.redeem(body.id)).status).toBe(200);
      return body.id;
    };

    test("is asked about by its device alone, and answered with a reason alone", async () => {
      const { program: _, ...plain } = order;
      for (const hand of [hands.ada, hands.omar])
        for (const group of [order, { ...plain, group: "sluice-dba" }])
          expect((await hand.ask({ ...group, resumes: stop })).status).toBeGreaterThanOrEqual(400);
      const { status, body } = await server.ask({ ...order, resumes: stop });
      expect(status).toBe(200);
      for (const decision of ["approve", "deny"] as const)
        expect((await hands.ada.decide(body.id, decision, " ")).status).toBe(400);
      expect((await hands.ada.decide(body.id, "approve", "go on")).status).toBe(200);
      expect((await server.look(body.id)).body).toMatchObject({ state: "granted", reason: "go on" });
    });

    test("uses its grant up, and each use that was not given is told", async () => {
      const id = await granted();
      await resumedBy(id);
      expect((await server.look(id)).body.state).toBe("used");
      expect(await alerts()).toEqual([]);
      await resumedBy(id);
      expect(await alerts()).toMatchObject([{ kind: "grant", what: expect.stringMatching(/used before/) }]);
    });

    test.each([
      ["of another task", "ada", "another-task", /another task/],
      ["by somebody else", "omar", PROGRAM.task, /somebody else/],
    ])("%s is told", async (_what, subject, task, words) => {
      await resumedBy(await granted(), subject, task);
      expect(await alerts()).toMatchObject([{ kind: "grant", what: expect.stringMatching(words) }]);
    });

    test("asks for no statement, nor does a statement's approval let it go on", async () => {
      const statement = await asked();
      await hands.ada.decide(statement, "approve");
      await server.redeem(statement);
      await resumedBy(statement);
      expect(await alerts()).toMatchObject([{ what: expect.stringMatching(/lets no task go on/) }]);
    });

    test("is asked about also where its program has asked as often as it may", async () => {
      for (let n = 0; n < ASKING_LIMITS.ofTask; n += 1)
        expect((await server.ask({ ...order, purpose: `no. ${n}` })).status).toBe(200);
      expect((await server.ask({ ...order, purpose: "one more" })).status).toBe(429);
      expect((await server.ask({ ...order, resumes: stop })).status).toBe(200);
    });
  });

  describe("how often programs ask", () => {
    const withTask = (task: string, purpose = task, agent = "helper") => ({
      ...order,
      purpose,
      program: { ...PROGRAM, task, agent },
    });

    /** A second server, which asks the same person. */
    const another = async () => {
      const other = await enrolled(collector, stage.tokens.omar, "omar");
      expect((await confirm(other.chain)).status).toBe(200);
      const asker = new Questioner(
        () => collector,
        () => other,
      );
      const own = (asks: ApprovalOrder) => ({ ...asks, subject: { ...asks.subject, chain: other.chain } });
      return {
        ask: (asks: ApprovalOrder, id?: string, changes = {}) => asker.ask(own(asks), id, changes),
        close: (id: string) => asker.close(id),
      };
    };

    test("a server that asks without end leaves the person's other machines their share", async () => {
      const { ofDevice } = ASKING_LIMITS;
      for (let n = 0; n < ofDevice.open; n += 1)
        expect((await server.ask(withTask(`t${n}`))).status).toBe(200);
      const refused = await server.ask(withTask("one more", "x", "fresh name"));
      expect(refused).toMatchObject({ status: 429, body: { code: "asks-too-often" } });
      expect(refused.body.message).toContain("on this device");
      const laptop = await another();
      for (let n = 0; n < ASKING_LIMITS.ofPerson - ofDevice.open; n += 1)
        expect((await laptop.ask(withTask(`mine ${n}`))).status).toBe(200);
      ahead = 31 * 60_000;
      // Asked and taken back, it is as often all the same.
      const expiresAt = new Date(Date.now() + 60 * 60_000).toISOString();
      for (let n = 0; n < ofDevice.aMinute; n += 1)
        await server.close((await server.ask(withTask(`again ${n}`), newId(), { expiresAt })).body.id);
      expect((await server.ask(withTask("too often"), newId(), { expiresAt })).status).toBe(429);
      expect((await laptop.ask(withTask("mine, later"), newId(), { expiresAt })).status).toBe(200);
    });

    test("so many of one task, so many of one person, whatever the program calls itself", async () => {
      for (let n = 0; n < ASKING_LIMITS.ofTask; n += 1)
        expect((await server.ask(withTask("t1", `no. ${n}`))).status).toBe(200);
      const refused = await server.ask(withTask("t1", "one more"));
      expect(refused).toMatchObject({ status: 429, body: { code: "asks-too-often" } });
      expect(refused.body.message).toMatch(/answered or withdrawn, else after 20\d\d-/);
      const more = await another();
      for (let n = 0; n < ASKING_LIMITS.ofPerson - ASKING_LIMITS.ofTask; n += 1)
        expect((await more.ask(withTask("t2", `no. ${n}`, `agent ${n}`))).status).toBe(200);
      expect((await more.ask(withTask("t3", "x", "fresh name"))).status).toBe(429);
      expect((await server.ask(withTask("t3", "x", "fresh name"))).status).toBe(429);
      // Another person's programs, and the person themselves, are not held up by it.
      const requester = { issuer: stage.provider.issuer, subject: "omar" };
      expect((await server.ask(questionOf(stage.provider, device, {}, { requester }))).status).toBe(200);
      const laptop = await enrolled(collector, stage.tokens.ada, "ada");
      expect((await hands.ada.ask(orderOf(stage.provider, laptop))).status).toBe(200);
    });

    test("so many within a minute, with the time when they may again", async () => {
      const more = await another();
      for (let n = 0; n < ASKING_LIMITS.aMinute; n += 1) {
        const by = n % 2 === 0 ? server : more;
        const { status, body } = await by.ask(withTask(`t${n}`));
        expect(status).toBe(200);
        await by.close(body.id);
      }
      const refused = await server.ask(withTask("late"));
      expect(refused.status).toBe(429);
      const when = /after (\S+Z)/.exec(refused.body.message)?.[1] ?? "";
      expect(Date.parse(when)).toBeGreaterThan(Date.now());
      ahead = 61_000;
      expect((await server.ask(withTask("late"))).status).toBe(200);
    });

    test("groups are asked by programs no more often, and by their person all the same", async () => {
      const laptop = await enrolled(collector, stage.tokens.ada, "ada");
      const ofGroup = (n: number, agent = "helper") =>
        orderOf(stage.provider, laptop, {
          purpose: `no. ${n}`,
          program: { ...PROGRAM, asks: "group", agent, task: `task ${n}` },
        });
      const { open } = ASKING_LIMITS.ofDevice;
      for (let n = 0; n < open; n += 1)
        expect((await hands.ada.ask(ofGroup(n, `agent ${n}`))).status).toBe(200);
      const refused = await hands.ada.ask(ofGroup(99, "another"));
      expect(refused).toMatchObject({ status: 429, body: { code: "asks-too-often" } });
      expect((await hands.dana.box("decide")) as readonly string[]).toHaveLength(open);
      expect((await hands.ada.ask(orderOf(stage.provider, laptop))).status).toBe(200);
      expect((await server.ask(order)).status).toBe(200);
    });
  });
});
