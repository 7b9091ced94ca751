import { fakerEN as faker } from "@faker-js/faker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopeOf } from "../../collector/search/scope.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import { actorIdentity } from "../../protocol/actor.ts";
import type {
  ActorSeen,
  ColumnAccess,
  DeviceSessions,
  Facets,
  FoundRecords,
  Overview,
  RecordDetail,
  SavedSearch,
  Timeline,
} from "../../protocol/collector/search.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { call, type TestDevice } from "./device.ts";
import { PEOPLE, type Person, signIn, startProvider } from "./people.ts";
import { ask } from "./statements.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let provider: DemoProvider;
const tokens = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  for (const person of PEOPLE) tokens.set(person, await signIn(provider, person));
});
afterAll(() => provider.stop());

const MINUTE = 60_000;
/** Whole minutes, so that several records share a time. */
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  let others: TestDevice;
  let member: Actor;
  let other: Actor;
  let agent: Actor;
  const [asked, othersAsked, agentsAsked]: [number[], number[], number[]] = [[], [], []];

  beforeAll(async () => {
    faker.seed(7);
    collector = await startCollector(settings(provider, await store.fresh()));
    const person = (subject: Person): Extract<Actor, { kind: "user" }> => ({
      kind: "user",
      issuer: provider.issuer,
      subject,
      name: `${subject} of the test`,
      groups: [],
    });
    member = person("member");
    other = person("other");
    agent = {
      kind: "ai_agent",
      agent: "copilot",
      model: "unknown",
      host: "unknown",
      onBehalfOf: person("member"),
      asserted: false,
    };
    device = await enrolled(collector, tokens.get("member") ?? "");
    others = await enrolled(collector, tokens.get("other") ?? "", "other");
    device.write({ kind: "session_opened", writer: "w1", origin: "cli" });
    others.write({ kind: "session_opened", writer: "w9", origin: "editor" });
    for (let count = 0; count < 120; count += 1) {
      const at = new Date(NOW - (120 - count) * MINUTE + (count % 3) * 10);
      if (count % 3 === 2) agentsAsked.push(ask(device, agent, at));
      else if (count % 3 === 1) othersAsked.push(ask(others, other, at));
      else asked.push(ask(device, member, at));
    }
    // Somebody else signed in on the member's machine.
    othersAsked.push(ask(device, other, new Date(NOW), { verdict: "allow" }));
    device.write({ kind: "session_closed", writer: "w1", how: "ended" });
    for (const each of [device, others]) {
      for (let from = 1; from <= each.records.length; from += 100) {
        const { status, body } = await each.send(
          collector.url,
          from,
          Math.min(from + 99, each.records.length),
        );
        expect(body).toMatchObject({ checkpoint: expect.any(String) });
        expect(status).toBe(200);
      }
    }
  });
  afterAll(() => collector.stop());

  const get = async <T>(who: Person, path: string): Promise<T> => {
    const { status, body } = await call<T>("GET", `${collector.url}${path}`, tokens.get(who) ?? "");
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };
  const status = async (who: Person, path: string): Promise<number> =>
    (await call("GET", `${collector.url}${path}`, tokens.get(who) ?? "")).status;

  /** Every page of a search. */
  async function all(who: Person, query: string): Promise<FoundRecords["records"]> {
    const records: FoundRecords["records"][number][] = [];
    for (let cursor = ""; ; ) {
      const page = await get<FoundRecords>(who, `/v1/search?${query}${cursor}`);
      records.push(...page.records);
      if (page.next === null) return records;
      cursor = `&cursor=${page.next}`;
    }
  }
  const keys = (records: FoundRecords["records"]) => records.map(({ chain, seq }) => `${chain} ${seq}`);

  describe("search", () => {
    test("an auditor finds everything, newest first, and each record once however small the pages", async () => {
      const found = await all("auditor", "limit=7");
      expect(new Set(keys(found)).size).toBe(found.length);
      expect(keys(found)).toEqual(keys(await all("auditor", "limit=500")));
      const times = found.map(({ at }) => at);
      expect(times).toEqual(times.toSorted().reverse());
      const ours = found.filter(({ chain }) => chain === device.chain);
      expect(ours).toHaveLength(device.records.length);
    });

    test("each filter finds what fulfils it, and nothing else", async () => {
      const bodies = new Map(
        [device, others].flatMap(({ chain, records }) =>
          records.map(({ seq, canonical }) => [`${chain} ${seq}`, canonical] as const),
        ),
      );
      const expected = (fulfils: (body: Record<string, unknown>) => boolean) =>
        [...bodies]
          .filter(([, canonical]) => fulfils(JSON.parse(canonical).body))
          .map(([key]) => key)
          .toSorted();
      const found = async (query: string) => keys(await all("auditor", query)).toSorted();
      const text = (value: unknown) => JSON.stringify(value) ?? "";
      expect(await found("verdict=deny")).toEqual(expected(({ verdict }) => verdict === "deny"));
      expect(await found("verdict=allow")).toEqual(expected(({ verdict }) => verdict === "allow"));
      expect(await found("connection=Clinic")).toEqual(
        expected(({ connection }) => text(connection).includes('"Clinic"')),
      );
      expect(await found("kind=refused&effect=write")).toEqual(expected(({ kind }) => kind === "refused"));
      expect(await found("type=us_ssn")).toEqual(expected(({ labels }) => text(labels).includes('"us_ssn"')));
      expect(await found("column=shop.customers.email")).toEqual(
        expected((body) => text([body.reads, body.writes, body.labels]).includes('"shop.customers.email"')),
      );
      expect(await found("table=clinic.patients&environment=production")).toEqual(
        expected(
          ({ reads, connection }) =>
            text(reads).includes('"clinic.patients.') && text(connection).includes('"production"'),
        ),
      );
      expect(await found("rule=drop-table")).toEqual(
        expected(({ findings }) => text(findings).includes('"drop-table"')),
      );
      expect(await found("risk=50")).toEqual(expected(({ risk }) => typeof risk === "number" && risk >= 50));
      expect(await found("type=us_ssn&rule=none-such")).toEqual([]);
    });

    test("a text is found in statements alone, whatever its case, quotes and line breaks", async () => {
      const records = await all("auditor", `text=${encodeURIComponent("\nfrom SHOP.orders\n")}`);
      expect(records.length).toBeGreaterThan(0);
      for (const { summary } of records) expect(summary).toContain("FROM shop.orders");
      // Stands in every one of these records, and in no statement.
      expect(await all("auditor", "text=policyVersion")).toEqual([]);
      expect(await all("auditor", `text=${encodeURIComponent("%")}`)).toEqual([]);
    });

    test("a period is of the device's own time, its end excluded", async () => {
      const [from, to] = [new Date(NOW - 60 * MINUTE), new Date(NOW - 30 * MINUTE)];
      const found = await all("auditor", `from=${from.toISOString()}&to=${to.toISOString()}&kind=intent`);
      expect(found.length).toBeGreaterThan(10);
      for (const { at } of found) {
        expect(Date.parse(at)).toBeGreaterThanOrEqual(from.getTime());
        expect(Date.parse(at)).toBeLessThan(to.getTime());
      }
    });

    test("what is no filter's value is refused by name", async () => {
      for (const query of [
        "limit=0",
        "limit=9999",
        "cursor=x",
        "from=yesterday",
        "risk=x",
        "actor=",
        "text=%00",
      ]) {
        const answer = await call<{ message: string }>(
          "GET",
          `${collector.url}/v1/search?${query}`,
          tokens.get("auditor") ?? "",
        );
        expect({ query, status: answer.status }).toEqual({ query, status: 400 });
      }
    });

    test("facets count the records a search finds", async () => {
      const { facets, counted, more } = await get<Facets>("auditor", "/v1/facets?kind=intent");
      expect(more).toBe(false);
      expect(counted).toBe((await all("auditor", "kind=intent")).length);
      for (const { value, count } of facets.type) {
        const found = await all("auditor", `kind=intent&type=${value}`);
        expect({ value, count }).toEqual({ value, count: found.length });
      }
      expect(facets.actor.map(({ value }) => value)).toEqual(
        expect.arrayContaining([actorIdentity(member), actorIdentity(agent), actorIdentity(other)]),
      );
    });
  });

  describe("members see what they did, and nothing of others", () => {
    const own = () => [actorIdentity(member), actorIdentity(agent)];

    test("search and facets", async () => {
      const found = await all("member", "limit=500");
      expect(found.length).toBeGreaterThan(0);
      for (const { actor } of found) expect(own()).toContain(actor?.id);
      const { facets } = await get<Facets>("member", "/v1/facets");
      expect(facets.actor.map(({ value }) => value).toSorted()).toEqual(own().toSorted());
      // A filter by somebody else widens nothing.
      expect(await all("member", `actor=${encodeURIComponent(actorIdentity(other))}`)).toEqual([]);
    });

    test("records: another's are as if they were not there, outcomes too", async () => {
      const mine = asked.at(0) ?? 0;
      const theirs = othersAsked.at(-1) ?? 0;
      expect(await status("member", `/v1/records/${device.chain}/${mine}`)).toBe(200);
      expect(await status("member", `/v1/records/${device.chain}/${theirs}`)).toBe(404);
      expect(await status("member", `/v1/records/${device.chain}/${theirs + 1}`)).toBe(404);
      expect(await status("member", `/v1/records/${others.chain}/3`)).toBe(404);
      expect(await status("member", `/v1/records/${others.chain}/1`)).toBe(404);
      expect(await status("other", `/v1/records/${device.chain}/${theirs}`)).toBe(200);
      expect(await status("approver", `/v1/records/${device.chain}/${mine}`)).toBe(404);
      expect(await status("auditor", `/v1/records/${device.chain}/${theirs}`)).toBe(200);
    });

    test("timelines: of their own device, without what others did there", async () => {
      const { records } = await get<Timeline>("member", `/v1/devices/${device.chain}/timeline`);
      const theirs = othersAsked.at(-1) ?? 0;
      expect(records.map(({ seq }) => seq)).not.toContain(theirs);
      expect(records.map(({ seq }) => seq)).not.toContain(theirs + 1);
      expect(records.map(({ seq }) => seq)).toContain(1);
      expect(await status("member", `/v1/devices/${others.chain}/timeline`)).toBe(404);
      expect(await status("member", `/v1/devices/${others.chain}/sessions`)).toBe(404);
    });

    test("columns, actors and the overview", async () => {
      const access = await get<ColumnAccess>("member", "/v1/columns/shop.customers.email/access");
      for (const { actor } of access.actors) expect(own()).toContain(actor.id);
      const path = (actor: Actor) => `/v1/actors/${encodeURIComponent(actorIdentity(actor))}/seen`;
      expect(await status("member", path(other))).toBe(403);
      expect(await status("member", path(agent))).toBe(200);
      const mine = await get<Overview>("member", "/v1/overview");
      const everybodys = await get<Overview>("auditor", "/v1/overview");
      expect(mine.totals.statements).toBe(asked.length + agentsAsked.length);
      expect(everybodys.totals.statements).toBe(asked.length + agentsAsked.length + othersAsked.length);
      for (const { actor } of mine.actors) expect(own()).toContain(actor.id);
      for (const { actor } of mine.riskiest) expect(own()).toContain(actor?.id);
    });

    test("a program that acts for an auditor sees what programs did for them, and no more", () => {
      const auditor = {
        issuer: "https://id.example",
        subject: "eve",
        name: "Eve",
        email: null,
        signedIn: false,
        groups: [],
        roles: new Set(["member", "auditor"] as const),
      };
      expect(scopeOf({ ...auditor, kind: "person" })).toEqual({ kind: "all" });
      expect(scopeOf({ ...auditor, kind: "delegate" })).toEqual({
        kind: "own",
        actors: ["ai_agent for user|https://id.example|eve"],
      });
      // One who shares a long beginning with another is not taken for them.
      const long = {
        ...auditor,
        kind: "person",
        subject: "s".repeat(400),
        roles: new Set<"member">(),
      } as const;
      expect(scopeOf(long)).toEqual({ kind: "own", actors: [] });
    });

    test("somebody who did nothing sees nothing", async () => {
      expect(await all("approver", "limit=500")).toEqual([]);
      const { totals, actors } = await get<Overview>("approver", "/v1/overview");
      expect(totals.statements).toBe(0);
      expect(actors).toEqual([]);
    });
  });

  test("a record comes with its proof and with what belongs to it", async () => {
    const seq = asked.find((each) => device.records[each]?.canonical.includes('"outcome"')) ?? 0;
    const detail = await get<RecordDetail>("auditor", `/v1/records/${device.chain}/${seq}`);
    expect(detail).toMatchObject({
      canonical: device.records[seq - 1]?.canonical,
      hash: device.records[seq - 1]?.hash,
      publicKey: device.signer.publicKey,
      device: { name: "laptop", owner: "member of the test", state: "active" },
    });
    expect(detail.related.map(({ seq: at, kind }) => [at, kind])).toEqual([[seq + 1, "outcome"]]);
    const back = await get<RecordDetail>("auditor", `/v1/records/${device.chain}/${seq + 1}`);
    expect(back.related.map(({ seq: at }) => at)).toEqual([seq]);
  });

  test("a device's sessions have their ends", async () => {
    const { sessions } = await get<DeviceSessions>("auditor", `/v1/devices/${device.chain}/sessions`);
    expect(sessions).toMatchObject([{ writer: "w1", from: 2, to: device.records.length, how: "ended" }]);
    const open = await get<DeviceSessions>("auditor", `/v1/devices/${others.chain}/sessions`);
    expect(open.sessions).toMatchObject([{ writer: "w9", to: null, how: null }]);
  });

  describe("counts agree with the records", () => {
    const told = (chainOf: TestDevice) => chainOf.records.map(({ canonical }) => JSON.parse(canonical).body);

    test("masked cells, blocked and waiting statements", async () => {
      const bodies = [...told(device), ...told(others)];
      const { totals, upTo } = await get<Overview>("auditor", "/v1/overview");
      expect(upTo.counted).toBe(upTo.size);
      expect(totals.maskedCells).toBe(bodies.reduce((sum, { maskedCells }) => sum + (maskedCells ?? 0), 0));
      expect(totals.blocked).toBe(bodies.filter(({ verdict }) => verdict === "deny").length);
      expect(totals.waiting).toBe(bodies.filter(({ verdict }) => verdict === "approve").length);
      expect(totals.failed).toBe(bodies.filter((body) => body.outcome === "failed").length);
    });

    test("who touched a column, and what an agent saw of it", async () => {
      const column = "shop.customers.email";
      const { actors } = await get<ColumnAccess>("auditor", `/v1/columns/${column}/access`);
      const seen = await get<ActorSeen>(
        "auditor",
        `/v1/actors/${encodeURIComponent(actorIdentity(agent))}/seen`,
      );
      const expected = { shown: 0, masked: 0 };
      for (const { seq, canonical } of device.records) {
        const { body } = JSON.parse(canonical);
        if (body.kind !== "intent" || body.actor.kind !== "ai_agent") continue;
        const output = body.outputs.find((each: { sources: string[] }) => each.sources.includes(column));
        const came = JSON.parse(device.records[seq]?.canonical ?? "{}").body;
        if (output !== undefined) expected[output.mask === null ? "shown" : "masked"] += came.rows ?? 0;
      }
      const rows = (uses: ActorSeen["columns"][number]["uses"] | undefined, use: string) =>
        uses?.find((each) => each.use === use)?.rows ?? 0;
      const mine = seen.columns.find((each) => each.column === column);
      expect(mine).toMatchObject({ infoType: "email", level: "confidential" });
      expect({ shown: rows(mine?.uses, "shown"), masked: rows(mine?.uses, "masked") }).toEqual(expected);
      const there = actors.find(({ actor }) => actor.id === actorIdentity(agent));
      expect(there?.uses).toEqual(mine?.uses);
    });
  });

  test("saved searches are each person's own", async () => {
    const save = (who: Person, name: string, query: string) =>
      call("PUT", `${collector.url}/v1/searches`, tokens.get(who) ?? "", { name, query });
    expect((await save("member", "blocked", "verdict=deny")).status).toBe(200);
    expect((await save("other", "blocked", "verdict=approve")).status).toBe(200);
    expect((await save("member", "", "x")).status).toBe(400);
    expect((await save("member", "a\nb", "x")).status).toBe(400);
    const of = (who: Person) => get<{ searches: SavedSearch[] }>(who, "/v1/searches");
    expect(await of("member")).toEqual({ searches: [{ name: "blocked", query: "verdict=deny" }] });
    expect(await of("other")).toEqual({ searches: [{ name: "blocked", query: "verdict=approve" }] });
    await save("member", "blocked", "");
    expect(await of("member")).toEqual({ searches: [] });
    expect((await of("other")).searches).toHaveLength(1);
  });

  test("whatever a device says, what it and others did goes on being counted", async () => {
    const before = await get<Overview>("auditor", "/v1/overview");
    const long = "r".repeat(400);
    const hostile = await enrolled(collector, tokens.get("other") ?? "", "other");
    hostile.write(
      intent({
        actor: other,
        findings: [1, 2].map((end) => ({ rule: `${long}${end}`, verdict: "deny" })),
        reads: [1, 2].map((end) => ({ column: `shop.t.${long}${end}`, role: "filter_other" })),
        labels: [1, 2].map((end) => ({
          column: `shop.t.${long}${end}`,
          infoType: `${long}\0`,
          level: "x\0",
        })),
        outputs: Array.from({ length: 50 }, () => ({
          name: "a",
          mask: "full",
          sources: [`shop.t.${long}1`],
        })),
        statement: "SELECT '\0 \\u0000' -- \u0000",
      }),
    );
    for (let count = 0; count < 20; count += 1)
      hostile.write(outcome(2, { rows: Number.MAX_SAFE_INTEGER, maskedCells: Number.MAX_SAFE_INTEGER }));
    hostile.write(outcome(2, { rows: -1_000_000, maskedCells: -1_000_000 }));
    hostile.write(outcome(999_999_999));
    expect((await hostile.send(collector.url)).status).toBe(200);
    const { totals, upTo } = await get<Overview>("auditor", "/v1/overview");
    expect(upTo.counted).toBe(upTo.size);
    expect(totals.maskedCells).toBeGreaterThan(before.totals.maskedCells);
    expect((await all("auditor", "text=select&limit=500")).length).toBeGreaterThan(100);
    await get<Facets>("auditor", "/v1/facets");
  });
});
