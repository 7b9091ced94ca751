import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asker, SearchDatabase, Value } from "../../collector/search/database.ts";
import { openSearch } from "../../collector/search/openSearch.ts";
import type { Place } from "../../collector/search/place.ts";
import { placesOf } from "../../collector/search/placesOf.ts";
import { readRecordQuery } from "../../collector/search/recordQuery.ts";
import type { Scope } from "../../collector/search/scope.ts";
import { countDays } from "../../collector/search/termDays.ts";
import { openStore } from "../../collector/store/openStore.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newFolder } from "./stores.ts";

/** More than is looked through at first, and more of one connection than one window may find. */
const ROWS = 60_000;
const BEGAN = Date.UTC(2024, 0, 1);
/** Ten records share each time; the next ten come 1,000 seconds later: ten weeks in all. */
const STEP = 1_000_000;
const timeOf = (leaf: number): number => BEGAN + Math.floor(leaf / 10) * STEP;
const LATE_BY = 20 * 86_400_000;

interface Row {
  readonly leaf: number;
  readonly at: number;
  readonly said: number | null;
  readonly carries: ReadonlySet<string>;
  readonly risk: number;
}

/** What the database is filled with, said once more in another language. */
function rowOf(leaf: number): Row {
  const [at, blocked] = [timeOf(leaf), leaf % 100 === 0];
  return {
    leaf,
    at,
    said: leaf % 500 === 7 ? at - LATE_BY : null,
    carries: new Set([
      `actor:u${leaf % 10}`,
      `connection:${leaf < 45_000 ? "old" : "new"}`,
      `environment:${["production", "staging"][leaf % 2]}`,
      `kind:${blocked ? "refused" : "intent"}`,
      `verdict:${blocked ? "deny" : "allow"}`,
      "effect:read",
      ...(leaf % 10 === 3 ? ["rule:three"] : []),
      ...(leaf % 2 === 0 && (leaf < 15_000 || leaf > 59_900) ? ["task:again"] : []),
      ...(leaf >= 1_000 && leaf < 1_005 ? ["column:rare.one"] : []),
    ]),
    risk: leaf % 100,
  };
}
const ALL: readonly Row[] = Array.from({ length: ROWS }, (_, leaf) => rowOf(leaf));

let server: TestPostgres;
let search: SearchDatabase;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  const options = { data: newFolder(), database: server.connectionString };
  await (await openStore(options)).close();
  search = await openSearch(options);
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`CREATE TABLE records_0 PARTITION OF records FOR VALUES FROM (0) TO (40000)`);
  await client.query(`CREATE TABLE records_1 PARTITION OF records FOR VALUES FROM (40000) TO (${ROWS})`);
  await client.query(
    `INSERT INTO records (leaf_index, device, seq, hash, signature, canonical, received_at, at, said_at, kind, actor,
       connection, environment, verdict, effect, risk, terms)
     SELECT n, 1, n, '\\x00', '\\x00', '{"body":{"statement":"SELECT ' || n || '"},"as":"' || repeat('wide as records are ', 60) || '"}', t, t,
       CASE WHEN n % 500 = 7 THEN t - ${LATE_BY} END, CASE WHEN n % 100 = 0 THEN 'refused' ELSE 'intent' END,
       'u' || n % 10, CASE WHEN n < 45000 THEN 'old' ELSE 'new' END,
       (ARRAY['production', 'staging'])[1 + n % 2], CASE WHEN n % 100 = 0 THEN 'deny' ELSE 'allow' END, 'read', n % 100,
       CASE WHEN n % 10 = 3 THEN ARRAY['rule:three'] ELSE '{}' END
         || CASE WHEN n % 2 = 0 AND (n < 15000 OR n > 59900) THEN ARRAY['task:again'] ELSE '{}' END
         || CASE WHEN n BETWEEN 1000 AND 1004 THEN ARRAY['column:rare.one'] ELSE '{}' END
     FROM (SELECT n, ${BEGAN} + n / 10 * ${STEP}::bigint AS t FROM generate_series(0, ${ROWS - 1}) n) made`,
  );
  await client.query("ANALYZE records");
  await client.query(
    `INSERT INTO tree (id, size, subtrees, log, epoch, log_key, checkpoint) VALUES (1, ${ROWS}, '', 'log', 1, '', '')`,
  );
  const terms = new Map<string, number>();
  for (const { carries } of ALL) for (const term of carries) terms.set(term, (terms.get(term) ?? 0) + 1);
  for (const [term, records] of terms)
    await client.query("INSERT INTO search_terms VALUES ($1, $2)", [term, records]);
}, 120_000);
afterAll(async () => {
  await client.end();
  await search.close();
  await server.stop();
});

const EVERYBODY: Scope = { kind: "all" };

function asked(text: string) {
  const given = new URLSearchParams(text);
  return readRecordQuery({
    query: (name) => given.get(name) ?? undefined,
    request: { query: Object.fromEntries(given) },
  });
}

