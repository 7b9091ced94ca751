import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boundCorpus } from "./boundCorpus.ts";
import { BYPASSES } from "./bypasses.ts";
import { EVERYDAY } from "./everyday.ts";
import { randomQuery } from "./randomQueries.ts";
import { TwoWorlds } from "./twoWorlds.ts";
import { ATTACKERS } from "./world.ts";

const LONG = process.env.SLUICE_LONG === "1";
const SECONDS = LONG ? 1_800 : 12;
let worlds: TwoWorlds;

beforeAll(async () => {
  worlds = await TwoWorlds.start();
});
afterAll(() => worlds.close());

/** What differs for reasons of its own: time, chance, and numbers the server gives out as it goes. */
const UNREPEATABLE =
  /\b(?:xmin|now|random|clock_timestamp|pg_stat\w*|pg_locks|reltuples|pg_\w*size|oid|ANALYZE|debug5|TABLESAMPLE|current_database|datname)\b/i;

const isComparable = (sql: string): boolean => !UNREPEATABLE.test(sql);

describe("two databases that differ in masked columns only look the same", () => {
  test("the worlds do differ, and the harness sees it", async () => {
    const [a] = await worlds.arena.run(
      "world_a",
      "SELECT array_agg(email ORDER BY id) AS v FROM shop.customers",
    );
    const [b] = await worlds.arena.run(
      "world_b",
      "SELECT array_agg(email ORDER BY id) AS v FROM shop.customers",
    );
    expect(a).not.toEqual(b);
  });

  for (const who of ["agent", "developer", "person"] as const) {
    for (const { name, attempts, writes } of BYPASSES) {
      const own = writes === true && who === "developer";
      // The short run takes a part, most of it of what a program tries.
      const every = LONG ? 1 : { agent: 2, person: 6, developer: own ? 12 : 6 }[who];
      const taken = attempts.filter((text, index) => index % every === 0 && isComparable(text));
      test(`${name}, as ${who} (${taken.length})`, { timeout: 600_000 }, async () => {
        const { actor, environment } = ATTACKERS[who];
        for (const attempt of taken) {
          const { a, b } = await worlds.both(actor, environment, attempt, own);
          expect(a, attempt).toEqual(b);
        }
      });
    }
  }

  for (const who of ["agent", "person"] as const) {
    test(`queries of every day, as ${who}`, { timeout: 300_000 }, async () => {
      const { actor, environment } = ATTACKERS[who];
      const queries = EVERYDAY.filter(({ changes }) => changes !== true).flatMap((one) => one.queries);
      for (const sql of queries.filter(isComparable)) {
        const { a, b } = await worlds.both(actor, environment, sql, false);
        expect(a, sql).toEqual(b);
      }
    });
  }

  test("the collected corpus, bound to the schema", { timeout: 1_200_000 }, async ({ skip }) => {
    const corpus = boundCorpus();
    if (corpus === null) return skip("the folder of corpora is not here");
    const { actor, environment } = ATTACKERS.agent;
    const taken = corpus.filter((_, index) => LONG || index % 20 === 0);
    let ran = 0;
    for (const sql of taken.filter(isComparable)) {
      const { a, b, ran: through } = await worlds.both(actor, environment, sql, false);
      if (through) ran += 1;
      expect(a, sql).toEqual(b);
    }
    console.log(`two worlds: ${taken.length} queries of the corpus, ${ran} let through`);
  });

  test(`queries made up at random, for ${SECONDS} seconds`, { timeout: SECONDS * 3_000 }, async () => {
    const { actor, environment } = ATTACKERS.agent;
    let [tried, ran] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (g) => {
        const sql = randomQuery((below) => g(fc.nat, { max: below - 1 }));
        const { a, b, ran: through } = await worlds.both(actor, environment, sql, false);
        tried += 1;
        if (through) ran += 1;
        expect(a, sql).toEqual(b);
      }),
      { numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1_000, markInterruptAsFailure: false },
    );
    console.log(`two worlds: ${tried} random queries, ${ran} let through`);
    expect(ran).toBeGreaterThan(tried / 20);
  });
});
