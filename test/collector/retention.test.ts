import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { ModelsSeen, TaskTimelines } from "../../protocol/collector/behaviour.ts";
import type { EvidencePage, RetentionOverview } from "../../protocol/collector/retention.ts";
import type { FoundRecords, Overview, RecordDetail } from "../../protocol/collector/search.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { signIn, startProvider } from "./people.ts";
import { askStore } from "./storeSql.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

const DAY = 86_400_000;
let provider: DemoProvider;
const tokens = { member: "", auditor: "", admin: "" };

beforeAll(async () => {
  provider = await startProvider();
  for (const who of ["member", "auditor", "admin"] as const) tokens[who] = await signIn(provider, who);
});
afterAll(() => provider.stop());

const MEMBER = { kind: "user", subject: "member", name: "Member", groups: [] } as const;
const AGENT = {
  kind: "ai_agent",
  agent: "copilot",
  model: "large-1",
  host: "editor",
  asserted: true,
} as const;

type Dropped = Extract<RecordBody, { kind: "bodies_dropped" }>;
const isDrop = (body: RecordBody): body is Dropped => body.kind === "bodies_dropped";

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let device: TestDevice;
  /** The collector's clock and the device's, so many days from now. */
  let days = 0;
  const now = () => new Date(Date.now() + days * DAY);

  beforeEach(async () => {
    days = 0;
    told = settings(provider, { ...(await store.fresh()), retention: { days: 30 } });
    collector = await startCollector(told, { now, retentionEveryMs: 150 });
    device = await enrolled(collector, tokens.member);
    device.clock = now;
  });
  afterEach(() => collector.stop());

  const texts = () =>
    askStore<{ seq: number; kind: string; canonical: string | null }>(
      told,
      `SELECT r.seq, r.kind, r.canonical FROM records r JOIN devices d ON d.id = r.device
       WHERE d.chain = '${device.chain}' ORDER BY r.seq`,
    );
  const gone = async () =>
    (await texts()).filter(({ canonical }) => canonical === null).map(({ seq }) => Number(seq));
  const untilGone = (seqs: readonly number[]) =>
    vi.waitFor(async () => expect(await gone()).toEqual(seqs), { timeout: 40_000, interval: 200 });
  const drops = async () => (await ownRecords(told)).filter(isDrop);
  const untilLookedAt = (size: number) =>
    vi.waitFor(
      async () => {
        const [state] = await askStore<{ position: number }>(told, "SELECT position FROM retention");
        expect(Number(state?.position)).toBeGreaterThanOrEqual(size);
      },
      { timeout: 40_000, interval: 200 },
    );
  const hold = (order: object) =>
    call<RetentionOverview["holds"][number]>(
      "POST",
      `${collector.url}/v1/retention/holds`,
      tokens.admin,
      order,
    );
  const send = async () => {
    const { body } = await call<{ seq: number }>("GET", `${collector.url}/v1/devices/${device.chain}/head`);
    expect((await device.send(collector.url, body.seq + 1)).status).toBe(200);
  };

  test("texts of old records go; keys, sessions, open statements and young records stay, and so do the proofs", async () => {
    device.write({ kind: "session_opened", writer: "w1", origin: "cli" });
    device.work(2);
    const open = device.write(intent());
    device.write({ ...intent(), kind: "refused", verdict: "deny" });
    device.write({ kind: "session_closed", writer: "w1", how: "ended" });
    await send();
    const before = await verifyWholeLog(collector.url);
    days = 40;
    device.write(intent());
    await send();
    await untilGone([3, 4, 5, 6, 8]);
    const after = await verifyWholeLog(collector.url);
    expect(after.leaves.slice(0, before.size)).toEqual(before.leaves);
    expect(await drops()).toMatchObject([
      {
        olderThanDays: 30,
        count: 5,
        dropped: [
          {
            chain: device.chain,
            places: [
              { from: 3, to: 6 },
              { from: 8, to: 8 },
            ],
          },
        ],
        holds: [],
      },
    ]);
    // Its outcome comes, and the statement goes when that is old.
    device.write(outcome(open.seq));
    await send();
    days = 80;
    await untilGone([3, 4, 5, 6, 7, 8, 11]);
    // Sent again, it is still known for what it was.
    expect((await device.send(collector.url)).status).toBe(200);
    const other = device.forkAt(5);
    other.work(1);
    expect((await other.send(collector.url)).body.code).toBe("fork");
  });

  test("what is left is true: counts and filters stay, texts are not found, and the record says when they went", async () => {
    device.write(intent({ statement: "SELECT secret_word FROM shop.t" }));
    device.write(outcome(2));
    await send();
    const get = <T>(path: string) => call<T>("GET", `${collector.url}${path}`, tokens.auditor);
    const seen = async () => (await get<Overview>("/v1/overview?from=2020-01-01")).body.totals;
    const counts = await seen();
    expect(counts.statements).toBe(1);
    days = 40;
    await untilGone([2, 3]);
    expect(await seen()).toEqual(counts);
    const found = await get<FoundRecords>("/v1/search?environment=production");
    expect(found.body.records).toMatchObject([{ seq: 2, kind: "intent", summary: null }]);
    const byText = await get<FoundRecords>("/v1/search?text=secret_word");
    expect(byText.body.records).toEqual([]);
    expect(byText.body.textsDroppedTo).not.toBeNull();
    const { body: detail } = await get<RecordDetail>(`/v1/records/${device.chain}/2`);
    expect(detail).toMatchObject({ canonical: null, hash: device.records[1]?.hash });
    const said = await get<RecordDetail>(`/v1/records/${detail.dropped?.chain}/${detail.dropped?.seq}`);
    expect(JSON.parse(said.body.canonical ?? "{}").body.kind).toBe("bodies_dropped");
    const { body: report } = await get<{ textsDroppedTo: string | null }>(
      `/v1/reports/soc2?from=2020-01-01&to=2040-01-01`,
    );
    expect(report.textsDroppedTo).not.toBeNull();
  });

  test("what models were shown is told when the texts are gone; a task does not pass for whole without them", async () => {
    const actor = { ...AGENT, onBehalfOf: { ...MEMBER, issuer: provider.issuer } };
    const cards = (columns: readonly string[]): RecordBody =>
      intent({
        actor,
        task: "t1",
        outputs: [{ name: "c", mask: null, sources: [...columns] }],
        labels: columns.map((column) => ({ column, infoType: "payment_card", level: "restricted" })),
      });
    device.write(cards(["shop.cards.card_number"]));
    device.write(outcome(2, { rows: 20 }));
    // What shows nothing of the kind tells nothing of it either way.
    device.write(cards([]));
    device.write(outcome(4, { rows: 20 }));
    await send();
    const seen = async () =>
      (await call<ModelsSeen>("GET", `${collector.url}/v1/models?type=payment_card`, tokens.auditor)).body;
    expect(await seen()).toMatchObject({ exposures: [{ shownRows: 20 }], since: null, complete: true });
    days = 40;
    const budget = { statements: 1, rows: 1, minutes: 1 };
    device.write({ kind: "task_opened", task: "t1", actor, purpose: "count cards", budget });
    await send();
    await untilGone([2, 3, 4, 5]);
    expect(await seen()).toMatchObject({ exposures: [{ shownRows: 20 }], since: null });
    const { body } = await call<TaskTimelines>("GET", `${collector.url}/v1/tasks/t1`, tokens.auditor);
    expect(body.timelines).toMatchObject([{ complete: false }]);
  });

  test("a device that says it is old does not get its records dropped", async () => {
    days = 9.4;
    const before = (await enrolled(collector, tokens.member)).work(1);
    await before.send(collector.url);
    days = 10;
    device.clock = () => new Date(now().getTime() - 23 * 3_600_000);
    device.work(3);
    await send();
    days = 39.5;
    await vi.waitFor(async () => expect(await drops()).toHaveLength(1), { timeout: 40_000, interval: 200 });
    expect((await drops())[0]?.dropped).toMatchObject([{ chain: before.chain }]);
    expect(await gone()).toEqual([]);
    days = 41;
    await untilGone([2, 3, 4, 5, 6, 7]);
  });

  test.each([
    ["an actor", { actor: "user|https://id.example|u1" }],
    ["a connection", { connection: "Shop" }],
    ["a column", { column: "clinic.patients.ssn" }],
    ["a table", { column: "clinic.patients" }],
    ["a time", { from: "2020-01-01T00:00:00Z", to: "2040-01-01T00:00:00Z" }],
    ["everything", {}],
  ])("a hold of %s keeps what it covers, with its outcome, until it is lifted", async (_what, scope) => {
    const labels = [{ column: "clinic.patients.ssn", infoType: "us_ssn", level: "restricted" }];
    device.write(intent({ labels }));
    device.write(outcome(2));
    const { body } = await hold({ ...scope, reason: "case 4711" });
    const other = intent();
    const ofAnother = {
      actor: { ...other.actor, subject: "u2" },
      connection: { ...other.connection, name: "Else" },
    };
    const free = device.write({ ...other, ...ofAnother } as RecordBody);
    device.write(outcome(free.seq));
    await send();
    days = 40;
    const all = "from" in scope || Object.keys(scope).length === 0;
    await untilLookedAt(5);
    await untilGone(all ? [] : [4, 5]);
    for (const { holds } of await drops()) expect(holds).toEqual([body.id]);
    expect(
      (
        await call("POST", `${collector.url}/v1/retention/holds/${body.id}/lift`, tokens.admin, {
          reason: "settled",
        })
      ).status,
    ).toBe(200);
    await untilGone([2, 3, 4, 5]);
    const kinds = (await ownRecords(told)).map(({ kind }) => kind);
    expect(kinds.indexOf("hold_set")).toBeLessThan(kinds.indexOf("hold_lifted"));
    const overview = await call<RetentionOverview>("GET", `${collector.url}/v1/retention`, tokens.auditor);
    expect(overview.body).toMatchObject({
      days: 30,
      dropped: 4,
      holds: [{ id: body.id, reason: "case 4711" }],
    });
    expect(overview.body.holds[0]?.liftedAt).not.toBeNull();
  });

  test("a program that acts for the person is held with them, and a statement nobody understood with every column", async () => {
    const person = {
      kind: "user" as const,
      subject: "u1",
      issuer: "https://id.example",
      name: "Ada",
      groups: [],
    };
    await hold({ actor: "user|https://id.example|u1", reason: "case 1" });
    await hold({ column: "clinic.patients.ssn", reason: "case 2" });
    const agent = {
      kind: "ai_agent" as const,
      agent: "copilot",
      model: "unknown",
      host: "unknown",
      onBehalfOf: person,
      asserted: true,
    };
    const other = { ...person, subject: "u2" };
    device.write({ ...intent({ actor: agent }), kind: "refused" });
    device.write({ ...intent({ actor: other, effect: "unknown" }), kind: "refused" });
    device.write({ ...intent({ actor: other }), kind: "refused" });
    // An outcome of a statement that is not there: nobody can tell whose it was.
    device.write(outcome(999));
    await send();
    days = 40;
    await untilGone([4]);
  });

  test("what a collector says of itself is taken from no device", async () => {
    const scope = { actor: null, connection: null, column: null, from: null, to: null };
    const actor = intent().actor;
    const bodies: RecordBody[] = [
      { kind: "bodies_dropped", olderThanDays: 1, from: "", to: "", count: 0, dropped: [], holds: [] },
      { kind: "hold_lifted", hold: "x", actor, reason: "mine" },
      { kind: "hold_set", hold: "x", actor, scope, reason: "mine" },
      { kind: "log_started", log: collector.log, previous: null, kept: 0 },
    ];
    for (const body of bodies) {
      const liar = await enrolled(collector, tokens.member);
      liar.write(body);
      expect((await liar.send(collector.url)).body.code).toBe("bad-record");
    }
    const signer = newSigner();
    const liar = device.forkAt(1);
    liar.write({ kind: "key_introduced", publicKey: signer.publicKey, origin: "collector" }, signer);
    expect((await liar.send(collector.url)).status).not.toBe(200);
  });

  test("members see what was dropped and not whom a hold is about", async () => {
    device.work(1);
    await hold({ actor: "user|https://id.example|u9", reason: "a suspicion" });
    await send();
    days = 40;
    await untilGone([2, 3]);
    const evidence = async (token: string) =>
      (await call<EvidencePage>("GET", `${collector.url}/v1/retention/evidence`, token)).body.records.map(
        ({ canonical }) => JSON.parse(canonical).body.kind,
      );
    expect(await evidence(tokens.member)).toEqual(["key_introduced", "bodies_dropped"]);
    expect(await evidence(tokens.auditor)).toEqual(["key_introduced", "hold_set", "bodies_dropped"]);
    for (const [token, path] of [
      [tokens.member, "/v1/retention"],
      [tokens.auditor, "/v1/retention/holds"],
    ] as const) {
      const method = path.endsWith("holds") ? "POST" : "GET";
      const body = method === "POST" ? { reason: "mine" } : undefined;
      expect((await call(method, `${collector.url}${path}`, token, body)).status).toBe(403);
    }
  });

  test("an order for a hold that cannot be read sets none", async () => {
    for (const order of [
      { reason: " " },
      {},
      { reason: "x", person: "ada" },
      { reason: "x", from: "yesterday" },
      { reason: "x", actor: "ada@id.example" },
      { reason: "x", column: "ssn" },
      { reason: "x", from: "2030-01-01T00:00:00Z", to: "2020-01-01T00:00:00Z" },
    ])
      expect((await hold(order)).status).toBe(400);
    expect((await ownRecords(told)).some(({ kind }) => kind === "hold_set")).toBe(false);
  });

  test("many records go in stretches, and none of them twice after a restart", async () => {
    device.work(700);
    for (let from = 1; from <= device.records.length; from += 400)
      expect(
        (await device.send(collector.url, from, Math.min(from + 399, device.records.length))).status,
      ).toBe(200);
    days = 40;
    await vi.waitFor(async () => expect((await drops()).length).toBeGreaterThan(0), { timeout: 40_000 });
    await collector.stop();
    collector = await startCollector(told, { now, retentionEveryMs: 150 });
    await untilGone(device.records.slice(1).map(({ seq }) => seq));
    const said = await drops();
    expect(said.reduce((sum, { count }) => sum + count, 0)).toBe(1_400);
    const places = said.flatMap(({ dropped }) => dropped.flatMap((one) => one.places));
    expect(places.reduce((sum, { from, to }) => sum + to - from + 1, 0)).toBe(1_400);
  });
});

test("a text that was dropped is in no file of the SQLite store", async () => {
  let days = 0;
  const now = () => new Date(Date.now() + days * DAY);
  const told = settings(provider, { retention: { days: 30 } });
  const collector = await startCollector(told, { now, retentionEveryMs: 150 });
  const device = await enrolled(collector, tokens.member);
  device.write(intent({ statement: `SELECT 'needle-in-the-store' -- ${"long ".repeat(3_000)}` }));
  device.write(outcome(2));
  await device.send(collector.url);
  days = 40;
  await vi.waitFor(async () => expect((await ownRecords(told)).some(isDrop)).toBe(true), {
    timeout: 30_000,
    interval: 200,
  });
  await collector.stop();
  for (const name of fs.readdirSync(told.data))
    expect(fs.readFileSync(path.join(told.data, name)).includes("needle-in-the-store"), name).toBe(false);
});