/** The same by looking at every record. */
function expected(text: string, scope: Scope): readonly number[] {
  const { filters, from, to, minRisk } = asked(text);
  const within = (time: number): boolean => (from === null || time >= from) && (to === null || time < to);
  return ALL.filter(
    ({ at, said, carries, risk }) =>
      [...filters].every(([filter, value]) =>
        filter === "decision"
          ? carries.has("kind:refused") && carries.has("verdict:deny")
          : carries.has(`${filter}:${value}`),
      ) &&
      (within(at) || (said !== null && within(said))) &&
      (minRisk === null || risk >= minRisk) &&
      (scope.kind === "all" || scope.actors.some((actor) => carries.has(`actor:${actor}`))),
  )
    .toSorted((one, other) => other.at - one.at || other.leaf - one.leaf)
    .map(({ leaf }) => leaf);
}

async function everyPage(text: string, scope: Scope, limit: number, most: number): Promise<readonly Place[]> {
  const found: Place[] = [];
  for (let cursor = ""; found.length < most; ) {
    const { places } = await placesOf(search, asked(`${text}&limit=${limit}${cursor}`), scope);
    found.push(...places.slice(0, limit));
    const last = found.at(-1);
    if (places.length <= limit || last === undefined) break;
    cursor = `&cursor=${last.at}.${last.leaf_index}`;
  }
  return found;
}

const iso = (leaf: number): string => new Date(timeOf(leaf)).toISOString();

const SEARCHES: readonly (readonly [string, string])[] = [
  ["what all carry", "effect=read"],
  ["what hardly any carry", "column=rare.one"],
  ["two that are frequent and always meet", "actor=u3&rule=three"],
  ["two that are frequent and never meet", "actor=u4&rule=three"],
  ["what was in use long ago only", "connection=old"],
  ["the same beside what all carry, which one window cannot hold", "connection=old&effect=read"],
  ["what was in use long ago only, with what is everywhere", "connection=old&rule=three&environment=staging"],
  ["what was done long ago and again just now", "task=again"],
  ["the same beside what never meets it", "task=again&rule=three"],
  ["the same with what was in use long ago", "task=again&connection=old"],
  ["what was blocked", "decision=blocked&connection=old"],
  ["a risk beside a filter", "risk=90&rule=three"],
  ["nothing, where a name is nobody's", "actor=nobody&effect=read"],
  ["a window, and what was said in it and came late", `from=${iso(10_000)}&to=${iso(12_000)}`],
  ["the same of one connection", `from=${iso(10_000)}&to=${iso(12_000)}&connection=old`],
  ["late ones alone", `from=${iso(-17_280)}&to=${iso(-17_000)}`],
  ["everything since", `from=${iso(59_000)}&environment=production`],
  ["everything before", `to=${iso(500)}&environment=staging`],
];

/** Counts by day are as far as this, or belong to another log. */
async function countedTo(days: number | "another log"): Promise<void> {
  const { marks } = search;
  if (marks === null) throw new Error("PostgreSQL has no index of marks.");
  await client.query("DELETE FROM term_days");
  await client.query("UPDATE search_state SET days = 0, days_epoch = 1 WHERE id = 1");
  const size = days === "another log" ? ROWS : days;
  while (await search.transaction((asker) => countDays(asker, marks, { size, epoch: 1 })));
  // What the other log carried is not where this one carries it.
  if (days === "another log")
    await client.query(
      "UPDATE search_state SET days_epoch = 2 WHERE id = 1; UPDATE term_days SET day = day + 10000",
    );
}

describe.each([
  ["of everything", ROWS],
  ["of all but the newest", ROWS - 15_000],
  ["too far behind", 10_000],
  ["of another log", "another log" as const],
])("finds what looking at every record finds, with counts by day %s:", (_name, days) => {
  beforeAll(() => countedTo(days));

  test.each(SEARCHES)("%s", async (_name, text) => {
    for (const scope of [EVERYBODY, { kind: "own", actors: ["u3", "u7"] } as const]) {
      const want = expected(text, scope);
      const got = await everyPage(text, scope, 500, 2_000);
      expect(got.map(({ leaf_index }) => leaf_index)).toEqual(want.slice(0, got.length));
      expect(got.length).toBeGreaterThanOrEqual(Math.min(want.length, 2_000));
    }
  });

  test("in small pages, across times that many records share", async () => {
    const text = `connection=old&rule=three&to=${iso(45_200)}`;
    const got = await everyPage(text, EVERYBODY, 7, 100);
    expect(got.map(({ leaf_index }) => leaf_index)).toEqual(expected(text, EVERYBODY).slice(0, got.length));
  });

  test("a text among what two filters leave, and where it had to stop", async () => {
    const one = await placesOf(search, asked("connection=old&rule=three&text=SELECT 44003"), EVERYBODY);
    expect(one).toMatchObject({ places: [{ leaf_index: 44_003 }], stopped: null });
    const { places, stopped } = await placesOf(
      search,
      asked("connection=old&effect=read&text=SELECT 13"),
      EVERYBODY,
    );
    expect(places).toEqual([]);
    expect(stopped).toMatchObject({ leaf: 25_000 });
    const next = asked(`connection=old&effect=read&text=SELECT 13&cursor=${stopped?.at}.${stopped?.leaf}`);
    expect((await placesOf(search, next, EVERYBODY)).places.length).toBeGreaterThan(50);
  });

  test("counts that are behind cost time, and no record", async () => {
    await client.query("UPDATE search_terms SET records = 1 WHERE term = 'connection:old'");
    for (const text of ["connection=old", "connection=old&effect=read"]) {
      const got = await everyPage(text, EVERYBODY, 500, 500);
      expect(got.map(({ leaf_index }) => leaf_index)).toEqual(expected(text, EVERYBODY).slice(0, 500));
    }
  });
});

