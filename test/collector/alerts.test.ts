import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import { leaseIdOf } from "../../protocol/node/leaseId.ts";
import { newSealingKey } from "../../protocol/node/sealedBox.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { call, postBatch, type TestDevice } from "./device.ts";
import { Borrower, define } from "./lending.ts";
import { ownRecords } from "./ownRecords.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** One login for everybody: no server is asked for it. */
const LENT = {
  target: {
    ...{ name: "Shop", engine: "postgres", host: "db.test", port: 5432, database: "shop" },
    ...{ environment: "production", tls: "require" },
  },
  groups: ["staff"],
  lending: { kind: "static" },
  minutes: 15,
};

interface Alert {
  readonly id: number;
  readonly chain: string;
  readonly kind: string;
  readonly seq: number;
  readonly about: string;
  readonly what: string;
  readonly evidence: string;
  readonly first: { readonly seq: number; readonly evidence: string } | null;
  readonly count: number;
  readonly raisedAt: number;
  readonly lastAt: number;
  readonly acknowledged: { readonly by: string; readonly reason: string } | null;
}

interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly next: string | null;
  readonly open: Readonly<Record<string, number>>;
}

const byAbout = (one: { about: string }, other: { about: string }): number =>
  one.about.localeCompare(other.about);

let provider: DemoProvider;
let tokens: Readonly<Record<"member" | "auditor" | "admin", string>>;
beforeAll(async () => {
  provider = await startProvider();
  const [member, auditor, admin] = await Promise.all(
    (["member", "auditor", "admin"] as const).map((who) => signIn(provider, who)),
  );
  tokens = { member: member ?? "", auditor: auditor ?? "", admin: admin ?? "" };
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let given: CollectorSettings;
  let device: TestDevice;
  let ahead = 0;

  beforeEach(async () => {
    ahead = 0;
    given = settings(provider, await store.fresh());
    collector = await startCollector(given, {
      now: () => new Date(Date.now() + ahead),
      gapsEveryMs: 50,
    });
    device = (await enrolled(collector, tokens.member)).work(30);
    expect((await device.send(collector.url)).status).toBe(200);
  });
  afterEach(() => collector.stop());

  const alerts = async () =>
    (await call<{ alerts: readonly Alert[] }>("GET", `${collector.url}/v1/alerts`, tokens.auditor)).body
      .alerts;
  /** The device sends a record it has changed, at a place. */
  const forge = async (seq: number) => {
    const { records } = device.batch(seq, seq);
    const changed = records.map((record) => ({
      ...record,
      canonical: record.canonical.replace('"v":1', `"v":1,"forged":${seq}`),
    }));
    await postBatch(collector.url, device.chain, { records: changed, seen: 0 }, device.signer);
  };
  const fork = (seq: number) =>
    postBatch(
      collector.url,
      device.chain,
      device
        .forkAt(seq - 1)
        .work(1)
        .batch(seq),
    );
  const acknowledge = (id: number, reason: unknown = "looked at it", token = tokens.admin) =>
    call<{ code: string }>("POST", `${collector.url}/v1/alerts/${id}/acknowledge`, token, { reason });
  const raisedOnRecord = async () => (await ownRecords(given)).filter(({ kind }) => kind === "alert_raised");

  describe("tasks of programs", () => {
    const actor = {
      kind: "ai_agent",
      agent: "helper",
      model: "m",
      host: "h",
      onBehalfOf: { kind: "user", issuer: "https://id.example", subject: "ada", name: "Ada", groups: [] },
      asserted: true,
    } as const;
    const stopped = (task: string, cause = "probing") =>
      device.write({ kind: "task_stopped", task, actor, cause, words: "7 denied statements in 2 minutes" });
    const asked = (task: string | null, rule: string, verdict: string) =>
      device.write(intent({ actor, task, findings: [{ rule, verdict }] }));
    const sent = async () => {
      const { status } = await device.send(collector.url, 61);
      expect(status).toBe(200);
    };

    test("that were stopped, or probed, are one alert for each task, however often", async () => {
      asked("t1", "probing", "deny");
      stopped("t1");
      for (let n = 0; n < 30; n += 1) asked("t1", "unusual-volume", "deny");
      stopped("t2", "budget-rows");
      await sent();
      const all = await alerts();
      expect(all.map(({ kind, about, count }) => ({ kind, about, count })).toSorted(byAbout)).toEqual([
        { kind: "task", about: "t1", count: 32 },
        { kind: "task", about: "t2", count: 1 },
      ]);
      expect(all.find(({ about }) => about === "t2")?.what).toContain(
        "helper for Ada was stopped (budget-rows)",
      );
      // Who floods neither fills the log nor goes unseen.
      expect((await raisedOnRecord()).length).toBeLessThan(26);
    });

    test("that only were told of something are none, nor what a person did", async () => {
      asked("t1", "probing", "allow");
      asked(null, "probing", "deny");
      asked("t1", "pii-in-output", "deny");
      await sent();
      expect(await alerts()).toEqual([]);
    });

    test("in a flood are one alert behind the first ones, which buries no other and does not fill the log", async () => {
      await fork(10);
      for (let n = 0; n < 600; n += 1) stopped(`t${n}`);
      for (let from = 61; from <= device.records.length; from += 300)
        expect(
          (await device.send(collector.url, from, Math.min(from + 299, device.records.length))).status,
        ).toBe(200);
      const all = await alerts();
      expect(all.filter(({ kind }) => kind === "fork")).toHaveLength(1);
      expect(all.filter(({ about }) => about !== "")).toHaveLength(20);
      expect(all.find(({ kind, about }) => kind === "task" && about === "")).toMatchObject({ count: 580 });
      expect((await raisedOnRecord()).length).toBeLessThan(60);
    });

    test("are listed by page, each once, also by kind and by whether anybody has looked", async () => {
      await fork(10);
      for (let n = 0; n < 7; n += 1) stopped(`t${n}`);
      await sent();
      const page = async (query: string) => {
        const url = `${collector.url}/v1/alerts?limit=3${query}`;
        const { body } = await call<AlertPage>("GET", url, tokens.auditor);
        return body;
      };
      const walked = async (query: string): Promise<readonly number[]> => {
        const ids: number[] = [];
        for (let cursor: string | null = ""; cursor !== null; ) {
          const { alerts: some, next }: AlertPage = await page(
            `${query}${cursor === "" ? "" : `&cursor=${cursor}`}`,
          );
          ids.push(...some.map(({ id }) => id));
          cursor = next;
        }
        return ids;
      };
      const ids = (await alerts()).map(({ id }) => id);
      expect(ids).toHaveLength(8);
      expect(await walked("")).toEqual(ids);
      const [forked] = await walked("&kind=fork");
      expect(await walked("&kind=fork")).toHaveLength(1);
      expect((await acknowledge(forked ?? 0)).status).toBe(200);
      expect(await walked("&open=true")).toEqual(ids.filter((id) => id !== forked));
      expect((await page("")).open).toEqual({ task: 7 });
      for (const wrong of ["&kind=other", "&cursor=1", "&open=1", "&chain=x"])
        expect((await call("GET", `${collector.url}/v1/alerts?limit=3${wrong}`, tokens.auditor)).status).toBe(
          400,
        );
    });

    test("with long evidence are listed with its beginning, and by themselves to the end", async () => {
      const words = "w".repeat(300_000);
      for (let n = 0; n < 3; n += 1)
        device.write({ kind: "task_stopped", task: `t${n}`, actor, cause: "probing", words });
      await sent();
      const url = `${collector.url}/v1/alerts`;
      const listed = await (
        await fetch(url, { headers: { authorization: `Bearer ${tokens.auditor}` } })
      ).text();
      expect(listed.length).toBeLessThan(30_000);
      const [alert] = await alerts();
      expect(alert).toMatchObject({ whole: false });
      const whole = await call<Alert>("GET", `${url}/${alert?.id}`, tokens.auditor);
      expect(whole.body.evidence).toContain(words);
      expect((await call("GET", `${url}/${alert?.id}`, tokens.member)).status).toBe(403);
      expect((await call("GET", `${url}/999999`, tokens.auditor)).status).toBe(404);
    });

    test("are acknowledged one by one, and what comes afterwards is another", async () => {
      stopped("t1");
      stopped("t2");
      await sent();
      const first = (await alerts()).find(({ about }) => about === "t1");
      expect((await acknowledge(first?.id ?? 0)).status).toBe(200);
      const from = device.records.length + 1;
      stopped("t1");
      expect((await device.send(collector.url, from)).status).toBe(200);
      expect((await alerts()).filter(({ about }) => about === "t1")).toHaveLength(2);
    });
  });

  test("a monitor sees how many were raised, and how many nobody has looked at", async () => {
    const metric = async (name: string) => {
      const text = await (await fetch(`${collector.url}/metrics`)).text();
      return text.split("\n").find((line) => line.startsWith(`sluice_collector_alerts_${name} `));
    };
    expect(await metric('open{kind="fork"}')).toBe('sluice_collector_alerts_open{kind="fork"} 0');
    await fork(4);
    await forge(3);
    ahead = HOUR;
    await forge(3);
    expect(await metric('open{kind="fork"}')).toBe('sluice_collector_alerts_open{kind="fork"} 1');
    expect(await metric('raised_total{kind="fork"}')).toBe(
      'sluice_collector_alerts_raised_total{kind="fork"} 1',
    );
    const id = (await alerts()).find(({ kind }) => kind === "fork")?.id ?? 0;
    expect((await acknowledge(id)).status).toBe(200);
    expect(await metric('open{kind="fork"}')).toBe('sluice_collector_alerts_open{kind="fork"} 0');
    expect(await metric('open{kind="bad-record"}')).toBe('sluice_collector_alerts_open{kind="bad-record"} 1');
    expect(await metric('raised_total{kind="fork"}')).toBe(
      'sluice_collector_alerts_raised_total{kind="fork"} 1',
    );
  });

  describe("what is seen again", () => {
    test("is one alert with a count, the times, the first and the newest evidence", async () => {
      await forge(3);
      ahead = HOUR;
      await forge(4);
      ahead = 2 * HOUR;
      await forge(5);
      const all = await alerts();
      expect(all).toMatchObject([{ kind: "bad-record", count: 3, seq: 5, first: { seq: 3 } }]);
      const [{ evidence, first, raisedAt, lastAt }] = all as [Alert];
      expect(JSON.parse(evidence).canonical).toContain('"forged":5');
      expect(JSON.parse(first?.evidence ?? "").canonical).toContain('"forged":3');
      expect(lastAt - raisedAt).toBeGreaterThanOrEqual(2 * HOUR);
      expect(lastAt - raisedAt).toBeLessThan(3 * HOUR);
    });
    test("buries no later one: the newest of a flood is what is shown, and the flood does not fill the log", async () => {
      for (let seq = 1; seq <= 40; seq += 1) await forge(seq);
      expect(await alerts()).toMatchObject([{ count: 40, seq: 40 }]);
      // Each of the first twenty, then the 32nd.
      expect(await raisedOnRecord()).toHaveLength(21);
      await fork(4);
      expect((await alerts()).map(({ kind }) => kind)).toEqual(["fork", "bad-record"]);
    });
    test("a day later is another", async () => {
      await forge(3);
      ahead = 25 * HOUR;
      await forge(3);
      expect((await alerts()).map(({ count }) => count)).toEqual([1, 1]);
    });
    test("the same once more is counted and recorded once", async () => {
      for (let count = 0; count < 3; count += 1) await forge(3);
      expect(await alerts()).toMatchObject([{ count: 3, seq: 3 }]);
      expect(await raisedOnRecord()).toHaveLength(1);
    });
    test("of two devices are two", async () => {
      await forge(3);
      const other = (await enrolled(collector, tokens.member)).work(2);
      await other.send(collector.url);
      await postBatch(collector.url, other.chain, other.forkAt(3).work(1).batch(4));
      await fork(4);
      expect(await alerts()).toHaveLength(3);
    });
  });

  describe("a login that was lent", () => {
    const ofLeases = async () => (await alerts()).filter(({ kind }) => kind === "unheard-lease");
    const connection = { ...intent().connection, name: "Shop" };
    const tells = (lease: string, by = device) => {
      by.write({ kind: "login_lent", lease, connection });
      return by.send(collector.url, by.records.length);
    };
    beforeEach(async () => {
      const order = { after: 0, definition: LENT, login: { user: "app", password: "a secret" } };
      expect((await define(collector, tokens.admin, "shop", order)).status).toBe(200);
    });

    test("and its device tells of is nothing to look at", async () => {
      const { id } = await new Borrower(() => collector, tokens.member, device).lease("shop");
      expect((await tells(id)).status).toBe(200);
      const { id: other } = await new Borrower(() => collector, tokens.member, device).lease("shop");
      ahead = 2 * HOUR;
      // The other one shows that somebody has looked by now.
      await vi.waitFor(async () => expect(await ofLeases()).toHaveLength(1), 30_000);
      expect(JSON.parse((await ofLeases())[0]?.evidence ?? "{}").lease).toBe(other);
    });
    test("and its device says nothing of is told an hour later, once, also where another device speaks of it", async () => {
      const { id } = await new Borrower(() => collector, tokens.member, device).lease("shop");
      const other = await enrolled(collector, tokens.member);
      await other.send(collector.url);
      expect((await tells(id, other)).status).toBe(200);
      ahead = 55 * MINUTE;
      await device.work(1).send(collector.url, device.records.length - 1);
      expect(await ofLeases()).toEqual([]);
      ahead = 62 * MINUTE;
      await vi.waitFor(async () => expect(await ofLeases()).toHaveLength(1), 30_000);
      ahead = 3 * HOUR;
      await device.work(1).send(collector.url, device.records.length - 1);
      expect(await ofLeases()).toMatchObject([{ chain: device.chain, count: 1 }]);
    });
    const looked = async (id: string) =>
      (await ofLeases()).find(({ about }) => about === id)?.acknowledged ?? null;
    /** What the device says it asks for, and what it then sends. */
    const asking = (key = newSealingKey()) => {
      const lease = leaseIdOf(key.publicKey);
      const { seq } = device.write({ kind: "login_asked", lease, connection });
      const borrower = new Borrower(() => collector, tokens.member, device);
      return { lease, seq, send: (asked = seq) => borrower.sendOrder("shop", key, { asked }) };
    };

    test("and its device had said that it would ask for is nothing to look at, though the answer was lost", async () => {
      const early = asking();
      // What is said before the collector lends it came before; of the other it comes after.
      expect((await device.send(collector.url, device.records.length)).status).toBe(200);
      expect((await early.send()).status).toBe(200);
      const late = asking();
      expect((await late.send()).status).toBe(200);
      expect((await device.send(collector.url, device.records.length)).status).toBe(200);
      const { id: silent } = await new Borrower(() => collector, tokens.member, device).lease("shop");
      ahead = 2 * HOUR;
      await vi.waitFor(async () => expect(await ofLeases()).not.toEqual([]), 30_000);
      expect((await ofLeases()).map(({ about }) => about)).toEqual([silent]);
    });
    test("for what another record says than the one it names, or for another lease, is told", async () => {
      const known = asking();
      expect((await device.send(collector.url, device.records.length)).status).toBe(200);
      const thief = new Borrower(() => collector, tokens.member, device);
      const lent = await Promise.all(
        [known.seq, known.seq - 1, known.seq + 1_000].map((asked) =>
          thief.sendOrder("shop", newSealingKey(), { asked }),
        ),
      );
      ahead = 2 * HOUR;
      await vi.waitFor(async () => expect(await ofLeases()).toHaveLength(lent.length), 30_000);
    });
    test("is settled by its device's late word, on record, and by no other device or lease", async () => {
      const borrower = new Borrower(() => collector, tokens.member, device);
      const [one, two] = [await borrower.lease("shop"), await borrower.lease("shop")];
      ahead = 2 * HOUR;
      await vi.waitFor(async () => expect(await ofLeases()).toHaveLength(2), 30_000);
      const thief = await enrolled(collector, tokens.member);
      await thief.send(collector.url);
      for (const { id } of [one, two]) expect((await tells(id, thief)).status).toBe(200);
      expect([await looked(one.id), await looked(two.id)]).toEqual([null, null]);
      expect((await tells(one.id)).status).toBe(200);
      expect(await looked(one.id)).toMatchObject({
        by: "the collector",
        reason: expect.stringContaining(`record ${device.records.length}`),
      });
      expect(await looked(two.id)).toBeNull();
      expect((await ownRecords(given)).filter(({ kind }) => kind === "alert_settled")).toMatchObject([
        { alert: "unheard-lease", chain: device.chain, count: 1, by: device.records.length },
      ]);
      const of = (await ofLeases()).find(({ about }) => about === two.id);
      expect((await acknowledge(of?.id ?? 0)).status).toBe(200);
      expect((await tells(two.id)).status).toBe(200);
      expect(await looked(two.id)).toMatchObject({ reason: "looked at it" });
    });
    test("and folded into one of many is not settled by a name that no lease has, nor does such a name keep records out", async () => {
      const borrower = new Borrower(() => collector, tokens.member, device);
      for (let lent = 0; lent < 22; lent += 1) await borrower.lease("shop");
      ahead = 2 * HOUR;
      await vi.waitFor(async () => expect(await ofLeases()).toHaveLength(21), 30_000);
      for (const lease of ["", "a\u0000b", "x".repeat(100_000)])
        expect((await tells(lease)).status).toBe(200);
      expect((await ofLeases()).filter(({ acknowledged }) => acknowledged !== null)).toEqual([]);
    });
    test("to whoever holds its key elsewhere cannot be told of without a second history", async () => {
      const thief = device.forkAt(device.records.length);
      const { id } = await new Borrower(() => collector, tokens.member, thief).lease("shop");
      expect((await tells(id, thief)).status).toBe(200);
      await device.work(1).send(collector.url, device.records.length - 1);
      expect((await alerts()).map(({ kind }) => kind)).toContain("fork");
    });
  });

  describe("a statement that ran with a login", () => {
    const shop = {
      ...intent().connection,
      ...{ id: "collector:shop", host: "db.test", port: 5432, database: "shop" },
    };
    const uses = async () => (await alerts()).filter(({ kind }) => kind === "lease-use");
    /** The device's clock, and when it sends. */
    const ran = async (lease: string, at: number, changes: Partial<IntentBody> = {}) => {
      const body = intent({ connection: shop, lease, ...changes });
      device.write(body, device.signer, new Date(at).toISOString());
      expect((await device.send(collector.url, device.records.length)).status).toBe(200);
    };
    let borrower: Borrower;
    beforeEach(async () => {
      const order = { after: 0, definition: LENT, login: { user: "app", password: "a secret" } };
      expect((await define(collector, tokens.admin, "shop", order)).status).toBe(200);
      borrower = new Borrower(() => collector, tokens.member, device);
    });

    test("while it was lent is found by it, however late it comes and whatever the clocks say", async () => {
      const { id } = await borrower.lease("shop");
      const lentAt = Date.now();
      await ran(id, lentAt + 12 * HOUR);
      ahead = 20 * HOUR;
      await ran(id, lentAt + 18 * MINUTE);
      await ran(id, lentAt + 14 * MINUTE);
      expect(await uses()).toEqual([]);
      const found = await call<{ records: readonly { kind: string }[] }>(
        "GET",
        `${collector.url}/v1/search?lease=${id}&kind=intent`,
        tokens.auditor,
      );
      expect(found.body.records).toHaveLength(3);
    });
    test("after its lease was over is told, with the record, as one alert for the lease", async () => {
      const { id } = await borrower.lease("shop");
      const lentAt = Date.now();
      ahead = 2 * HOUR;
      await ran(id, lentAt + 21 * MINUTE);
      await ran(id, lentAt + 30 * MINUTE);
      expect(await uses()).toMatchObject([
        { chain: device.chain, about: id, count: 2, what: expect.stringContaining("was over at") },
      ]);
      const evidence = JSON.parse((await uses())[0]?.evidence ?? "{}");
      expect(JSON.parse(evidence.record).body.lease).toBe(id);
      expect(evidence.lease).toMatchObject({ id, connection: "shop", chain: device.chain });
    });
    test("that was revoked before is told by when it was", async () => {
      const { id } = await borrower.lease("shop");
      const lentAt = Date.now();
      expect((await borrower.end(id, tokens.admin)).status).toBe(200);
      ahead = 10 * MINUTE;
      await ran(id, lentAt + 8 * MINUTE);
      expect(await uses()).toHaveLength(1);
    });
    test("of another device, for another database, or that nobody knows is told", async () => {
      const other = await enrolled(collector, tokens.member);
      await other.send(collector.url);
      const theirs = await new Borrower(() => collector, tokens.member, other).lease("shop");
      const mine = await borrower.lease("shop");
      await ran(theirs.id, Date.now());
      await ran(mine.id, Date.now(), { connection: { ...shop, host: "db.elsewhere" } });
      ahead = HOUR;
      await ran("f".repeat(32), Date.now() + 50 * MINUTE);
      expect(
        (await uses()).map(({ about, what }) => [about, what.replace(/.*login /, "")]).toSorted(),
      ).toEqual(
        [
          [theirs.id, "that was lent to another device"],
          [mine.id, "that was lent for Shop"],
          ["f".repeat(32), "whose lease is not known here"],
        ].toSorted(),
      );
    });
    test("by a clock that is ahead is held against when that clock says it was asked for", async () => {
      const key = newSealingKey();
      const lease = leaseIdOf(key.publicKey);
      const [early, lentAt] = [20 * MINUTE, Date.now()];
      const said = new Date(lentAt + early).toISOString();
      const { seq } = device.write({ kind: "login_asked", lease, connection: shop }, device.signer, said);
      expect((await borrower.sendOrder("shop", key, { asked: seq })).status).toBe(200);
      expect((await borrower.end(lease)).status).toBe(200);
      device.write(intent({ connection: shop, lease }), device.signer, said);
      expect((await device.send(collector.url, seq)).status).toBe(200);
      ahead = HOUR;
      await ran(lease, lentAt + early + 3 * MINUTE);
      expect(await uses()).toEqual([]);
      await ran(lease, lentAt + early + 8 * MINUTE);
      expect(await uses()).toMatchObject([{ about: lease, count: 1 }]);
    });
    test("under what is no lease's name is told, and taken", async () => {
      ahead = HOUR;
      for (const lease of ["a\u0000b", "", "\ud83d\ude00".repeat(100), `${"e".repeat(63)}\ud83d\ude00`])
        await ran(lease, Date.now() + 50 * MINUTE);
      expect(await uses()).toMatchObject([{ about: "", count: 4 }]);
    });
    test("that is long forgotten here says nothing", async () => {
      await ran("f".repeat(32), Date.now() - HOUR);
      expect(await uses()).toEqual([]);
    });
  });

  test("each names the device it is about and whose that is", async () => {
    await forge(3);
    expect(await alerts()).toMatchObject([
      { device: { name: "laptop", owner: expect.stringMatching(/member/i) } },
    ]);
  });

  describe("acknowledged by an administrator, with a reason", () => {
    test("it stays, says who and why, and is on record", async () => {
      await forge(3);
      const [{ id }] = (await alerts()) as [Alert];
      expect((await acknowledge(id)).status).toBe(200);
      expect(await alerts()).toMatchObject([{ id, acknowledged: { reason: "looked at it" } }]);
      const records = await ownRecords(given);
      expect(records.at(-1)).toMatchObject({
        kind: "alert_acknowledged",
        alert: "bad-record",
        chain: device.chain,
        count: 1,
        reason: "looked at it",
        actor: { subject: "admin" },
      });
    });
    test("what comes after it is another alert", async () => {
      await forge(3);
      const [{ id }] = (await alerts()) as [Alert];
      await acknowledge(id);
      await forge(4);
      await forge(5);
      expect(await alerts()).toMatchObject([
        { count: 2, seq: 5, acknowledged: null },
        { id, count: 1, seq: 3, acknowledged: { reason: "looked at it" } },
      ]);
    });
    test("once, for a reason, by nobody else", async () => {
      await forge(3);
      const [{ id }] = (await alerts()) as [Alert];
      expect((await acknowledge(id, " ")).status).toBe(400);
      expect((await acknowledge(id, "x", tokens.auditor)).status).toBe(403);
      expect((await acknowledge(id, "x", tokens.member)).status).toBe(403);
      expect((await acknowledge(id + 1_000)).body.code).toBe("not-found");
      const both = await Promise.all([acknowledge(id), acknowledge(id)]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    });
  });

  describe("records that are missing", () => {
    const gaps = async () => (await alerts()).filter(({ kind }) => kind === "gap");
    /** Until the collector has looked for gaps at the time it is now; another device's gap shows that it has. */
    const looked = async (before: readonly Alert[]) => {
      const probe = (await enrolled(collector, tokens.member)).work(3);
      await probe.send(collector.url, 3);
      ahead += 2 * HOUR;
      await vi.waitUntil(async () => (await gaps()).length > before.length, { timeout: 10_000 });
      return (await gaps()).filter(({ chain }) => chain !== probe.chain);
    };
    test("raise an alert where the device has shown later ones and been told", async () => {
      device.work(3);
      expect((await device.send(collector.url, 64)).body.code).toBe("gap");
      ahead = 30 * MINUTE;
      expect((await device.send(collector.url, 66)).body.code).toBe("gap");
      expect(await gaps()).toEqual([]);
      ahead = 61 * MINUTE;
      await vi.waitUntil(async () => (await gaps()).length > 0, { timeout: 10_000 });
      const [alert] = await gaps();
      expect(alert).toMatchObject({ seq: 62, chain: device.chain });
      expect(alert?.what).toContain("records 62 to 63 did not come");
    });
    test("are no alert where they come after all, in whatever order batches arrive", async () => {
      device.work(3);
      expect((await device.send(collector.url, 64)).body.code).toBe("gap");
      expect((await device.send(collector.url, 62)).status).toBe(200);
      expect(await looked([])).toEqual([]);
    });
    test("are no alert on the word of somebody else", async () => {
      device.work(3);
      expect((await postBatch(collector.url, device.chain, device.batch(64))).body.code).toBe("gap");
      const [record] = device.batch(64, 64).records;
      const forged = { ...record, signature: `${"A".repeat(86)}==` };
      await postBatch(collector.url, device.chain, { records: [forged], seen: 0 }, device.signer);
      expect(await looked([])).toEqual([]);
    });
    test("are told again a day later, where the device goes on like that", async () => {
      device.work(3);
      await device.send(collector.url, 64);
      ahead = 2 * HOUR;
      await vi.waitUntil(async () => (await gaps()).length === 1, { timeout: 10_000 });
      ahead = 26 * HOUR;
      await device.send(collector.url, 64);
      ahead = 28 * HOUR;
      await vi.waitUntil(async () => (await gaps()).length === 2, { timeout: 10_000 });
    });
  });
});
