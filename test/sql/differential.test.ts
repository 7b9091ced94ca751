import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPostgresCatalog } from "../../agent/catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import type { DescribedColumn } from "../../agent/connect/databaseSession.ts";
import { everyText } from "../../agent/connect/incomingRow.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { columnKey, type StatementFacts } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import { connectionId } from "../../protocol/ids.ts";
import { Arena } from "../attack/arena.ts";
import { boundCorpus } from "../attack/boundCorpus.ts";
import { EVERYDAY } from "../attack/everyday.ts";
import { randomQuery } from "../attack/randomQueries.ts";

const LONG = process.env.SLUICE_LONG === "1";
let arena: Arena;
let session: PostgresSession;
let index: CatalogIndex;

beforeAll(async () => {
  await loadPostgresParser();
  arena = await Arena.start(["a"]);
  const { host, port, user, password } = arena.server;
  const id = connectionId("differential");
  session = await PostgresSession.open({
    profile: { id, name: id, engine: "postgres", host, port, database: "world_a", user, tls: "disable" },
    password,
    applicationName: "sluice/test",
    relationVersionsSql,
  });
  index = indexCatalog(await loadPostgresCatalog(session));
});
afterAll(async () => {
  await session.close();
  await arena.stop();
});

/** The server's description of a query's result, without running it; undefined where it refuses the query. */
async function described(text: string): Promise<readonly DescribedColumn[] | undefined> {
  let columns: readonly DescribedColumn[] | undefined;
  const seen = new Error("seen");
  await session
    .read({
      text,
      relationOids: [],
      firstRows: 1,
      toRow: everyText,
      check: (description) => {
        columns = description.columns;
        throw seen;
      },
    })
    .catch(() => {});
  return columns;
}

interface PlanNode {
  readonly Output?: readonly string[];
  readonly Plans?: readonly PlanNode[];
  readonly Schema?: string;
  readonly Alias?: string;
  readonly "Relation Name"?: string;
}

/** Base columns that the server's plan names in each output, as far as it names tables. */
async function planned(text: string): Promise<readonly (readonly string[])[] | undefined> {
  const [row] = await session.rows(`EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ${text}`).catch(() => []);
  if (!row) return undefined;
  const [{ Plan: plan }] = JSON.parse(row[0] ?? "[]") as [{ readonly Plan: PlanNode }];
  const aliases = new Map<string, (column: string) => string | undefined>();
  const visit = (node: PlanNode): void => {
    const relation = index.findRelation(node.Schema, node["Relation Name"] ?? "");
    if (node.Alias !== undefined && relation?.kind === "user") {
      aliases.set(node.Alias, (name) => {
        const column = relation.relation.columns.find((one) => one.name === name);
        return column && columnKey(index.identify(relation.relation, column));
      });
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(plan);
  return (plan.Output ?? []).map((output) => {
    const bare = withoutCounts(output.replace(/'(?:[^']|'')*'/g, "''"));
    return [...bare.matchAll(/(?<![\w."])([a-z_]\w*)\.([a-z_]\w*)/g)].flatMap(
      ([, alias = "", column = ""]) => aliases.get(alias)?.(column) ?? [],
    );
  });
}

/** How many there are is not made of what they are; what a FILTER asks is a use of its own. */
function withoutCounts(text: string): string {
  const begin = /count\(|FILTER \(/.exec(text);
  if (!begin) return text;
  let end = begin.index + begin[0].length;
  for (let depth = 1; depth > 0 && end < text.length; end++) {
    if (text[end] === "(") depth += 1;
    if (text[end] === ")") depth -= 1;
  }
  return withoutCounts(text.slice(0, begin.index) + text.slice(end));
}

type Outcome = "equal" | "cannot tell" | "refused by both" | "refused by the server" | "not resolved";

/** Throws where the agent is sure of something that the server says otherwise. */
async function compare(sql: string): Promise<Outcome> {
  const split = splitPostgres(sql);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (!statement) return "refused by both";
  const understanding = understandPostgres(statement, index);
  const columns = await described(statement.text);
  if (understanding.kind === "syntax_error" || understanding.kind === "unresolved") {
    return columns ? "not resolved" : "refused by both";
  }
  if (!columns) return "refused by the server";
  if (understanding.kind === "cannot_tell") return "cannot tell";
  const { facts } = understanding;
  expect(
    facts.outputs.map(({ name }) => name.slice(0, 63)),
    sql,
  ).toEqual(columns.map(({ name }) => name));
  for (const [position, output] of facts.outputs.entries()) {
    if (output.origin === undefined) continue;
    const { relationOid, ordinal } = columns[position] ?? {};
    const foretold = output.origin ?? { relationOid: 0, ordinal: 0 };
    expect({ relationOid, ordinal }, `${output.name} of ${sql}`).toEqual(foretold);
  }
  await coversPlan(facts, statement.text);
  return "equal";
}

async function coversPlan(facts: StatementFacts, sql: string): Promise<void> {
  const plan = facts.effect === "read" && facts.kind === "select" ? await planned(sql) : undefined;
  if (!plan) return;
  for (const [position, output] of facts.outputs.entries()) {
    if (output.transform === "opaque") continue;
    const sources = output.sources.map(columnKey);
    expect(sources, `${output.name} of ${sql}`).toEqual(expect.arrayContaining([...(plan[position] ?? [])]));
  }
}

async function compareAll(what: string, queries: Iterable<string>): Promise<Map<Outcome, number>> {
  const counts = new Map<Outcome, number>();
  const wrong: string[] = [];
  for (const sql of queries) {
    const outcome = await compare(sql).catch((error: unknown) => void wrong.push(String(error)));
    if (outcome) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  console.log(`${what}: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`);
  expect(wrong.slice(0, 10)).toEqual([]);
  return counts;
}

const share = (counts: Map<Outcome, number>, outcome: Outcome): number =>
  (counts.get(outcome) ?? 0) /
  Math.max(
    1,
    [...counts.values()].reduce((sum, count) => sum + count, 0),
  );

function* generated(count: number): Generator<string> {
  let state = 42;
  const choose = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * below);
  };
  for (let made = 0; made < count; made++) yield randomQuery(choose);
}

describe("facts against the server's own opinion: equal, or said to be unknown", () => {
  test("queries made up at random", { timeout: 1_200_000 }, async () => {
    const counts = await compareAll("random", generated(LONG ? 30_000 : 2_000));
    expect(share(counts, "equal")).toBeGreaterThan(0.7);
    expect(share(counts, "cannot tell") + share(counts, "not resolved")).toBeLessThan(0.01);
  });

  test("queries of every day", async () => {
    const queries = EVERYDAY.filter(({ changes }) => !changes).flatMap((one) => one.queries);
    const counts = await compareAll(
      "everyday",
      queries.filter((sql) => /^(?:SELECT|WITH|TABLE)/.test(sql)),
    );
    expect(share(counts, "equal")).toBeGreaterThan(0.95);
  });

  test("the collected corpus, bound to the schema", { timeout: 1_200_000 }, async ({ skip }) => {
    const corpus = boundCorpus();
    if (corpus === null) return skip("the folder of corpora is not here");
    const counts = await compareAll("corpus", LONG ? corpus : corpus.filter((_, number) => number % 6 === 0));
    expect(share(counts, "not resolved")).toBeLessThan(0.02);
  });
});
