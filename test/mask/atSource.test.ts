import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import { FlowStore } from "../../agent/classify/flowStore.ts";
import { LabelStore } from "../../agent/classify/labelStore.ts";
import { ServerError } from "../../agent/connect/databaseSession.ts";
import { everyText, TextRow } from "../../agent/connect/incomingRow.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { Database } from "../../agent/database.ts";
import { compileRowMask } from "../../agent/mask/rowMask.ts";
import { chooseMaskPlace, type MaskedAt } from "../../agent/maskAtSource.ts";
import { planCheck, plannedRelations } from "../../agent/planCheck.ts";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import type { StatementFacts } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Decision } from "../../protocol/decision.ts";
import { connectionId } from "../../protocol/ids.ts";
import { type DemoDatabase, startDemoDatabase } from "../../scripts/demo/database.ts";
import { MORE, rawValues, SCHEMAS } from "./demoData.ts";
import { randomQueries } from "./randomQueries.ts";
import type { RawValues } from "./rawValues.ts";

let folder: string;
let demo: DemoDatabase;
let database: Database;
let session: PostgresSession;
let index: CatalogIndex;
let policy: Policy;
let raw: RawValues;

/** Texts are redacted for people alone, and in the agent. */
const FULL = { file: "test.cedar", text: 'forbid (principal, action == Action::"redact", resource);' };

const user: Actor = { kind: "user", subject: "u", issuer: "https://login.test", name: "U", groups: [] };

const profile = (): ConnectionProfile => ({
  id: connectionId("demo"),
  name: "demo",
  engine: "postgres",
  host: demo.host,
  port: demo.port,
  database: demo.database,
  user: demo.user,
  environment: "production",
  tls: "disable",
});

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-at-source-"));
  [demo, policy] = await Promise.all([
    startDemoDatabase({ dataDir: path.join(folder, "postgres"), scale: 0.02 }),
    createPolicy({ adminPolicies: [FULL] }),
    loadPostgresParser(),
  ]);
  const client = new pg.Client({ connectionString: demo.url });
  await client.connect();
  await client.query(MORE);
  database = new Database({
    profile: profile(),
    password: async () => demo.password,
    applicationName: () => "test",
    store: new LabelStore(path.join(folder, "labels")),
    flows: new FlowStore(path.join(folder, "flows")),
    events: { changed: () => {}, progress: () => {} },
  });
  await database.whenClassified();
  index = indexCatalog(await database.catalog());
  raw = await rawValues(client, database);
  await client.end();
  session = await PostgresSession.open({
    profile: profile(),
    password: demo.password,
    applicationName: "test",
    relationVersionsSql,
  });
});

