import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaksIn, markersIn, spellingsOf } from "../leaks.ts";
import { markersOf } from "../secrets.ts";
import { ATTACKERS, Attack, type AttackerName, type Shown } from "../world.ts";
import { MariadbArena } from "./arena.ts";
import { BYPASSES, ORACLES } from "./bypasses.ts";
import { Wreckable } from "./wreckable.ts";

const markers = markersOf("a");
let arena: MariadbArena;
let attack: Attack;
let wreckable: Wreckable;
const count = BYPASSES.reduce((sum, { attempts }) => sum + attempts.length, 0);
const TABLES =
  "customers, cards, products, orders, support_tickets, api_clients, events, employees, patients".split(", ");

beforeAll(async () => {
  arena = await MariadbArena.start("a", ["kept", "shop", "dev"]);
  attack = await Attack.open(arena.server, [], "mysql");
  await attack.classified("shop", "production");
  wreckable = await Wreckable.open(arena, attack, "dev", "development");
});
afterAll(async () => {
  await attack.close();
  await arena.stop();
});

/** Everything there is to know of a database, in one text. */
async function contents(database: string): Promise<string> {
  const all: unknown[] = [];
  for (const table of TABLES) all.push(await arena.run(database, [`SELECT * FROM ${table} ORDER BY 1`]));
  const objects = [
    "SELECT table_name AS n, table_type AS d FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
    "SELECT routine_name AS n, routine_definition AS d FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1",
    "SELECT trigger_name AS n, action_statement AS d FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1",
    "SELECT event_name AS n FROM information_schema.events ORDER BY 1",
    "SELECT schema_name AS n FROM information_schema.schemata ORDER BY 1",
    "SELECT CONCAT(user, host) AS n FROM mysql.user ORDER BY 1",
  ];
  for (const sql of objects) all.push(await arena.run(database, [sql]));
  return JSON.stringify(all, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

async function tryIt(who: AttackerName, attempt: string): Promise<readonly Shown[]> {
  const { actor, environment } = ATTACKERS[who];
  if (who !== "developer") return attack.run("shop", actor, environment, attempt);
  return attack.run("dev", actor, environment, attempt.replaceAll("shop", "dev"));
}

describe(`${count} ways past the masks of MariaDB`, () => {
  for (const who of ["person", "agent", "developer"] as const) {
    describe(`as ${who}`, () => {
      for (const bypass of BYPASSES) {
        const { name, attempts, writes } = bypass;
        test(`${name} (${attempts.length})`, { timeout: 300_000 }, async () => {
          const wrong: string[] = [];
          for (const attempt of attempts) {
            const shown = await tryIt(who, attempt);
            expect(shown.length, attempt).toBeGreaterThan(0);
            for (const one of shown) {
              wrong.push(...leaksIn(one, markers, attempt).map((leak) => `${attempt}\n    -> ${leak}`));
            }
            if (ORACLES.includes(bypass) && shown.at(-1)?.kind !== "blocked") {
              wrong.push(`${attempt}\n    -> ran`);
            }
            if (writes === true && who === "developer") await wreckable.renew(shown);
          }
          expect(wrong).toEqual([]);
        });
      }
    });
  }

  test("a plain SELECT does return rows, with nothing of the secrets in them", async () => {
    const { actor, environment } = ATTACKERS.person;
    const [shown] = await attack.run("shop", actor, environment, "SELECT id, email FROM customers");
    expect(shown?.rows).toHaveLength(12);
    expect(JSON.stringify(shown?.rows)).toMatch(/•••@/);
  });

  test("the markers are found where they are, whatever they are wrapped in", async () => {
    const [row] = await arena.run("shop", [
      "SELECT email, REVERSE(email), HEX(email), TO_BASE64(email), UPPER(email) FROM customers WHERE id = 1",
    ]);
    const values = Object.values(row ?? {});
    expect(values).toHaveLength(5);
    for (const value of values) expect(markersIn(String(value), markers), String(value)).not.toEqual([]);
  });

  test("nothing was written in production", async () => {
    const shop = await contents("shop");
    expect(shop.replaceAll("shop", "kept")).toBe((await contents("kept")).replaceAll("shop", "kept"));
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
