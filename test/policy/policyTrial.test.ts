import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import { policyOfCollector } from "../../agent/policyFiles.ts";
import { PolicyTrial } from "../../agent/policyTrial.ts";
import type { JudgedBody } from "../../protocol/audit/record.ts";
import { Arena } from "../attack/arena.ts";
import { BYPASSES } from "../attack/bypasses.ts";
import { EVERYDAY } from "../attack/everyday.ts";
import { ATTACKERS } from "../attack/world.ts";
import { CANDIDATES } from "./candidates.ts";
import { type Asked, central, type Place, reallyRun, tryAll, wrongly } from "./trials.ts";

/** What a trial says of recorded statements, held against what really happens. */

let arena: Arena;
let place: Place;
let recorded: readonly JudgedBody[];

const reads = [...EVERYDAY.filter(({ changes }) => changes !== true).flatMap(({ queries }) => queries)];
const attempts = BYPASSES.filter(({ writes }) => writes !== true).flatMap(({ attempts: all }) =>
  all.slice(0, 2),
);
/** By rules alone, or by rules first. */
const STOPPED = [
  "SET ROLE postgres",
  "SELECT o.id FROM shop.orders o, shop.products p LIMIT 5",
  "TRUNCATE shop.orders",
  "DELETE FROM shop.orders",
  "GRANT SELECT ON shop.orders TO PUBLIC",
  "CREATE TABLE shop.addresses AS SELECT id, email FROM shop.customers",
  "INSERT INTO shop.events (what) SELECT full_name FROM shop.customers",
  "UPDATE shop.products SET title = (SELECT max(email) FROM shop.customers) WHERE id = 1",
];
const BESIDE = ["people see contact data", "programs read nothing"];
const ASKED: readonly Asked[] = [
  ...reads.map((text) => ({ ...ATTACKERS.person, text })),
  ...attempts.map((text) => ({ ...ATTACKERS.person, text })),
  ...STOPPED.map((text) => ({ ...ATTACKERS.person, text })),
  ...attempts.filter((_, place) => place % 3 === 0).map((text) => ({ ...ATTACKERS.agent, text })),
];

beforeAll(async () => {
  arena = await Arena.start(["a"]);
  place = { server: arena.server, engine: "postgres", database: "world_a" };
  recorded = await reallyRun(place, await policyOfCollector(null), ASKED);
});
afterAll(() => arena.stop());

test("under the policy it was judged by, nothing is otherwise and everything can be told", async () => {
  expect(recorded.length).toBeGreaterThan(120);
  const tried = await tryAll(central(), recorded);
  const otherwise = tried.flatMap((one, at) =>
    one.kind === "same" ? [] : [{ statement: recorded[at]?.statement, one }],
  );
  expect(otherwise).toEqual([]);
});

test.each(CANDIDATES)("what it foretells is what happens: $name", async ({ changes, most, changesSome }) => {
  const candidate = central(changes);
  const tried = await tryAll(candidate, recorded);
  const real = await reallyRun(place, await policyOfCollector(candidate), ASKED);
  expect(wrongly(tried, recorded, real)).toEqual([]);
  expect(tried.some(({ kind }) => kind === "changed")).toBe(changesSome);
  const unknown = tried.filter(({ kind }) => kind === "cannot_tell").length;
  expect(unknown / tried.length).toBeLessThanOrEqual(most);
});

describe("where a workspace's file decided too", () => {
  const OWN = {
    file: ".sluice/policy.cedar",
    text: `forbid (principal, action == Action::"match", resource) when { resource.category == "PCI" };`,
  };
  /** The candidate as an agent in that workspace has it. */
  const beside = ({ cedar }: { readonly cedar?: string }): Promise<Policy> =>
    createPolicy({
      workspacePolicies: [OWN],
      adminPolicies: cedar === undefined ? [] : [{ file: "central", text: cedar }],
    });
  let there: readonly JudgedBody[];

  beforeAll(async () => {
    there = await reallyRun(place, await beside({}), ASKED);
  });

  test.each(CANDIDATES.filter(({ name }) => BESIDE.includes(name)))(
    "nothing is said that does not happen: $name",
    async ({ changes }) => {
      const tried = await tryAll(central(changes), there);
      const real = await reallyRun(place, await beside(changes), ASKED);
      expect(wrongly(tried, there, real)).toEqual([]);
      const kinds = new Set(tried.map(({ kind }) => kind));
      expect(kinds).toContain("same");
      const forbidsReading = changes.cedar?.includes("is AiAgent") === true;
      expect(kinds.has("changed")).toBe(forbidsReading);
      expect(kinds.has("cannot_tell")).toBe(!forbidsReading);
    },
  );
});

describe("what a record does not hold is not guessed", () => {
  const OFF = central({ guardrails: 'rules: { become-another-role: { mode: "off" } }' });

  test("a rule that was off when it ran", async () => {
    const asked = ["SET ROLE postgres", "SELECT 1"].map((text) => ({ ...ATTACKERS.person, text }));
    const bodies = await reallyRun(place, await policyOfCollector(OFF), asked);
    const trial = await PolicyTrial.of(central({ version: 2 }), async () => OFF);
    const kinds = [];
    for (const body of bodies) {
      if (body.basis === undefined) throw new Error("no basis");
      kinds.push((await trial.judge({ ...body, basis: { ...body.basis, central: 1 } })).kind);
    }
    expect(kinds).toEqual(["cannot_tell", "cannot_tell"]);
  });

  test.each([
    ["no basis", ({ basis: _, ...body }: JudgedBody) => body],
    ["another verdict than its facts come to", (body: JudgedBody) => ({ ...body, verdict: "deny" as const })],
    [
      "a mask that was not put on",
      (body: JudgedBody) => ({
        ...body,
        outputs: body.outputs.map((output) => ({ ...output, mask: null })),
      }),
    ],
    [
      "a rule nobody knows",
      (body: JudgedBody) => ({
        ...body,
        findings: [...body.findings, { rule: "of-tomorrow", verdict: "allow" }],
      }),
    ],
    [
      "a column with a dot in its name",
      (body: JudgedBody) => ({
        ...body,
        reads: [...body.reads, { column: "shop.odd.name.x", role: "output" }],
      }),
    ],
    [
      "a level nobody knows",
      (body: JudgedBody) => ({
        ...body,
        labels: body.labels.map((label) => ({ ...label, level: "secret" })),
      }),
    ],
  ] as const)("%s", async (_name, change) => {
    const body = recorded.find(
      ({ labels, outputs }) => labels.length > 0 && outputs.some(({ mask }) => mask !== null),
    );
    if (body === undefined) throw new Error("nothing masked was recorded");
    const [whole] = await tryAll(central(), [body]);
    expect(whole?.kind).toBe("same");
    const [less] = await tryAll(central(), [change(body)]);
    expect(less?.kind).toBe("cannot_tell");
  });
});
