import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKERS, Attack } from "../world.ts";
import { MariadbArena } from "./arena.ts";
import { EVERYDAY } from "./everyday.ts";
import { Wreckable } from "./wreckable.ts";

let arena: MariadbArena;
let attack: Attack;
let wreckable: Wreckable;

beforeAll(async () => {
  arena = await MariadbArena.start("a", ["shop", "dev"]);
  attack = await Attack.open(arena.server, [], "mysql");
  await attack.classified("shop", "production");
  wreckable = await Wreckable.open(arena, attack, "dev", "development");
});
afterAll(async () => {
  await attack.close();
  await arena.stop();
});

describe(`${EVERYDAY.reduce((sum, { queries }) => sum + queries.length, 0)} queries of every day run unhindered`, () => {
  for (const { name, queries, changes } of EVERYDAY) {
    const [who, database] =
      changes === true ? ([ATTACKERS.developer, "dev"] as const) : ([ATTACKERS.person, "shop"] as const);
    test.each(queries)(`${name}: %s`, async (sql) => {
      const shown = await attack.run(database, who.actor, who.environment, sql);
      for (const { statement, verdict, rules, kind, problem } of shown) {
        const stopped = rules.filter((rule) => !rule.endsWith(":allow"));
        expect({ statement, verdict, stopped, problem }).toEqual({
          statement,
          verdict: "allow",
          stopped: [],
          problem: null,
        });
        expect(kind).toMatch(/^(?:rows|done)$/);
      }
      if (changes === true) await wreckable.renew(shown);
    });
  }
});
