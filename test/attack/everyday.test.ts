import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Arena } from "./arena.ts";
import { EVERYDAY } from "./everyday.ts";
import { ATTACKERS, Attack } from "./world.ts";

let arena: Arena;
let attack: Attack;

beforeAll(async () => {
  arena = await Arena.start(["a"]);
  attack = await Attack.open(arena.server);
  await attack.classified("world_a", "production");
  await attack.classified("world_a", "development");
});
afterAll(async () => {
  await attack.close();
  await arena.stop();
});

describe(`${EVERYDAY.reduce((sum, { queries }) => sum + queries.length, 0)} queries of every day run unhindered`, () => {
  for (const { name, queries, changes } of EVERYDAY) {
    const who = changes === true ? ATTACKERS.developer : ATTACKERS.person;
    test.each(queries.map((sql, index) => [sql, index] as const))(`${name}: %s`, async (sql, index) => {
      const own = changes === true ? `everyday_${index}` : null;
      if (own !== null) {
        await arena.create(own);
        await attack.classified(own, who.environment, `world_a-${who.environment}`);
      }
      const shown = await attack.run(own ?? "world_a", who.actor, who.environment, sql);
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
      if (own !== null) {
        await attack.forget(own, who.environment);
        await arena.drop(own);
      }
    });
  }
});
