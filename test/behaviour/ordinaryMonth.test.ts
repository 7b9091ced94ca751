import { base, en, Faker } from "@faker-js/faker";
import { expect, test } from "vitest";
import type { Actor } from "../../protocol/actor.ts";
import { ADA, agentOf, DAY, type Deed, Diary, HOUR, SERVICE, START } from "./diary.ts";

interface Worker {
  readonly name: string;
  readonly actor: Actor;
  /** Statements of an ordinary day, least and most. */
  readonly perDay: readonly [number, number];
  /** Hours between the first and the last. */
  readonly hours: number;
  readonly weekends: boolean;
  /** Seconds between two statements at least. */
  readonly pace: number;
  readonly deeds: readonly Deed[];
  /** Of a hundred statements so many fail, are denied, or are about something new. */
  readonly slips: { readonly fail: number; readonly deny: number; readonly new: number };
}

const person = (subject: string): Actor => ({ ...ADA, subject, name: subject });
const agentFor = (subject: string, agent: string): Actor => {
  const actor = agentOf(agent);
  return actor.kind === "ai_agent" ? { ...actor, onBehalfOf: { ...ADA, subject, name: subject } } : actor;
};

const read = (table: string, rows: number): Deed => ({ table, rows });
const about = (table: string, level: "confidential" | "restricted", by: string, rows = 1): Deed => ({
  table,
  level,
  by,
  rows,
});

const WORKERS: readonly Worker[] = [
  {
    name: "a developer",
    actor: person("dev"),
    perDay: [15, 90],
    hours: 9,
    weekends: false,
    pace: 20,
    deeds: [
      read("shop.orders", 50),
      read("shop.products", 200),
      about("shop.customers", "confidential", "id"),
      read("shop.order_items", 400),
    ],
    slips: { fail: 8, deny: 1, new: 2 },
  },
  {
    name: "an analyst",
    actor: person("analyst"),
    perDay: [10, 60],
    hours: 8,
    weekends: false,
    pace: 40,
    deeds: [
      read("shop.orders", 3_000),
      read("shop.products", 900),
      read("bi.revenue", 8_000),
      about("shop.customers", "confidential", "country", 300),
    ],
    slips: { fail: 6, deny: 1, new: 3 },
  },
  {
    name: "a support engineer",
    actor: person("support"),
    perDay: [40, 140],
    hours: 9,
    weekends: true,
    pace: 30,
    deeds: [
      about("shop.customers", "confidential", "email"),
      about("shop.cards", "restricted", "customer_id"),
      about("shop.tickets", "confidential", "id"),
      read("shop.orders", 5),
    ],
    slips: { fail: 3, deny: 1, new: 0.5 },
  },
  {
    name: "a coding agent",
    actor: agentFor("dev", "coder"),
    perDay: [0, 120],
    hours: 9,
    weekends: false,
    pace: 2,
    deeds: [
      read("shop.orders", 20),
      read("shop.products", 50),
      read("shop.order_items", 60),
      about("shop.customers", "confidential", "id"),
    ],
    slips: { fail: 10, deny: 2, new: 2 },
  },
  {
    name: "a reporting agent",
    actor: agentFor("analyst", "reporter"),
    perDay: [10, 50],
    hours: 2,
    weekends: true,
    pace: 3,
    deeds: [
      read("bi.revenue", 700),
      read("bi.stock", 400),
      about("shop.customers", "confidential", "country", 200),
    ],
    slips: { fail: 4, deny: 0.5, new: 0.5 },
  },
  {
    name: "a service",
    actor: SERVICE,
    perDay: [300, 700],
    hours: 22,
    weekends: true,
    pace: 5,
    deeds: [
      about("shop.customers", "confidential", "id"),
      about("shop.cards", "restricted", "id"),
      read("shop.orders", 30),
    ],
    slips: { fail: 0.3, deny: 0, new: 0.02 },
  },
];

async function work(diary: Diary, worker: Worker, faker: Faker, said: Map<string, number>): Promise<number> {
  const [least, most] = worker.perDay;
  const { fail, deny, new: fresh } = worker.slips;
  let statements = 0;
  for (let day = 0; day < 31; day++) {
    const weekday = (day + 1) % 7;
    if (!worker.weekends && (weekday === 6 || weekday === 0)) continue;
    const count = faker.number.int({ min: least, max: most });
    // People begin earlier or later; now and then one works in the evening.
    diary.at = START + day * DAY + faker.number.int({ min: -HOUR, max: HOUR });
    if (faker.number.int(40) === 0 && worker.hours < 12) diary.at += 9 * HOUR;
    const breath = Math.max(worker.pace * 1_000, Math.floor((worker.hours * HOUR) / (count + 1)));
    for (let n = 0; n < count; n++) {
      const hurry = faker.number.int(3) === 0;
      diary.at += hurry
        ? worker.pace * 1_000
        : faker.number.int({ min: worker.pace * 1_000, max: breath * 2 });
      const chosen = faker.helpers.arrayElement(worker.deeds);
      const spread = faker.number.float({ min: 0.3, max: 2.5 });
      const isNew = faker.number.float(100) < fresh;
      const deed: Deed = {
        ...chosen,
        ...(isNew ? { table: `misc.${faker.word.noun()}`, level: null } : {}),
        rows: Math.ceil((chosen.rows ?? 1) * spread),
        text: `SELECT ${statements}`,
      };
      // Once in a while somebody needs all of it.
      const large = faker.number.int(300) === 0 ? { ...deed, rows: (deed.rows ?? 1) * 12 } : deed;
      for (const signal of await diary.signals(worker.actor, large)) {
        if (signal.weight === "noted") continue;
        const key = `${worker.name}, ${signal.weight}: ${signal.rule}`;
        said.set(key, (said.get(key) ?? 0) + 1);
      }
      const luck = faker.number.float(100);
      if (luck < deny) await diary.refused(worker.actor, large);
      else if (luck < deny + fail) await diary.failed(worker.actor, large);
      else await diary.ran(worker.actor, large);
      statements++;
    }
  }
  return statements;
}

test("in an ordinary month hardly anything is told, and nothing is stopped", {
  timeout: 300_000,
}, async () => {
  const said = new Map<string, number>();
  let statements = 0;
  for (const [seed, worker] of WORKERS.entries()) {
    const faker = new Faker({ locale: [en, base], seed: 60_000 + seed });
    const diary = await Diary.open();
    statements += await work(diary, worker, faker, said);
    await diary.close();
  }
  const total = (weight: string): number =>
    [...said].reduce((sum, [key, count]) => (key.includes(`, ${weight}: `) ? sum + count : sum), 0);
  const [stopped, told] = [total("alarming"), total("unusual")];
  console.log(
    `An ordinary month: ${statements} statements, ${stopped} stopped, ${told} told (${((100 * told) / statements).toFixed(2)} %).\n${[...said].map(([key, count]) => `  ${key}: ${count}`).join("\n")}`,
  );
  expect(stopped).toBe(0);
  expect(told / statements).toBeLessThan(0.002);
});
