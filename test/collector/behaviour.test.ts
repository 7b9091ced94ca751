import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import type { ModelsSeen, SuggestionsMade, TaskTimelines } from "../../protocol/collector/behaviour.ts";
import type { Report } from "../../protocol/collector/report.ts";
import type { ColumnAccess, FoundRecords, RecordDetail } from "../../protocol/collector/search.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { call, type TestDevice } from "./device.ts";
import { PEOPLE, type Person, signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let provider: DemoProvider;
const tokens = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  for (const person of PEOPLE) tokens.set(person, await signIn(provider, person));
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  let cardAt = 0;
  let suggestedAt = 0;
  let member: Extract<Actor, { kind: "user" }>;

  const agent = (model: string): Actor => ({
    kind: "ai_agent",
    agent: "copilot",
    model,
    host: "editor",
    onBehalfOf: member,
    asserted: true,
  });
  const cards = (model: string, mask: string | null, changes: Partial<IntentBody> = {}): IntentBody =>
    intent({
      actor: agent(model),
      task: "t1",
      statement: "SELECT card_number FROM shop.cards",
      reads: [{ column: "shop.cards.card_number", role: "output" }],
      outputs: [{ name: "card_number", mask, sources: ["shop.cards.card_number"] }],
      labels: [{ column: "shop.cards.card_number", infoType: "payment_card", level: "restricted" }],
      ...changes,
    });
  const ran = (body: IntentBody, rows: number): number => {
    const { seq } = device.write(body);
    device.write(outcome(seq, { rows }));
    return seq;
  };

  beforeAll(async () => {
    collector = await startCollector(settings(provider, await store.fresh()));
    member = { kind: "user", issuer: provider.issuer, subject: "member", name: "Member", groups: [] };
    device = await enrolled(collector, tokens.get("member") ?? "");
    const opened = { budget: { statements: 1, rows: 1, minutes: 1 }, actor: agent("large-1") };
    device.write({ kind: "task_opened", task: "t1", purpose: "count cards", ...opened });
    ran(cards("large-1", "last4"), 20);
    device.write({
      kind: "suggestion_made",
      suggestion: "s1",
      actor: agent("large-1"),
      task: "t1",
      connection: intent().connection,
      model: "large-1",
      how: "chat",
      promptHash: "ab".repeat(32),
      prompt: null,
      statement: "UPDATE shop.orders SET total = 1",
      statementHash: "cd".repeat(32),
    });
    device.write({
      kind: "suggestion_decided",
      suggestion: "s1",
      actor: member,
      decision: "run",
      reason: null,
      milliseconds: 900,
      statementHash: "cd".repeat(32),
      difference: "@@",
    });
    suggestedAt = device.write(
      intent({ actor: member, suggestion: "s1", effect: "write", writes: ["shop.orders.total"] }),
    ).seq;
    device.write(outcome(suggestedAt, { rows: null, affected: 4 }));
    cardAt = ran(
      cards("small-1", null, { findings: [{ rule: "first-restricted-use", verdict: "allow" }] }),
      7,
    );
    ran(cards("small-1", null, { connection: { ...intent().connection, environment: "staging" } }), 9);
    const counted = { name: "count", mask: null, sources: ["shop.cards.card_number"] };
    ran(
      cards("counter-1", null, {
        task: null,
        outputs: [{ ...counted, transform: "aggregate", countOnly: true }],
      }),
      1,
    );
    device.write({ kind: "task_stopped", task: "t1", actor: agent("large-1"), cause: "probing", words: "w" });
    const { status } = await device.send(collector.url, 1, device.records.length);
    expect(status).toBe(200);
  });
  afterAll(() => collector.stop());

  const get = async <T>(who: Person, path: string): Promise<T> => {
    const { status, body } = await call<T>("GET", `${collector.url}${path}`, tokens.get(who) ?? "");
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };

  describe("a task", () => {
    test("is told step by step to who may read it, each step with the hash that proves it", async () => {
      for (const who of ["member", "auditor"] as const) {
        const { timelines } = await get<TaskTimelines>(who, "/v1/tasks/t1");
        expect(timelines).toHaveLength(1);
        const [told] = timelines;
        expect(told?.complete).toBe(true);
        expect(told?.timeline).toMatchObject({
          purpose: "count cards",
          models: ["large-1", "small-1"],
          state: { kind: "stopped", cause: "probing" },
          totals: { statements: 3, rows: 36, anomalies: 1 },
        });
        expect(told?.timeline.steps.map(({ kind }) => kind)).toEqual([
          "opened",
          "statement",
          "suggested",
          "suggestion_decided",
          "statement",
          "statement",
          "stopped",
        ]);
        for (const { seq, hash } of told?.timeline.steps ?? []) {
          const detail = await get<RecordDetail>(who, `/v1/records/${told?.chain}/${seq}`);
          expect(detail.hash).toBe(hash);
        }
      }
    });

    test("is to others as if there were none", async () => {
      for (const path of ["/v1/tasks/t1", "/v1/tasks/none"]) {
        const { status, body } = await call("GET", `${collector.url}${path}`, tokens.get("other") ?? "");
        expect({ status, body }).toMatchObject({ status: 404, body: { code: "not-found" } });
      }
    });

    test("is found by a search, as are models and suggestions", async () => {
      const count = async (query: string): Promise<number> =>
        (await get<FoundRecords>("auditor", `/v1/search?${query}`)).records.length;
      expect(await count("task=t1")).toBe(6);
      expect(await count("suggestion=s1")).toBe(3);
      expect(await count("model=small-1&type=payment_card&environment=production")).toBe(1);
      expect(await count("model=none")).toBe(0);
    });
  });

  test("what came of a suggestion is followed into the data, by who may read it", async () => {
    const told = await get<SuggestionsMade>("member", "/v1/suggestions?task=t1");
    expect(told.suggestions).toMatchObject([
      {
        chain: device.chain,
        influence: {
          suggestion: "s1",
          model: "large-1",
          decided: { decision: "run", by: "Member", changed: true },
          runs: [
            { record: { seq: suggestedAt }, writes: ["shop.orders.total"], outcome: "done", affected: 4 },
          ],
        },
      },
    ]);
    expect((await get<SuggestionsMade>("other", "/v1/suggestions")).suggestions).toEqual([]);
  });

  describe("what models saw", () => {
    test("is told by label, with the record that proves it", async () => {
      const { exposures, complete } = await get<ModelsSeen>(
        "auditor",
        "/v1/models?type=payment_card&environment=production",
      );
      expect(complete).toBe(true);
      expect(exposures).toHaveLength(2);
      expect(exposures).toContainEqual(
        expect.objectContaining({ model: "large-1", shownRows: 0, maskedRows: 20, masks: ["last4"] }),
      );
      const shown = exposures.find(({ model }) => model === "small-1");
      expect(shown).toMatchObject({ shownRows: 7, maskedRows: 0, columns: ["shop.cards.card_number"] });
      expect(shown?.first.seq).toBe(cardAt);
      const detail = await get<RecordDetail>("auditor", `/v1/records/${shown?.first.chain}/${cardAt}`);
      expect(shown?.first).toMatchObject({ hash: detail.hash, leaf: detail.proof.index });
    });

    test("to be told how many there are is not to be shown one", async () => {
      const { exposures, filtered } = await get<ModelsSeen>("auditor", "/v1/models");
      expect(exposures.map(({ model }) => model)).not.toContain("counter-1");
      expect(filtered).toMatchObject([{ model: "counter-1", infoType: "payment_card", statements: 1 }]);
      const from = new Date(Date.now() - 86_400_000).toISOString();
      const { actors } = await get<ColumnAccess>(
        "auditor",
        `/v1/columns/shop.cards.card_number/access?from=${from}`,
      );
      const uses = actors.flatMap((one) => one.uses);
      expect(uses).toContainEqual(expect.objectContaining({ use: "filtered", requests: 1 }));
      expect(uses).toContainEqual(expect.objectContaining({ use: "shown", requests: 2, rows: 16 }));
    });

    test("is no business of members", async () => {
      const { status } = await call("GET", `${collector.url}/v1/models`, tokens.get("member") ?? "");
      expect(status).toBe(403);
    });

    test("stands in the report on cardholder data", async () => {
      const from = new Date(Date.now() - 86_400_000).toISOString();
      const { controls } = await get<Report>("auditor", `/v1/reports/pci?from=${from}`);
      const figures = controls.flatMap(({ figures: all }) => all);
      expect(figures).toContainEqual(
        expect.objectContaining({
          name: "Rows of cardholder data shown to AI models in the clear",
          value: 16,
        }),
      );
      expect(figures).toContainEqual(
        expect.objectContaining({ name: "Rows of cardholder data shown to AI models masked", value: 20 }),
      );
    });
  });
});
