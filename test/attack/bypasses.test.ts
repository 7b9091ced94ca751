import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Arena } from "./arena.ts";
import { BYPASSES } from "./bypasses.ts";
import { leaksIn, markersIn, spellingsOf } from "./leaks.ts";
import { markersOf } from "./secrets.ts";
import { ATTACKERS, Attack, type AttackerName, type Shown } from "./world.ts";

const markers = markersOf("a");
let arena: Arena;
let attack: Attack;
const count = BYPASSES.reduce((sum, { attempts }) => sum + attempts.length, 0);

beforeAll(async () => {
  arena = await Arena.start(["a"]);
  attack = await Attack.open(arena.server);
  for (const environment of ["production", "development"] as const) {
    await attack.classified("world_a", environment);
  }
});
afterAll(async () => {
  await attack.close();
  await arena.stop();
});

/** Everything there is to know of a database, in one text. */
async function contents(database: string): Promise<string> {
  const [row] = await arena.run(
    database,
    `SELECT md5(replace(database_to_xml(true, true, '')::text, current_database(), '') || (SELECT string_agg(c::text, ',' ORDER BY c.oid)
       FROM (SELECT oid, relname, relnatts, relhasrules, relhastriggers FROM pg_class) c)
       || (SELECT string_agg(proname || prosrc, ',' ORDER BY oid) FROM pg_proc)) AS digest`,
  );
  return String(row?.digest);
}

async function tryAll(who: AttackerName, attempt: string, own: string | null): Promise<readonly Shown[]> {
  const { actor, environment } = ATTACKERS[who];
  if (own === null) return attack.run("world_a", actor, environment, attempt);
  await arena.create(own);
  await attack.classified(own, environment, `world_a-${environment}`);
  const shown = await attack.run(own, actor, environment, attempt.replaceAll("world_a", own));
  await attack.forget(own, environment);
  await arena.drop(own);
  return shown;
}

describe(`${count} ways past the masks`, () => {
  for (const who of ["person", "agent", "developer"] as const) {
    describe(`as ${who}`, () => {
      for (const { name, attempts, writes } of BYPASSES) {
        test(`${name} (${attempts.length})`, { timeout: 300_000 }, async () => {
          const own = writes === true && who === "developer";
          const leaks: string[] = [];
          for (const [number, attempt] of attempts.entries()) {
            const shown = await tryAll(who, attempt, own ? `attempt_${number}` : null);
            expect(shown.length, attempt).toBeGreaterThan(0);
            for (const one of shown) {
              leaks.push(...leaksIn(one, markers, attempt).map((leak) => `${attempt}\n    -> ${leak}`));
            }
          }
          expect(leaks).toEqual([]);
        });
      }
    });
  }

  test("a plain SELECT does return rows, with nothing of the secrets in them", async () => {
    const { actor, environment } = ATTACKERS.person;
    const [shown] = await attack.run("world_a", actor, environment, "SELECT id, email FROM shop.customers");
    expect(shown?.rows).toHaveLength(12);
    expect(JSON.stringify(shown?.rows)).toMatch(/•••@/);
  });

  test("the markers are found where they are, whatever they are wrapped in", async () => {
    const [row] = await arena.run(
      "world_a",
      `SELECT email, reverse(email), encode(email::bytea, 'hex'), encode(email::bytea, 'base64'), upper(email)
       FROM shop.customers WHERE id = 1`,
    );
    for (const value of Object.values(row ?? {})) {
      expect(markersIn(String(value), markers), String(value)).not.toEqual([]);
    }
  });

  test("nothing was written in production", async () => {
    expect(await contents("world_a")).toBe(await contents("kept_a"));
  });

  test("no file of the agent holds a marker", () => {
    const found = [...attack.bytes()].flatMap(([file, bytes]) =>
      spellingsOf("a")
        .filter((spelling) => bytes.includes(spelling))
        .map((spelling) => `${file}: ${spelling}`),
    );
    expect(found).toEqual([]);
    expect([...attack.bytes().keys()]).toContain("ledger.db");
  });
});
