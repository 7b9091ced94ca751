import { beforeAll, expect, test } from "vitest";
import { policyOfCollector } from "../../agent/policyFiles.ts";
import type { JudgedBody } from "../../protocol/audit/record.ts";
import { ATTACKERS } from "../attack/world.ts";
import { shopFile } from "../collector/policyStage.ts";
import { CANDIDATES } from "./candidates.ts";
import { type Asked, central, type Place, reallyRun, tryAll, wrongly } from "./trials.ts";

/** Trials over what was really run on SQLite, where every column counts for everything unless more is known. */

const TEXTS = [
  "SELECT id, email, city FROM customers",
  "SELECT count(*) FROM customers",
  "SELECT email FROM customers WHERE email = 'ada.lovelace@example.com'",
  "SELECT id FROM customers WHERE email LIKE 'a%'",
  "SELECT id FROM customers ORDER BY email LIMIT 1",
  "SELECT upper(email) || city FROM customers",
  "SELECT email FROM customers UNION SELECT title FROM products",
  "SELECT p.id FROM products p, customers c",
  "WITH c AS (SELECT email AS e FROM customers) SELECT max(e) FROM c GROUP BY e",
  "UPDATE products SET title = 'x' WHERE id = 1",
  "DELETE FROM products",
  "PRAGMA table_info(customers)",
  "SELECT nothing FROM nowhere",
  "SELEC 1",
];
const ASKED: readonly Asked[] = (["person", "agent"] as const).flatMap((who) =>
  TEXTS.map((text) => ({ ...ATTACKERS[who], text })),
);
let place: Place;
let recorded: readonly JudgedBody[];

beforeAll(async () => {
  const server = { host: "", port: 0, user: "", password: "" };
  place = { server, engine: "sqlite", database: shopFile().database };
  recorded = await reallyRun(place, await policyOfCollector(null), ASKED);
});

test("under the policy it was judged by, nothing is otherwise and everything can be told", async () => {
  expect(recorded.length).toBeGreaterThan(20);
  const tried = await tryAll(central(), recorded);
  expect(tried.filter(({ kind }) => kind !== "same")).toEqual([]);
});

test.each(CANDIDATES)("what it foretells is what happens: $name", async ({ changes, most }) => {
  const candidate = central(changes);
  const tried = await tryAll(candidate, recorded);
  expect(wrongly(tried, recorded, await reallyRun(place, await policyOfCollector(candidate), ASKED))).toEqual(
    [],
  );
  const unknown = tried.filter(({ kind }) => kind === "cannot_tell").length;
  expect(unknown / tried.length).toBeLessThanOrEqual(most);
});
