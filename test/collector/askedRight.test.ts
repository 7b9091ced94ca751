import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { wrongField } from "../../collector/http/wrongField.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import type { FacetValue } from "../../protocol/collector/search.ts";
import { type Stage, setStage } from "./approving.ts";
import { decideStatements } from "./decidedStatements.ts";
import { call } from "./device.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  beforeAll(async () => {
    collector = await startCollector(settings(stage.provider, await store.fresh()));
    await decideStatements(collector, stage);
  });
  afterAll(() => collector.stop());

  const ask = <T>(path: string, who: keyof Stage["tokens"] = "auditor") =>
    call<T>("GET", `${collector.url}${path}`, stage.tokens[who]);

  test.each([
    ["/v1/search?actr=ada", "actr", 'no parameter "actr"'],
    ["/v1/search?actor=a&actor=b", "actor", "more than once"],
    ["/v1/search?risk=high", "risk", '"risk" has to be a number'],
    ["/v1/search?risk=101", "risk", '"risk" has to be at most 100'],
    ["/v1/search?from=yesterday", "from", '"from" has to be a time with its zone'],
    ["/v1/search?from=2026-03-02&to=2026-03-01", "to", '"to" is before "from"'],
    [
      "/v1/search?decision=perhaps",
      "decision",
      '"decision" has to be one of allowed, approved, held, blocked',
    ],
    ["/v1/search?verdict=perhaps", "verdict", '"verdict" has to be one of allow, approve, deny'],
    ["/v1/search?limit=9999", "limit", '"limit" has to be at most 500'],
    ["/v1/search?cursor=x", "cursor", '"cursor" does not have the form'],
    ["/v1/search?text=%00", "text", '"text" is not what it has to be'],
    ["/v1/facets?fro=2026-01-01", "fro", 'no parameter "fro"'],
    ["/v1/overview?form=2026-01-01", "form", 'no parameter "form"'],
    ["/v1/terms?filter=colour", "filter", '"filter" has to be one of actor'],
    ["/v1/reports/soc2?form=html", "form", 'no parameter "form"'],
    ["/v1/models?modell=x", "modell", 'no parameter "modell"'],
  ])("%s is refused at its name", async (path, field, words) => {
    const { status, body } = await ask<CollectorRefusal>(path);
    expect({ status, code: body.code, field: body.field }).toEqual({
      status: 400,
      code: "bad-request",
      field,
    });
    expect(body.message).toContain(words);
  });

  describe("values to choose from", () => {
    const values = async (query: string, who?: keyof Stage["tokens"]) => {
      const { status, body } = await ask<{ values: readonly FacetValue[] }>(`/v1/terms?${query}`, who);
      expect(status).toBe(200);
      return body.values;
    };

    test("hold the text anywhere, whatever its case, with how often they are recorded", async () => {
      expect(await values("filter=table&text=PEOPLE")).toEqual([
        { value: "shop.people", name: "shop.people", count: 4 },
      ]);
      expect((await values("filter=column&text=note")).map(({ value }) => value)).toEqual([
        "shop.people.note",
      ]);
      expect(await values("filter=table&text=nowhere")).toEqual([]);
      expect(await values("filter=connection")).toEqual([{ value: "Shop", name: "Shop", count: 7 }]);
      expect(await values("filter=column&text=%25")).toEqual([]);
    });

    test("people are found by their names and by their identities", async () => {
      for (const text of ["ADA of", "|ada"]) {
        const [found] = await values(`filter=actor&text=${encodeURIComponent(text)}`);
        expect(found).toMatchObject({
          value: expect.stringMatching(/^user\|.*\|ada$/),
          name: "ada of the test",
        });
      }
    });

    test("a member is offered nothing of what others did", async () => {
      expect(await values("filter=table", "omar")).toEqual([]);
      expect(await values("filter=actor", "omar")).toEqual([]);
      expect((await values("filter=table&text=people", "ada")).map(({ value }) => value)).toEqual([
        "shop.people",
      ]);
    });
  });

  test("an order that is wrong names the field, also deep inside, and repeats nothing of what was sent", async () => {
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    const order = (path: string, body: unknown, method: "PUT" | "POST" = "PUT") =>
      call<CollectorRefusal>(method, `${collector.url}${path}`, stage.tokens.admin, body);
    const saved = await order("/v1/searches", { name: "", query: "secret-value" });
    expect(saved.body).toMatchObject({ code: "bad-request", field: "name" });
    expect(saved.body.message).toBe('"name" has to have at least 1 characters.');
    const state = await order(`/v1/devices/${device.chain}/state`, { state: "secret-value" }, "POST");
    expect(state.body.field).toBe("state");
    expect(JSON.stringify([saved.body, state.body])).not.toContain("secret-value");
  });
});

describe("what is wrong with a value, in words", () => {
  const schema = z.strictObject({
    name: z.string().min(2),
    count: z.number().int(),
    inner: z.object({ list: z.array(z.enum(["a", "b"])).max(1) }),
    either: z.union([z.object({ at: z.string() }), z.object({ no: z.number(), yes: z.number() })]),
  });
  const right = { name: "ab", count: 1, inner: { list: ["a"] }, either: { at: "x" } };

  test.each([
    [{ name: undefined }, "name", "is missing"],
    [{ count: "1" }, "count", "has to be a number"],
    [{ count: 1.5 }, "count", "has to be a whole number"],
    [{ inner: { list: ["a", "b"] } }, "inner.list", "has to have at most 1 entries"],
    [{ inner: { list: ["c"] } }, "inner.list.0", "has to be one of a, b"],
    [{ either: { at: 1 } }, "either.at", "has to be a text"],
    [{ either: 1 }, "either", "is not what it has to be"],
    [{ other: 1 }, "other", "is no field of this request"],
  ])("%j", (changes, field, wanted) => {
    const value = { ...right, ...changes };
    const { error } = schema.safeParse(value);
    if (error === undefined) throw new Error("It was taken.");
    expect(wrongField(error, value)).toEqual({ field, wanted });
  });
});
