import { afterAll, beforeAll, expect, test } from "vitest";
import { policyOfCollector } from "../../agent/policyFiles.ts";
import type { JudgedBody } from "../../protocol/audit/record.ts";
import { MariadbArena } from "../attack/mariadb/arena.ts";
import { BYPASSES } from "../attack/mariadb/bypasses.ts";
import { EVERYDAY } from "../attack/mariadb/everyday.ts";
import { ATTACKERS } from "../attack/world.ts";
import { CANDIDATES } from "./candidates.ts";
import { type Asked, central, type Place, reallyRun, tryAll, wrongly } from "./trials.ts";

/** Trials over what was really run on MariaDB. */

const attempts = BYPASSES.filter(({ writes }) => writes !== true).flatMap(({ attempts: all }) =>
  all.slice(0, 2),
);
const ASKED: readonly Asked[] = [
  ...EVERYDAY.filter(({ changes }) => changes !== true).flatMap(({ queries }) =>
    queries.map((text) => ({ ...ATTACKERS.person, text })),
  ),
  ...attempts.map((text) => ({ ...ATTACKERS.person, text })),
  ...attempts.map((text) => ({ ...ATTACKERS.agent, text })),
];
let arena: MariadbArena;
let place: Place;
let recorded: readonly JudgedBody[];

beforeAll(async () => {
  arena = await MariadbArena.start("a", ["shop"]);
  place = { server: arena.server, engine: "mysql", database: "shop" };
  recorded = await reallyRun(place, await policyOfCollector(null), ASKED);
});
afterAll(() => arena.stop());

test("under the policy it was judged by, nothing is otherwise and everything can be told", async () => {
  expect(recorded.length).toBeGreaterThan(80);
  const tried = await tryAll(central(), recorded);
  const otherwise = tried.flatMap((one, at) =>
    one.kind === "same" ? [] : [{ statement: recorded[at]?.statement, one }],
  );
  expect(otherwise).toEqual([]);
});

test.each(CANDIDATES)("what it foretells is what happens: $name", async ({ changes, most }) => {
  const candidate = central(changes);
  const tried = await tryAll(candidate, recorded);
  const real = await reallyRun(place, await policyOfCollector(candidate), ASKED);
  expect(wrongly(tried, recorded, real)).toEqual([]);
  const unknown = tried.filter(({ kind }) => kind === "cannot_tell").length;
  expect(unknown / tried.length).toBeLessThanOrEqual(most);
});