/** The same search, telling what it asks by sets of places. */
function watching(
  seen: (asker: Asker, sql: string, values: readonly Value[]) => Promise<void>,
): SearchDatabase {
  const { statement, position, textBudget, marks } = search;
  if (marks === null) throw new Error("PostgreSQL has no index of marks.");
  return {
    ...{ statement, position, textBudget },
    all: (sql, values) => search.all(sql, values),
    hasTerm: (placeholder, few) => search.hasTerm(placeholder, few),
    transaction: (work) => search.transaction(work),
    close: () => search.close(),
    marks: {
      ...marks,
      bySets: (work) =>
        marks.bySets((asker) =>
          work({
            all: async (sql, values = []) => {
              await seen(asker, sql, values);
              return asker.all(sql, values);
            },
          }),
        ),
    },
  };
}

test("passes over the days on which nothing carries what is asked for", async () => {
  await countedTo(ROWS);
  const times: number[] = [];
  const watched = watching(async (_asker, _sql, values) => {
    for (const value of values) if (typeof value === "number" && value > BEGAN) times.push(value);
  });
  const { places } = await placesOf(watched, asked("connection=old&effect=read"), EVERYBODY);
  expect(places.at(0)?.leaf_index).toBe(44_999);
  const day = 86_400_000;
  expect(Math.max(...times)).toBe(Math.ceil(timeOf(44_999) / day) * day);
});

test("counts by day anew where the log is another, or shorter", async () => {
  const { marks } = search;
  if (marks === null) throw new Error("PostgreSQL has no index of marks.");
  await countedTo(ROWS);
  const counted = async (): Promise<unknown> =>
    (await client.query("SELECT sum(records)::integer AS records FROM term_days WHERE term = 'effect:read'"))
      .rows;
  for (const tree of [
    { size: 4_000, epoch: 2 },
    { size: 3_000, epoch: 2 },
  ]) {
    expect(await search.transaction((asker) => countDays(asker, marks, tree))).toBe(false);
    expect(await counted()).toEqual([{ records: tree.size }]);
  }
});

test("reads no more records than match, however many carry one of two marks that never meet", async () => {
  const read: string[] = [];
  const watched = watching(async (asker, sql, values) => {
    const explain = `EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) ${sql}`;
    const plan = await asker.all<{ "QUERY PLAN": string }>(explain, values);
    read.push(...plan.map((line) => line["QUERY PLAN"]));
  });
  const { places } = await placesOf(watched, asked("actor=u4&rule=three"), EVERYBODY);
  expect(places).toEqual([]);
  expect(read.join("\n")).toContain("Bitmap Index Scan on records_0_expr_idx");
  const removed = read.flatMap((line) => /Rows Removed by \D+(\d+)/.exec(line)?.[1] ?? []).map(Number);
  expect(removed.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(ROWS / 10);
  expect(read.filter((line) => /Seq Scan|Index Scan using/.test(line))).toEqual([]);
});

test("finds more late records than one window may, of a period without any other filter", async () => {
  await client.query(`UPDATE records SET said_at = CASE WHEN leaf_index % 3 = 1 THEN at - ${LATE_BY} END`);
  const until = timeOf(20_000);
  const late = ALL.filter(({ leaf, at }) => leaf % 3 === 1 && at >= until && at - LATE_BY < until);
  expect(late.length).toBeGreaterThan(5_000);
  for (const days of [ROWS, "another log"] as const) {
    await countedTo(days);
    const { places } = await placesOf(
      search,
      asked(`to=${new Date(until).toISOString()}&limit=500`),
      EVERYBODY,
    );
    expect(places.map(({ leaf_index }) => leaf_index)).toEqual(
      late
        .toSorted((one, other) => other.at - one.at || other.leaf - one.leaf)
        .map(({ leaf }) => leaf)
        .slice(0, places.length),
    );
    expect(places.length).toBe(501);
  }
});
