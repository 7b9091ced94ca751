import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BYPASSES } from "./bypasses.ts";
import { randomQuery } from "./randomQueries.ts";
import { TwoWorlds } from "./twoWorlds.ts";
import { ATTACKERS } from "./world.ts";

const LONG = process.env.SLUICE_LONG === "1";
const SECONDS = LONG ? 1_800 : 20;
let worlds: TwoWorlds;

beforeAll(async () => {
  worlds = await TwoWorlds.start();
});
afterAll(() => worlds.close());

/** What differs for reasons of its own: time, chance, and numbers the server gives out as it goes. */
const UNREPEATABLE = /\b(?:xmin|now|random|clock_timestamp|pg_stat\w*|pg_locks|reltuples|debug5)\b/;

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
      // A database of its own for each attempt costs: the long run takes them all.
      const taken = own && !LONG ? attempts.filter((_, index) => index % 4 === 0) : attempts;
      test(`${name}, as ${who} (${taken.length})`, { timeout: 600_000 }, async () => {
        const { actor, environment } = ATTACKERS[who];
        for (const attempt of taken.filter((text) => !UNREPEATABLE.test(text))) {
          const { a, b } = await worlds.both(actor, environment, attempt, own);
          expect(a, attempt).toEqual(b);
        }
      });
    }
  }

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
