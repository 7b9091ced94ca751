import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import { enrolmentText } from "../../protocol/collector/ingest.ts";
import { newSealingKey } from "../../protocol/node/sealedBox.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";
import { call, postBatch, TestDevice } from "./device.ts";
import { Borrower } from "./lending.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, type StoreForTest, settings, startCollector } from "./stores.ts";
import { seqsOf, verifyWholeLog } from "./verifyLog.ts";

const HOUR = 60 * 60 * 1000;

let provider: DemoProvider;
let token: string;
let auditor: string;

beforeAll(async () => {
  provider = await startProvider();
  [token, auditor] = await Promise.all([signIn(provider, "member"), signIn(provider, "auditor")]);
});
afterAll(() => provider.stop());

onEachStore((store: StoreForTest) => {
  let collector: RunningCollector;
  let device: TestDevice;

  beforeEach(async () => {
    collector = await startCollector(settings(provider, await store.fresh()));
    device = (await enrolled(collector, token)).work(3);
    expect((await device.send(collector.url)).status).toBe(200);
  });
  afterEach(() => collector.stop());

  const alerts = async () => {
    type Alert = { kind: string; seq: number; chain: string; evidence: string; what: string };
    const { body } = await call<{ alerts: readonly Alert[] }>("GET", `${collector.url}/v1/alerts`, auditor);
    return body.alerts;
  };
  /** Sequence numbers of the device's records in the log: what was taken. */
  const taken = async (of = device) => seqsOf((await verifyWholeLog(collector.url)).leaves, of.chain);
  const UNTIL_NOW = [1, 2, 3, 4, 5, 6, 7];

  describe("what is sent again or too early", () => {
    test("a repeated batch is acknowledged and stands once", async () => {
      for (let count = 0; count < 3; count += 1)
        expect(await device.send(collector.url)).toMatchObject({ status: 200, body: { seq: 7 } });
      expect(await device.send(collector.url, 2, 4)).toMatchObject({ status: 200, body: { seq: 4 } });
      expect(await taken()).toEqual(UNTIL_NOW);
    });
    test("a batch that begins before the head adds what is new", async () => {
      device.work(1);
      expect(await device.send(collector.url, 5)).toMatchObject({ status: 200, body: { seq: 9 } });
      expect(await taken()).toEqual([...UNTIL_NOW, 8, 9]);
    });
    test("a batch behind a gap is refused, and told where to begin", async () => {
      device.work(2);
      const answer = await device.send(collector.url, 9);
      expect(answer).toMatchObject({ status: 409, body: { code: "gap", head: { seq: 7 } } });
      expect(await alerts()).toEqual([]);
      expect((await device.send(collector.url, (answer.body.head?.seq ?? 0) + 1)).status).toBe(200);
    });
    test("the same batch sent forty times at once stands once", async () => {
      device.work(5);
      const answers = await Promise.all(Array.from({ length: 40 }, () => device.send(collector.url, 8)));
      expect(answers.every(({ status, body }) => status === 200 && body.seq === 17)).toBe(true);
      expect((await taken()).length).toBe(17);
    });
    test("batches of many devices at once share commits and all stand", async () => {
      const others = await Promise.all(Array.from({ length: 20 }, () => enrolled(collector, token)));
      const answers = await Promise.all(others.map((other) => other.work(4).send(collector.url)));
      expect(answers.map(({ status }) => status)).toEqual(others.map(() => 200));
      const { leaves } = await verifyWholeLog(collector.url);
      for (const other of others) expect(seqsOf(leaves, other.chain)).toHaveLength(9);
    });
  });

  describe("attacks: nothing of the batch is taken, and an alert keeps the evidence", () => {
    const refused = async (
      batch: unknown,
      code: string,
      {
        chain = device.chain,
        kind = code,
        seq,
        signer = device.signer,
      }: { chain?: string; kind?: string; seq?: number; signer?: Signer } = {},
    ) => {
      const before = await taken();
      for (let count = 0; count < 5; count += 1)
        expect((await postBatch(collector.url, chain, batch, signer)).body.code).toBe(code);
      expect(await taken()).toEqual(before);
      const raised = (await alerts()).filter((alert) => alert.chain === chain);
      expect(raised).toHaveLength(1);
      expect(raised[0]).toMatchObject({ kind, ...(seq === undefined ? {} : { seq }) });
      return raised[0];
    };
    const changed = (from: string, to: string) => {
      device.work(2);
      const { records, seen } = device.batch(8);
      const at = records.findIndex(({ canonical }) => canonical.includes(from));
      expect(at).toBeGreaterThanOrEqual(0);
      return {
        records: records.map((record, place) =>
          place === at ? { ...record, canonical: record.canonical.replace(from, to) } : record,
        ),
        seen,
      };
    };

    test("a second history from an earlier place: fork", async () => {
      const other = device.forkAt(4).work(3);
      const alert = await refused(other.batch(5), "fork", { seq: 5 });
      expect(JSON.parse(alert?.evidence ?? "").canonical).toBe(other.records[4]?.canonical);
    });
    test("a second history that hides behind the head: fork", async () => {
      const other = device.forkAt(4).work(5);
      await refused(other.batch(8), "fork", { seq: 8 });
    });
    test("a known record with another word and no right signature", () =>
      refused(
        {
          ...device.batch(2, 3),
          records: device.batch(2, 3).records.map((record) => ({
            ...record,
            canonical: record.canonical.replace("SELECT", "DELETE"),
          })),
        },
        "bad-record",
        { seq: 2 },
      ));
    test("a new record with another word", () => refused(changed("SELECT", "DELETE"), "bad-record"));
    test("a record in another form of JSON", () => refused(changed('{"at"', '{ "at"'), "bad-record"));
    test("a record with a field nobody knows", () => refused(changed('"v":1', '"v":1,"w":2'), "bad-record"));
    test("half a surrogate, which would share its hash with others", () =>
      refused(changed('"purpose":null', '"purpose":"\ud800"'), "bad-record"));
    test("half a surrogate, escaped", () =>
      refused(changed('"purpose":null', '"purpose":"\\ud800"'), "bad-record"));
    test("a text that is no record", () =>
      refused(
        { records: [{ canonical: "{}", signature: device.batch().records[0]?.signature }], seen: 0 },
        "bad-record",
      ));
    test("a record signed by a key the chain does not know", async () => {
      device.write(intent(), newSigner());
      await refused(device.batch(8), "bad-record");
    });
    test("a signature that is another record's", async () => {
      device.work(1);
      const [one, two] = device.batch(8).records;
      await refused({ records: [{ ...one, signature: two?.signature }, two], seen: 0 }, "bad-record", {
        seq: 8,
      });
    });
    test("records of another device: replay", async () => {
      const other = (await enrolled(collector, token)).work(9);
      await refused(other.batch(8), "bad-record");
    });
    test("records of another device from the beginning, to a device without records", async () => {
      const empty = await enrolled(collector, token);
      await refused(device.batch(), "bad-record", { chain: empty.chain, seq: 1, signer: empty.signer });
    });
    test("a record dated before its predecessor", async () => {
      device.write(intent(), device.signer, new Date(Date.now() - 48 * HOUR).toISOString());
      await refused(device.batch(8), "bad-record", { seq: 8 });
    });
    test.each(["yesterday", "2026-13-45T00:00:00.000Z", "2026-01-01", "+275760-09-13T00:00:00.001Z"])(
      "the time %s",
      async (at) => {
        device.write(intent(), device.signer, at);
        await refused(device.batch(8), "bad-record");
      },
    );
    test("a fault in the middle takes nothing of what stands before it", async () => {
      device.work(2);
      device.write(intent(), newSigner());
      device.work(2);
      await refused(device.batch(8), "bad-record", { seq: 12 });
    });
    test("a signature that is another record's, further back in the batch", async () => {
      device.work(4);
      const { records } = device.batch(8);
      const signature = records[0]?.signature;
      const swapped = records.map((record, place) => (place === 5 ? { ...record, signature } : record));
      await refused({ records: swapped, seen: 0 }, "bad-record", { seq: 13 });
    });
    test("a flood of different forgeries is one alert, and no fork hides behind it", async () => {
      await device.work(20).send(collector.url, 8);
      for (let seq = 1; seq <= 40; seq += 1) {
        const [record] = device.batch(seq, seq).records;
        const canonical = record?.canonical.replace('"v":1', `"v":1,"forged":${seq}`);
        const forged = { records: [{ ...record, canonical }], seen: 0 };
        expect((await postBatch(collector.url, device.chain, forged, device.signer)).status).toBe(422);
      }
      const other = device.forkAt(4).work(1);
      await postBatch(collector.url, device.chain, other.batch(5));
      const raised = await alerts();
      expect(raised.filter(({ kind }) => kind === "bad-record")).toMatchObject([
        { count: 40, seq: 40, first: { seq: 1 } },
      ]);
      expect(raised.filter(({ kind }) => kind === "fork")).toHaveLength(1);
    });
  });

  describe("what somebody else sends under the device's name, which is public", () => {
    const send = (batch: unknown, signer: Signer | null = null) =>
      postBatch(collector.url, device.chain, batch, signer);
    const forged = () => {
      const { records } = device.work(1).batch(8);
      return { records: records.map((record) => ({ ...record, signature: `${"A".repeat(86)}==` })), seen: 0 };
    };
    test("is refused, counted, and no alert about the device", async () => {
      for (let count = 0; count < 3; count += 1) expect((await send(forged())).body.code).toBe("bad-record");
      expect(await alerts()).toEqual([]);
      const metrics = await (await fetch(`${collector.url}/metrics`)).text();
      expect(metrics).toContain('sluice_collector_unproven_records_total{code="bad-record"} 3');
    });
    test("signed for by a key of their own, no batch at all", async () => {
      expect((await send(forged(), newSigner())).body.code).toBe("not-enrolled");
      expect(await alerts()).toEqual([]);
    });
    test("the device's own records at other places are no second history: an auditor can read them", async () => {
      const [, two, three] = device.batch().records;
      for (const records of [
        [two, two],
        [three, two],
        [two, three, three],
      ])
        expect((await send({ records, seen: 0 })).body.code).toBe("bad-record");
      const [next] = device.work(1).batch(8, 8).records;
      expect((await send({ records: [next, next], seen: 0 })).body.code).toBe("bad-record");
      expect(await alerts()).toEqual([]);
    });
    test("a second history that the device has signed is one, whoever brings it", async () => {
      const other = device.forkAt(4).work(1);
      expect((await send(other.batch(5))).body.code).toBe("fork");
      expect(await alerts()).toMatchObject([{ kind: "fork", seq: 5 }]);
    });
  });

  describe("keys of a chain", () => {
    test("one that was never enrolled is refused until it is, without an alert", async () => {
      const second = newSigner();
      device.write({ kind: "key_introduced", publicKey: second.publicKey, origin: "editor" }, second);
      device.write(intent(), second);
      expect((await device.send(collector.url, 8)).body.code).toBe("not-enrolled");
      expect(await alerts()).toEqual([]);
      const more = device.enrolment(collector.log, "member", [second]);
      expect((await call("PUT", `${collector.url}/v1/devices/${device.chain}`, token, more)).status).toBe(
        200,
      );
      expect((await device.send(collector.url, 8)).status).toBe(200);
    });
    test("one that was enrolled but not introduced signs nothing", async () => {
      const second = newSigner();
      await call(
        "PUT",
        `${collector.url}/v1/devices/${device.chain}`,
        token,
        device.enrolment(collector.log, "member", [second]),
      );
      device.write(intent(), second);
      expect((await device.send(collector.url, 8)).body.code).toBe("bad-record");
    });

    const rotated = async () => {
      const second = newSigner();
      await call(
        "PUT",
        `${collector.url}/v1/devices/${device.chain}`,
        token,
        device.enrolment(collector.log, "member", [second]),
      );
      device.write({ kind: "key_introduced", publicKey: second.publicKey, origin: "editor" }, second);
      device.write({ kind: "key_revoked", key: device.signer.keyId, reason: "rotated" }, second);
      return second;
    };
    test("a revoked one signs nothing more, in the same batch or a later one", async () => {
      const second = await rotated();
      const revokedAt = device.records.length;
      device.write(intent(), second);
      device.write(intent());
      expect(await device.send(collector.url, 8)).toMatchObject({ body: { code: "bad-record" } });
      expect((await device.send(collector.url, 8, revokedAt + 1)).status).toBe(200);
      expect(await device.send(collector.url, revokedAt + 2)).toMatchObject({ body: { code: "bad-record" } });
    });
    test("a revoked one does not come back by introducing itself", async () => {
      await rotated();
      device.write({ kind: "key_introduced", publicKey: device.signer.publicKey, origin: "cli" });
      expect(await device.send(collector.url, 8)).toMatchObject({ body: { code: "bad-record" } });
    });
    test("a revoked one cannot revoke the one that revoked it", async () => {
      const second = await rotated();
      device.write({ kind: "key_revoked", key: second.keyId, reason: "revenge" });
      expect(await device.send(collector.url, 8)).toMatchObject({ body: { code: "bad-record" } });
    });
    test("none says, is lent or is enrolled anything more once the ledger was closed", async () => {
      const actor = { kind: "local_user", account: "ada", host: "laptop" } as const;
      device.write({ kind: "ledger_closed", actor, reason: "another one goes on" });
      const closedAt = device.records.length;
      expect((await device.send(collector.url, 8)).status).toBe(200);
      // What was taken is taken again: an answer may have been lost.
      expect((await device.send(collector.url, 8)).status).toBe(200);
      device.write(intent());
      expect(await device.send(collector.url, closedAt + 1)).toMatchObject({ body: { code: "bad-record" } });
      device.records.pop();
      const second = newSigner();
      const url = `${collector.url}/v1/devices/${device.chain}`;
      const more = await call("PUT", url, token, device.enrolment(collector.log, "member", [second]));
      expect(more).toMatchObject({ status: 403 });
      device.write({ kind: "key_introduced", publicKey: second.publicKey, origin: "editor" }, second);
      expect((await device.send(collector.url, closedAt + 1)).status).toBeGreaterThanOrEqual(400);
      device.records.pop();
      const known = await call("PUT", url, token, device.enrolment(collector.log, "member"));
      expect(known).toMatchObject({ status: 200 });
      const borrower = new Borrower(() => collector, token, device);
      const loan = await borrower.send("/v1/connections/shop/lease", borrower.order("shop", newSealingKey()));
      expect(loan).toMatchObject({ body: { code: "not-enrolled" } });
    });
    test("none revokes itself", async () => {
      device.write({ kind: "key_revoked", key: device.signer.keyId, reason: "tired" });
      expect(await device.send(collector.url, 8)).toMatchObject({ body: { code: "bad-record" } });
    });
  });

  describe("clocks", () => {
    test("a day ahead is tolerated, told once, and may be set right again", async () => {
      device.clock = () => new Date(Date.now() + 24 * HOUR);
      expect((await device.work(2).send(collector.url, 8)).status).toBe(200);
      expect((await device.work(2).send(collector.url, 12)).status).toBe(200);
      device.clock = () => new Date();
      expect((await device.work(2).send(collector.url, 16)).status).toBe(200);
      expect((await alerts()).map(({ kind }) => kind)).toEqual(["clock"]);
    });
    const DAY = 24 * HOUR;
    const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();
    test("many small steps back are one large one", async () => {
      device.write(intent(), device.signer, ago(24.9));
      expect((await device.send(collector.url, 8)).status).toBe(200);
      // A step of a day back from there, in the same batch or in the next.
      device.write(intent(), device.signer, ago(2 * 24.9));
      expect((await device.send(collector.url, 9)).body.code).toBe("bad-record");
      const other = (await enrolled(collector, token)).work(1);
      for (let step = 1; step <= 40; step += 1) other.write(intent(), other.signer, ago(step * 24.9));
      const answer = await other.send(collector.url);
      expect(answer.body.code).toBe("bad-record");
      expect(answer.body.message).toContain("Record 5");
      expect(await taken(other)).toEqual([]);
    });
    test("a ledger that says it is of another year is taken, and told with both times", async () => {
      const old = new TestDevice();
      old.records.length = 0;
      old.clock = () => new Date("1999-01-01T00:00:00.000Z");
      old.write({ kind: "key_introduced", publicKey: old.signer.publicKey, origin: "cli" });
      old.write(intent());
      await call(
        "PUT",
        `${collector.url}/v1/devices/${old.chain}`,
        token,
        old.enrolment(collector.log, "member"),
      );
      expect((await old.send(collector.url)).status).toBe(200);
      const [alert] = await alerts();
      expect(alert).toMatchObject({ kind: "clock", chain: old.chain });
      expect(alert?.what).toContain("1999-01-01T00:00:00.000Z came");
      expect(alert?.what).toContain(new Date().getUTCFullYear().toString());
    });
    test("weeks without a network are no alert, and are found by when they came", async () => {
      const away = new TestDevice();
      away.records.length = 0;
      away.clock = () => new Date(Date.now() - 20 * DAY);
      away.write({ kind: "key_introduced", publicKey: away.signer.publicKey, origin: "cli" });
      away.write(intent({ purpose: "on the road" }));
      await call(
        "PUT",
        `${collector.url}/v1/devices/${away.chain}`,
        token,
        away.enrolment(collector.log, "member"),
      );
      expect((await away.send(collector.url)).status).toBe(200);
      expect(await alerts()).toEqual([]);
      type Hits = { records: readonly { chain: string; kind: string; at: string; receivedAt: string }[] };
      const query = new URLSearchParams({ from: ago(1), kind: "intent" });
      const { body } = await call<Hits>("GET", `${collector.url}/v1/search?${query}`, auditor);
      const hit = body.records.find(({ chain }) => chain === away.chain);
      expect(Date.parse(hit?.receivedAt ?? "") - Date.parse(hit?.at ?? "")).toBeGreaterThan(19 * DAY);
      // Whoever looks into those days finds it as well, once, and nobody who looks into others.
      const then = async (from: number, to: number, more = "") => {
        const window = `from=${ago(24 * from)}&to=${ago(24 * to)}${more}`;
        const found = await call<Hits>("GET", `${collector.url}/v1/search?${window}`, auditor);
        return found.body.records.filter(({ chain }) => chain === away.chain).map(({ kind }) => kind);
      };
      expect(await then(21, 19)).toEqual(["intent", "key_introduced"]);
      expect(await then(21, 19, "&kind=intent&limit=1")).toEqual(["intent"]);
      expect(await then(21, 19, "&kind=intent&text=SELECT")).toEqual(["intent"]);
      expect(await then(25, 21)).toEqual([]);
      expect(await then(10, 5)).toEqual([]);
      expect((await then(25, -1)).toSorted()).toEqual(["intent", "key_introduced"]);
      type Overview = { upTo: number; activity: readonly { statements: number }[] };
      const overview = await call<Overview>("GET", `${collector.url}/v1/overview?from=${ago(2)}`, auditor);
      // Those of the device that was there all the time, and this one.
      expect(overview.body.activity.reduce((sum, { statements }) => sum + statements, 0)).toBe(4);
    });
    test("further ahead waits, without an alert and without a stain", async () => {
      device.clock = () => new Date(Date.now() + 72 * HOUR);
      device.work(1);
      expect(await device.send(collector.url, 8)).toMatchObject({
        status: 503,
        body: { code: "unavailable" },
      });
      expect(await alerts()).toEqual([]);
      expect(await taken()).toEqual(UNTIL_NOW);
    });
  });

  describe("what cannot be stored as it is", () => {
    test("a NUL in a name reaches neither the store's index nor anybody else's batch", async () => {
      const { actor } = intent();
      device.write(
        intent({ actor: { ...actor, name: "A\0da" } as typeof actor, risk: 1e300, effect: "r\0" }),
      );
      const others = await Promise.all([enrolled(collector, token), enrolled(collector, token)]);
      const answers = await Promise.all([
        device.send(collector.url, 8),
        ...others.map((other) => other.work(1).send(collector.url)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    });
  });

  test("an agent that has seen more than there is gets nothing signed", async () => {
    device.work(1);
    const answer = await device.send(collector.url, 8, undefined, 1_000_000);
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(await taken()).toEqual(UNTIL_NOW);
    expect((await alerts()).map(({ kind }) => kind)).toEqual(["behind"]);
  });

  test("the collector's own chain tells of enrolments and alerts, and verifies", async () => {
    await postBatch(collector.url, device.chain, device.forkAt(4).work(1).batch(5));
    const { leaves } = await verifyWholeLog(collector.url);
    const own = leaves.filter((leaf) => !leaf.includes(device.chain));
    // Its key, the log's beginning, the enrolment, the alert.
    expect(own).toHaveLength(4);
  });

  test("an outcome of an intent that is not there harms nothing", async () => {
    device.write(outcome(4_711));
    expect((await device.send(collector.url, 8)).status).toBe(200);
  });

  test("a proof made for another person's name enrols nothing", async () => {
    const mine = new TestDevice();
    const { name, first } = mine.enrolment(collector.log, "other");
    const keys = [
      {
        publicKey: mine.signer.publicKey,
        proof: mine.signer.sign(enrolmentText(mine.chain, collector.log, "other")),
      },
    ];
    const answer = await call<{ code: string }>("PUT", `${collector.url}/v1/devices/${mine.chain}`, token, {
      name,
      keys,
      first,
    });
    expect(answer.body.code).toBe("bad-request");
  });
});