afterAll(async () => {
  await session?.close();
  await database?.close();
  await demo?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

type Prepared =
  | { readonly kind: "skipped"; readonly why: string }
  | {
      readonly kind: "ready";
      readonly facts: StatementFacts;
      readonly decision: Decision;
      readonly at: MaskedAt;
    };

/** Judged as for a person whom nothing is revealed to, masked as for a program. */
function prepare(sql: string): Prepared {
  const split = splitPostgres(sql);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (statement === undefined) return { kind: "skipped", why: "not split" };
  const understanding = understandPostgres(statement, index);
  if (understanding.kind !== "understood") {
    const why = "facts" in understanding ? understanding.facts.unknowns[0]?.reason : understanding.message;
    return { kind: "skipped", why: `${understanding.kind}: ${why}` };
  }
  const { facts } = understanding;
  const decided = policy.decide({
    understanding,
    actor: user,
    connection: profile(),
    inferenceCounts: { matches: 0, inferences: 0 },
    labelOf: (id) => database.labelOf(id),
    estimatedRows: () => undefined,
  });
  const decision = { ...decided, obligations: { ...decided.obligations, maskAtSource: true } };
  return { kind: "ready", facts, decision, at: chooseMaskPlace(sql, facts, decision) };
}

type Table = readonly (readonly (string | null)[])[];

async function read(
  { facts, decision, at }: Extract<Prepared, { kind: "ready" }>,
  sql: string,
  here: boolean,
) {
  const source = here && at.kind === "source" ? at.query : undefined;
  const result = await session.read({
    text: source?.text ?? sql,
    relationOids: plannedRelations(facts),
    check: planCheck(facts, source?.masked),
    firstRows: 500,
    toRow: everyText,
  });
  const mask = compileRowMask(decision.columns, source === undefined ? {} : { done: source.masked });
  const rows = [...result.first.rows];
  for (let { done } = result.first; !done; ) {
    const page = await result.next(500);
    rows.push(...page.rows);
    ({ done } = page);
  }
  await result.close();
  return { onTheWire: rows as Table, shown: rows.map((row) => mask(new TextRow(row))) as Table };
}

const inOrder = (rows: Table, ordered: boolean): readonly string[] => {
  const lines = rows.map((row) => JSON.stringify(row));
  return ordered ? lines : lines.sort();
};

const leaksIn = (rows: Table): readonly string[] => [
  ...new Set(rows.flatMap((row) => row.flatMap((cell) => (cell === null ? [] : raw.in(cell))))),
];

const tally = new Map<string, number>();
const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
const counted = (what: string): number => tally.get(what) ?? 0;

/** Both ways of one query; what came of it is counted. */
async function compare(sql: string, ordered: boolean): Promise<void> {
  const ready = prepare(sql);
  if (ready.kind === "skipped") return count(`skipped: ${ready.why}`);
  const { verdict, findings } = ready.decision;
  if (verdict !== "allow")
    return count(`${verdict}: ${findings.find((one) => one.verdict === verdict)?.rule}`);
  const here = await read(ready, sql, false).catch((error: unknown) => error);
  const there = await read(ready, sql, true).catch((error: unknown) => error);
  if (here instanceof ServerError && there instanceof ServerError) return count(`failed: ${here.sqlstate}`);
  // What is hidden whatever it comes to need not be computed on the server, and cannot fail there.
  if (here instanceof ServerError && ready.decision.columns.some(({ hidesNull }) => hidesNull === true)) {
    return count("failed in the agent alone");
  }
  if (here instanceof Error) throw here;
  if (there instanceof Error) throw there;
  const [agent, source] = [here, there] as [
    Awaited<ReturnType<typeof read>>,
    Awaited<ReturnType<typeof read>>,
  ];
  count(ready.at.kind === "agent" ? `agent: ${ready.at.reason}` : ready.at.kind);
  if (agent.shown.length > 0) count("with rows");
  expect(inOrder(source.shown, ordered)).toEqual(inOrder(agent.shown, ordered));
  expect(leaksIn(agent.shown)).toEqual([]);
  if (ready.at.kind === "source") {
    expect(leaksIn(source.onTheWire)).toEqual([]);
    // The search finds what is there: without masks this query shows something that is hidden.
    if (leaksIn(agent.onTheWire).length > 0) count("leaks without masks");
  }
}

/** More of them: SLUICE_TEST_RUNS. */
const RUNS = Number(process.env.SLUICE_TEST_RUNS ?? 200);

/** Everything PostgreSQL lets a query say that may not stand inside another, or reads otherwise there. */
const FORMS: readonly (readonly [sql: string, at: RegExp])[] = [
  ["SELECT id, email FROM shop.customers ORDER BY id LIMIT 3 FOR UPDATE", /agent/],
  ["SELECT id, email FROM shop.customers ORDER BY id LIMIT 3 FOR KEY SHARE", /agent/],
  ["EXPLAIN SELECT email FROM shop.customers", /agent/],
  ["EXPLAIN ANALYZE SELECT email FROM shop.customers", /agent/],
  ["INSERT INTO shop.addresses SELECT * FROM shop.addresses RETURNING street", /agent/],
  ["SELECT set_config('lc_time', 'C', false), email FROM shop.customers", /agent/],
  ["SELECT ARRAY[email], id IN (1, 2, 3) FROM shop.customers", /source/],
  ["VALUES ((SELECT min(email) FROM shop.customers))", /source/],
  ["TABLE shop.customers", /source/],
  ["(SELECT email FROM shop.customers)", /source/],
  ["((SELECT email FROM shop.customers) UNION ALL (SELECT phone FROM shop.customers)) LIMIT 5", /source/],
  ["SELECT email FROM shop.customers -- ) AS sluice_query(c1)", /source/],
  ["SELECT email FROM shop.customers /* a /* b */ */", /source/],
  ["SELECT email, email, email AS c2, id AS email FROM shop.customers ORDER BY 4", /source/],
  ["SELECT customers, customers.* FROM shop.customers ORDER BY customers.id LIMIT 4", /source/],
  [
    "SELECT ordered_at, c.email FROM shop.orders_2024 o JOIN shop.customers c ON c.id = o.customer_id",
    /source/,
  ],
  ["SELECT count(*), count(email) FROM shop.customers", /nowhere/],
  ["SELECT FROM shop.customers", /nowhere/],
];

describe("masked at the source and masked in the agent", () => {
  test("random queries show the same, and nothing that is hidden", { timeout: 300_000 }, async () => {
    expect(raw.size).toBeGreaterThan(2_000);
    const queries = randomQueries(await database.catalog(), SCHEMAS);
    await fc.assert(
      fc.asyncProperty(queries, ({ sql, ordered }) => compare(sql, ordered)),
      { numRuns: RUNS },
    );
    if (process.env.SLUICE_TEST_RUNS !== undefined) console.log(tally);
    expect(counted("source")).toBeGreaterThan(RUNS / 4);
    expect(counted("with rows")).toBeGreaterThan(RUNS / 3);
    expect(counted("leaks without masks")).toBeGreaterThan(RUNS / 8);
  });

  test.each(FORMS)("%s", async (sql, at) => {
    const ready = prepare(sql);
    if (ready.kind === "skipped") throw new Error(ready.why);
    expect(JSON.stringify(ready.at)).toMatch(at);
    await compare(sql, false);
  });
});
