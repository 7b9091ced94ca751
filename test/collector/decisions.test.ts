import { afterAll, beforeAll, expect, test } from "vitest";
import { openSearch } from "../../collector/search/openSearch.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { AuditRecord, IntentBody } from "../../protocol/audit/record.ts";
import type {
  ActorSeen,
  ColumnAccess,
  DecisionKind,
  Facets,
  FoundRecords,
  Overview,
  RecordDetail,
} from "../../protocol/collector/search.ts";
import { intent, outcome } from "../audit/records.ts";
import { Hand, type Stage, setStage } from "./approving.ts";
import { type Decided, decideStatements } from "./decidedStatements.ts";
import { call } from "./device.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: Decided["device"];
  let approval: Decided["approval"];
  let places: Decided["places"];

  beforeAll(async () => {
    collector = await startCollector(settings(stage.provider, await store.fresh()));
    ({ device, approval, places } = await decideStatements(collector, stage));
  });
  afterAll(() => collector.stop());

  async function get<T>(path: string, who: keyof Stage["tokens"] = "auditor"): Promise<T> {
    const { status, body } = await call<T>("GET", `${collector.url}${path}`, stage.tokens[who]);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  }
  const detail = (seq: number, who?: keyof Stage["tokens"]) =>
    get<RecordDetail>(`/v1/records/${device.chain}/${seq}`, who);

  test("each statement says what was decided of it, and by whom it was approved", async () => {
    const decisions = async (seq: number) => (await detail(seq)).hit.decision;
    expect(await decisions(places.held)).toEqual({ kind: "held" });
    expect(await decisions(places.approved)).toEqual({ kind: "approved", by: ["dana of the test"] });
    expect(await decisions(places.blocked)).toEqual({ kind: "blocked" });
    expect(await decisions(places.read)).toEqual({ kind: "allowed" });
    expect(await decisions(places.came)).toBeNull();
  });

  test.each([
    ["held", () => [places.held]],
    ["approved", () => [places.misused, places.approved]],
    ["blocked", () => [places.blocked]],
    ["allowed", () => [places.read]],
  ] as const satisfies readonly (readonly [DecisionKind, () => readonly number[]])[])(
    "a search for what was %s finds that and nothing else",
    async (decision, expected) => {
      const { records } = await get<FoundRecords>(`/v1/search?decision=${decision}`);
      expect(records.map(({ seq }) => seq)).toEqual(expected());
      const { facets } = await get<Facets>(`/v1/facets?decision=${decision}`);
      expect(facets.decision).toEqual([{ value: decision, name: decision, count: records.length }]);
    },
  );

  test("the overview tells approved from held and from blocked", async () => {
    const { totals, actors } = await get<Overview>("/v1/overview");
    expect(totals).toMatchObject({ statements: 5, approved: 2, waiting: 1, blocked: 1 });
    expect(actors[0]).toMatchObject({ approved: 2 });
  });

  test("a record leads to its approval as it stands, for those who may see it", async () => {
    const asked = [{ id: approval, kind: "statement", state: "used" }];
    for (const seq of [places.held, places.requested, places.approved])
      expect((await detail(seq)).approvals).toEqual(asked);
    expect((await detail(places.approved, "ada")).approvals).toEqual(asked);
    expect((await detail(places.held)).related.map(({ seq }) => seq)).toEqual([places.requested]);
    const { records } = await get<FoundRecords>(`/v1/search?approval=${approval}`);
    expect(records.map(({ kind }) => kind).toSorted()).toEqual(
      ["approval_answered", "approval_closed", "approval_granted", "approval_opened"].concat([
        ...["approval_requested", "intent", "intent"],
      ]),
    );
  });

  test("whoever answered a request finds it among their own, and nobody else does", async () => {
    const box = (who: keyof Stage["tokens"]) => new Hand(() => collector, stage.tokens[who]).box("decided");
    expect(await box("dana")).toEqual([approval]);
    expect(await box("erin")).toEqual([]);
    expect(await box("ada")).toEqual([]);
  });

  test("an alert stands on the record it is about, for auditors alone", async () => {
    const what = "the approval was used before";
    expect((await detail(places.misused)).alerts).toMatchObject([
      { kind: "grant", what, certain: true, acknowledgedBy: null },
    ]);
    expect((await detail(places.approved)).alerts).toEqual([]);
    expect((await detail(places.misused, "ada")).alerts).toEqual([]);
  });

  test("rows that a write changed are counted, and those it did not change are not", async () => {
    const summary = async (seq: number) => (await detail(seq)).hit.summary;
    expect(await summary(places.came)).toBe(`Statement ${places.approved}: done, 3 rows changed`);
    expect(await summary(places.misused + 1)).toBe(
      `Statement ${places.misused}: rolled back, 9 rows would have changed`,
    );
    expect(await summary(places.read + 1)).toBe(
      `Statement ${places.read}: done, 3 rows handed out, 3 cells masked`,
    );
    const { actors } = await get<ColumnAccess>("/v1/columns/shop.people.note/access");
    expect(actors[0]?.uses).toMatchObject([
      { use: "written", requests: 2, rows: 3 },
      { use: "refused", requests: 2, rows: 0 },
    ]);
    const actor = encodeURIComponent(actors[0]?.actor.id ?? "");
    const seen = await get<ActorSeen>(`/v1/actors/${actor}/seen`);
    const note = seen.columns.find(({ column }) => column === "shop.people.note");
    expect(note?.uses.find(({ use }) => use === "written")?.rows).toBe(3);
  });

  test("counts of an earlier release are made again, but for what only dropped texts could tell", async () => {
    const settled = settings(stage.provider, await store.fresh());
    const openedWith = { ...settled, data: settled.data ?? "" };
    const first = await startCollector(settled);
    const other = await enrolled(first, stage.tokens.ada, "ada");
    const actor = device.records.flatMap(({ canonical }): readonly IntentBody["actor"][] => {
      const { body }: AuditRecord = JSON.parse(canonical);
      return body.kind === "intent" ? [body.actor] : [];
    })[0];
    if (actor === undefined) throw new Error("No statement was written.");
    const wrote: Partial<IntentBody> = {
      ...{ actor, verdict: "approve", effect: "write", writes: ["shop.people.note"] },
    };
    const { seq } = other.write(intent({ ...wrote, grant: { id: "a".repeat(32), approvers: ["dana"] } }));
    other.write(outcome(seq, { rows: 0, affected: 4 }));
    expect((await other.send(first.url)).status).toBe(200);
    const counted = async (running: RunningCollector) => {
      const ask = async <T>(path: string): Promise<T> =>
        (await call<T>("GET", `${running.url}${path}`, stage.tokens.auditor)).body;
      const { totals } = await ask<Overview>("/v1/overview");
      const { actors } = await ask<ColumnAccess>("/v1/columns/shop.people.note/access");
      const written = actors[0]?.uses.find(({ use }) => use === "written");
      return { statements: totals.statements, approved: totals.approved, written: written?.rows };
    };
    expect(await counted(first)).toEqual({ statements: 1, approved: 1, written: 4 });
    await first.stop();

    /** Leaves the counts as the release before would have. */
    const before = async (droppedTo: number | null): Promise<void> => {
      const search = await openSearch(openedWith);
      await search.all("UPDATE search_state SET counts = 1");
      await search.all("UPDATE activity SET approved = 0");
      await search.all("UPDATE column_use SET handed_out = 0 WHERE used = 'written'");
      await search.all("UPDATE retention SET dropped_to = $1", [droppedTo]);
      await search.close();
    };
    for (const [droppedTo, written] of [
      [null, 4],
      [1, 0],
    ] as const) {
      await before(droppedTo);
      const again = await startCollector(settled);
      expect(await counted(again)).toEqual({ statements: 1, approved: 1, written });
      await again.stop();
    }
  });
});
