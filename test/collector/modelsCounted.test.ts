import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import type { ModelsSeen } from "../../protocol/collector/behaviour.ts";
import type { Report } from "../../protocol/collector/report.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { call, type TestDevice } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { askStore } from "./storeSql.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

const DAY = 86_400_000;
const CARD = "shop.cards.card_number";

let provider: DemoProvider;
let member: string;
let auditor: string;
beforeAll(async () => {
  provider = await startProvider();
  [member, auditor] = [await signIn(provider, "member"), await signIn(provider, "auditor")];
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let device: TestDevice;
  let days = 0;
  const now = () => new Date(Date.now() + days * DAY);
  const start = () => startCollector(told, { now, retentionEveryMs: 150 });

  beforeEach(async () => {
    days = 0;
    told = settings(provider, { ...(await store.fresh()), retention: { days: 30 } });
    collector = await start();
    device = await enrolled(collector, member);
    device.clock = now;
  });
  afterEach(() => collector.stop());

  const cards = (model: string, changes: Partial<IntentBody> = {}): IntentBody =>
    intent({
      actor: {
        kind: "ai_agent",
        agent: "copilot",
        model,
        host: "editor",
        onBehalfOf: { kind: "user", issuer: provider.issuer, subject: "member", name: "Member", groups: [] },
        asserted: true,
      },
      task: "t1",
      reads: [],
      outputs: [{ name: "c", mask: null, sources: [CARD] }],
      labels: [{ column: CARD, infoType: "payment_card", level: "restricted" }],
      ...changes,
    });
  const send = async () => {
    const { body } = await call<{ seq: number }>("GET", `${collector.url}/v1/devices/${device.chain}/head`);
    expect((await device.send(collector.url, body.seq + 1)).status).toBe(200);
  };
  const seen = async (query = "") => {
    const { status, body } = await call<ModelsSeen>("GET", `${collector.url}/v1/models${query}`, auditor);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };
  const dropped = () =>
    vi.waitFor(
      async () => {
        const rows = await askStore(told, "SELECT 1 FROM records WHERE canonical IS NULL");
        expect(rows.length).toBeGreaterThan(0);
      },
      { timeout: 40_000, interval: 200 },
    );
  /** What is counted is thrown away, as somebody may who has the file. */
  const forget = async () => {
    await collector.stop();
    if (told.database === undefined) {
      const file = new Database(path.join(told.data, "console.db"));
      file.exec("UPDATE search_state SET counts = 0; DELETE FROM model_state; DELETE FROM model_seen");
      file.close();
    } else for (const sql of ["DELETE FROM model_state", "DELETE FROM model_seen"]) await askStore(told, sql);
    collector = await start();
  };

  test("rows are what outcomes say, however late they come, and each statement counts once", async () => {
    const first = device.write(cards("m"));
    await send();
    // Nobody knows the end of it yet, so it counts as the most that may have been shown.
    expect(await seen()).toMatchObject({ exposures: [{ statements: 1, shownRows: 1000 }], since: null });
    device.write(outcome(first.seq, { rows: 3 }));
    device.write(outcome(first.seq, { rows: 50 }));
    await send();
    device.write(outcome(first.seq, { rows: 70 }));
    const { seq } = device.write(cards("m"));
    device.write(outcome(seq, { rows: -40 }));
    const unknown = device.write(cards("m"));
    device.write(outcome(unknown.seq, { outcome: "unknown", rows: null }));
    await send();
    expect(await seen()).toMatchObject({
      exposures: [{ statements: 2, shownRows: 1003, first: { seq: first.seq }, last: { seq: unknown.seq } }],
    });
  });

  test("an outcome of one device ends no statement of another", async () => {
    const mine = device.write(cards("m"));
    await send();
    const other = await enrolled(collector, member);
    other.write(intent());
    for (let count = 0; count < 4; count += 1) other.write(outcome(mine.seq, { rows: 0 }));
    await other.send(collector.url);
    expect(await seen()).toMatchObject({ exposures: [{ statements: 1, shownRows: 1000 }] });
  });

  test("what was masked, what chose rows and what was only counted are told apart", async () => {
    const email = { column: "shop.people.email", infoType: "email", level: "confidential" };
    const labels = [{ column: CARD, infoType: "payment_card", level: "restricted" }, email];
    const masked = { name: "c", mask: "last4", sources: [CARD] };
    const reads = [{ column: email.column, role: "filter_equality" }];
    device.write(outcome(device.write(cards("m", { labels, reads, outputs: [masked] })).seq, { rows: 5 }));
    const counted = { name: "n", mask: null, sources: [CARD], countOnly: true as const };
    device.write(outcome(device.write(cards("counter", { outputs: [counted] })).seq, { rows: 1 }));
    device.write({ ...cards("refused"), kind: "refused", verdict: "deny" });
    await send();
    const { exposures, filtered } = await seen();
    expect(exposures).toMatchObject([
      {
        model: "m",
        infoType: "payment_card",
        maskedRows: 5,
        shownRows: 0,
        masks: ["last4"],
        columns: [CARD],
      },
    ]);
    expect(filtered.map(({ model, infoType, statements }) => [model, infoType, statements])).toEqual([
      ["counter", "payment_card", 1],
      ["m", "email", 1],
    ]);
    expect((await seen("?type=email")).exposures).toEqual([]);
    expect((await seen("?type=email")).filtered).toHaveLength(1);
    expect((await seen("?model=counter")).filtered).toHaveLength(1);
    expect((await seen("?model=nobody")).filtered).toEqual([]);
    expect((await seen("?environment=staging")).exposures).toEqual([]);
  });

  test("names of any length, in any script, stop nothing from being counted", async () => {
    const long = (from: number) =>
      String.fromCodePoint(...Array.from({ length: 400 }, () => from + Math.floor(Math.random() * 5_000)));
    const column = `s.t.${long(0x4e00)}`;
    const labels = [{ column, infoType: long(0x5000), level: long(0x6000) }];
    const { connection } = intent();
    const body = cards(long(0x7000), {
      labels,
      outputs: [{ name: "c", mask: long(0x5500), sources: [column] }],
      connection: { ...connection, environment: long(0x5a00) },
    });
    device.write(outcome(device.write(body).seq, { rows: 1 }));
    device.write(outcome(device.write(cards("m")).seq, { rows: 1 }));
    await send();
    const { exposures, upTo } = await seen();
    expect(upTo.counted).toBe(upTo.size);
    expect(exposures).toHaveLength(2);
    expect((await seen(`?model=${encodeURIComponent(exposures[1]?.model ?? "")}`)).exposures).toHaveLength(1);
  });

  test("whoever makes columns up takes none away from another line", async () => {
    const made = 10_200;
    const each = 200;
    for (let from = 0; from < made; from += each) {
      const columns = Array.from({ length: each }, (_, place) => `a.b.c${from + place}`);
      const body = cards("!flood", {
        outputs: columns.map((column) => ({ name: "c", mask: `m${column}`, sources: [column] })),
        labels: columns.map((column) => ({ column, infoType: "payment_card", level: "restricted" })),
      });
      device.write(outcome(device.write(body).seq, { rows: 1 }));
    }
    const masked = { name: "c", mask: "last4", sources: [CARD] };
    device.write(outcome(device.write(cards("m", { outputs: [masked] })).seq, { rows: 2 }));
    await send();
    const { exposures } = await seen();
    expect(exposures.find(({ model }) => model === "m")).toMatchObject({
      ...{ columns: [CARD], masks: ["last4"], maskedRows: 2, moreColumns: 0 },
    });
    const { columns = [], moreColumns = 0 } = exposures.find(({ model }) => model === "!flood") ?? {};
    expect(columns.length + moreColumns).toBe(made);
    expect(columns.length).toBeGreaterThan(1_000);
  });

  test("a statement whose end nobody tells names its columns and masks all the same", async () => {
    const masked = { name: "c", mask: "last4", sources: [CARD] };
    device.write(cards("m", { outputs: [masked] }));
    await send();
    expect((await seen()).exposures).toMatchObject([
      { maskedRows: 1000, shownRows: 0, columns: [CARD], masks: ["last4"], moreColumns: 0 },
    ]);
  });

  test("a period is asked by whole days", async () => {
    for (const day of [0, 3, 5]) {
      days = day;
      device.write(outcome(device.write(cards("m")).seq, { rows: 1 }));
      await send();
    }
    const time = (day: number) => new Date(Date.now() + day * DAY).toISOString();
    expect(await seen()).toMatchObject({ exposures: [{ statements: 3 }] });
    expect(await seen(`?from=${time(2)}`)).toMatchObject({
      exposures: [{ statements: 2, first: { seq: 4 } }],
    });
    expect(await seen(`?from=${time(2)}&to=${time(4)}`)).toMatchObject({
      exposures: [{ statements: 1, first: { seq: 4 }, last: { seq: 4 } }],
    });
  });

  test("what texts said before they were dropped stays counted; counted anew, it is said since when it is whole", async () => {
    device.write(outcome(device.write(cards("m")).seq, { rows: 20 }));
    device.write(outcome(device.write(intent()).seq));
    await send();
    days = 40;
    device.write(outcome(device.write(cards("m")).seq, { rows: 2 }));
    await send();
    await dropped();
    expect(await seen()).toMatchObject({
      exposures: [{ shownRows: 22, first: { seq: 2 } }],
      since: null,
      missed: 0,
    });
    const figure = async () => {
      const { body } = await call<Report>("GET", `${collector.url}/v1/reports/pci?from=2020-01-01`, auditor);
      return body.controls
        .flatMap(({ figures }) => figures)
        .find(({ name }) => name === "Rows of cardholder data shown to AI models in the clear");
    };
    expect(await figure()).not.toHaveProperty("atLeast");
    await forget();
    const again = await seen();
    expect(again).toMatchObject({ exposures: [{ shownRows: 2 }], missed: 1 });
    expect(Date.parse(again.since ?? "")).toBeLessThan(now().getTime() - 39 * DAY);
    expect(await figure()).toMatchObject({ value: 2, atLeast: true });
  });
});
