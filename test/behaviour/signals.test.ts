import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ADA, agentOf, DAY, Diary, HOUR, MINUTE, SERVICE } from "./diary.ts";

const ORDERS = { table: "shop.orders" };
const CUSTOMERS = { table: "shop.customers", column: "email", level: "confidential", by: "id" } as const;
const PAYROLL = { table: "hr.payroll", column: "iban", level: "restricted" } as const;

let diary: Diary;
beforeEach(async () => {
  diary = await Diary.open();
});
afterEach(() => diary.close());

describe("what is new", () => {
  test("restricted data counts from the first statement on, and is known from the next day on", async () => {
    const agent = agentOf();
    const [first] = await diary.signals(agent, PAYROLL);
    expect(first).toMatchObject({
      rule: "first-restricted-use",
      weight: "unusual",
      words: "first time this agent uses restricted data of hr.payroll",
      table: "hr.payroll",
    });
    await diary.ran(agent, PAYROLL);
    expect(await diary.said(agent, PAYROLL)).toEqual(["first-restricted-use:noted"]);
    diary.at += DAY;
    expect(await diary.said(agent, PAYROLL)).toEqual([]);
  });

  test("somebody new is not told of each table they use", async () => {
    for (let n = 0; n < 15; n++) {
      expect(await diary.said(ADA, { table: `shop.t${n}` })).toEqual([]);
      await diary.ran(ADA, { table: `shop.t${n}` });
    }
  });

  test("what was refused or failed is nothing an actor is known by", async () => {
    const agent = agentOf();
    await diary.workedDays(agent, 6, [ORDERS]);
    for (let n = 0; n < 3; n++) {
      await diary.refused(agent, PAYROLL);
      await diary.failed(agent, PAYROLL);
      diary.at += DAY;
    }
    expect(await diary.said(agent, PAYROLL)).toEqual(["first-restricted-use:unusual"]);
  });

  test("a table after table in a day, of somebody who is known, stops a program", async () => {
    const agent = agentOf();
    await diary.workedDays(agent, 6, [ORDERS]);
    for (let n = 0; n < 24; n++) {
      diary.at += 3 * MINUTE;
      expect((await diary.said(agent, { table: `crm.t${n}` })).join()).not.toContain("alarming");
      await diary.ran(agent, { table: `crm.t${n}` });
    }
    expect(await diary.said(agent, { table: "crm.t24" })).toContain("many-first-tables:alarming");
  });

  test("an hour at which nobody worked, an hour beside it being usual", async () => {
    await diary.workedDays(ADA, 12, [ORDERS]);
    diary.at += 18 * HOUR;
    expect(await diary.said(ADA, ORDERS)).toEqual(["unusual-hour:noted"]);
    diary.at += 5 * HOUR;
    expect(await diary.said(ADA, ORDERS)).toEqual([]);
  });
});

describe("how much", () => {
  test("forty times the usual stops, ten times is told, a little more is nothing", async () => {
    await diary.workedDays(ADA, 8, [{ ...ORDERS, rows: 600 }]);
    expect(await diary.said(ADA, { ...ORDERS, rows: 1_800 })).toEqual([]);
    expect(await diary.said(ADA, { ...ORDERS, rows: 6_600 })).toEqual(["unusual-volume:unusual"]);
    const [signal] = await diary.signals(ADA, { ...ORDERS, rows: 24_000 });
    expect(signal).toMatchObject({
      rule: "unusual-volume",
      weight: "alarming",
      words: "40× its usual rows in one statement",
    });
  });

  test("many statements of the ordinary size within the hour count together", async () => {
    const agent = agentOf();
    await diary.workedDays(agent, 8, [{ ...ORDERS, rows: 20 }]);
    for (let n = 0; n < 20; n++) {
      diary.at += MINUTE;
      await diary.ran(agent, { ...ORDERS, rows: 1_000 });
    }
    const [signal] = await diary.signals(agent, ORDERS);
    expect(signal).toMatchObject({ rule: "unusual-volume", weight: "alarming" });
  });

  test("what was much today is still much this evening, and one great day is not the usual", async () => {
    await diary.workedDays(ADA, 8, [{ ...ORDERS, rows: 100 }]);
    for (let n = 0; n < 30; n++) await diary.ran(ADA, { ...ORDERS, rows: 300 * n });
    diary.at += DAY;
    expect(await diary.said(ADA, { ...ORDERS, rows: 9_000 })).toEqual(["unusual-volume:unusual"]);
  });
});

describe("again and again", () => {
  test("seven denied statements in two minutes are probing; a person who lets it go on ends that", async () => {
    const agent = agentOf();
    await diary.ledger.append({
      kind: "task_opened",
      task: "t1",
      actor: agent,
      purpose: "look",
      budget: { statements: 10, rows: 10, minutes: 10 },
    });
    for (let n = 0; n < 6; n++) {
      await diary.refused(agent, PAYROLL);
      diary.at += 15_000;
    }
    expect(await diary.said(agent, ORDERS)).toEqual(["probing:unusual"]);
    await diary.refused(agent, PAYROLL);
    const [signal] = await diary.signals(agent, ORDERS);
    expect(signal).toMatchObject({ weight: "alarming", words: "7 denied statements in 2 minutes" });
    await diary.ledger.append({ kind: "task_resumed", task: "t1", actor: ADA, reason: "It may." });
    diary.at += 1;
    expect(await diary.said(agent, ORDERS)).toEqual([]);
  });

  test("a denial that follows from an alarm raises no other", async () => {
    const agent = agentOf();
    for (let n = 0; n < 7; n++) await diary.refused(agent, PAYROLL);
    for (let n = 0; n < 60; n++) {
      diary.at += MINUTE;
      await diary.refused(agent, ORDERS, "probing");
    }
    expect(await diary.said(agent, { ...ORDERS, text: "other" })).not.toContain("probing:alarming");
  });

  test("whoever waits a little between denials is seen within the hour", async () => {
    const agent = agentOf();
    for (let n = 0; n < 25; n++) {
      diary.at += 2 * MINUTE + 1;
      await diary.refused(agent, PAYROLL);
    }
    expect(await diary.said(agent, ORDERS)).toContain("probing:alarming");
  });

  test("a program that fails and fails is stopped, a person is not", async () => {
    for (const [actor, expected] of [
      [agentOf(), "error-burst:alarming"],
      [{ ...ADA, subject: "bob" }, "error-burst:noted"],
    ] as const) {
      for (let n = 0; n < 20; n++) await diary.failed(actor, { ...ORDERS, text: `SELECT ${n}` });
      expect(await diary.said(actor, ORDERS)).toContain(expected);
      diary.at += HOUR;
    }
  });

  test("a loop is seen in an agent, and not in a service that polls", async () => {
    for (const [actor, loops] of [
      [agentOf(), true],
      [SERVICE, false],
    ] as const) {
      for (let n = 0; n < 25; n++) {
        diary.at += 10_000;
        await diary.ran(actor, ORDERS);
      }
      expect((await diary.said(actor, ORDERS)).includes("looping:alarming")).toBe(loops);
    }
  });
});

describe("one lookup after the other", () => {
  const lookup = (n: number) => ({ ...CUSTOMERS, text: `SELECT email FROM shop.customers WHERE id = ${n}` });

  test("an agent that counts its way through is stopped within the hour", async () => {
    const agent = agentOf();
    let n = 0;
    while (n < 100 && !(await diary.said(agent, lookup(n))).includes("enumeration:alarming")) {
      await diary.ran(agent, lookup(n++));
      diary.at += 30_000;
    }
    expect(n).toBe(40);
  });

  test("just under the threshold of the hour it is stopped within the day, and of the day within the weeks", async () => {
    const agent = agentOf();
    let n = 0;
    let day = 0;
    const stopped = async (): Promise<boolean> =>
      (await diary.said(agent, lookup(n))).includes("enumeration:alarming");
    // Thirty an hour, for as long as it goes on.
    while (n < 300 && !(await stopped())) {
      await diary.ran(agent, lookup(n++));
      diary.at += 2 * MINUTE;
    }
    expect(n).toBeLessThanOrEqual(150);
    // The day after, 140 a day at ten an hour.
    diary.at += 30 * DAY;
    for (; day < 30 && !(await stopped()); day++) {
      for (let k = 0; k < 140 && !(await stopped()); k++) {
        await diary.ran(agent, lookup(n++));
        diary.at += 6 * MINUTE;
      }
      diary.at += 10 * HOUR;
    }
    expect(day).toBeLessThan(10);
  });

  test("another name, model, host or task is the same actor", async () => {
    let n = 0;
    const agent = () => agentOf(`helper ${n}`, `model ${n % 7}`, `host ${n % 5}`);
    while (n < 100 && !(await diary.said(agent(), lookup(n))).includes("enumeration:alarming")) {
      await diary.ran(agent(), { ...lookup(n), task: `task ${n}` });
      n++;
      diary.at += 30_000;
    }
    expect(n).toBe(40);
  });

  test("a name that is new to restricted data is told so, whatever another name has read", async () => {
    await diary.workedDays(agentOf("trusted"), 8, [PAYROLL]);
    expect(await diary.said(agentOf("trusted"), PAYROLL)).toEqual([]);
    expect(await diary.said(agentOf("other"), PAYROLL)).toEqual([
      "first-restricted-use:unusual",
      "new-program:noted",
    ]);
  });

  test("varying the columns it asks by does not hide it", async () => {
    const agent = agentOf();
    let n = 0;
    const varied = () => ({ ...CUSTOMERS, by: `c${n % 40}`, text: `SELECT ${n}` });
    while (n < 200 && !(await diary.said(agent, varied())).includes("enumeration:alarming")) {
      await diary.ran(agent, varied());
      n++;
      diary.at += 20_000;
    }
    expect(n).toBe(80);
  });

  test("what a service looks up every day is usual for it; ten times that is not", async () => {
    const morning = diary.at;
    for (let day = 0; day < 8; day++) {
      diary.at = morning + day * DAY;
      for (let n = 0; n < 200; n++) {
        diary.at += 2 * MINUTE;
        await diary.ran(SERVICE, lookup(n));
      }
      expect((await diary.said(SERVICE, lookup(0))).join()).not.toContain("alarming");
    }
    diary.at = morning + 9 * DAY;
    for (let n = 0; n < 2_000; n++) {
      if (n % 10 === 0) diary.at += 10_000;
      await diary.ran(SERVICE, lookup(n));
    }
    expect(await diary.said(SERVICE, lookup(0))).toContain("enumeration:alarming");
  });
});

test("several small things at once are stopped together", async () => {
  const agent = agentOf();
  await diary.workedDays(agent, 12, [ORDERS]);
  diary.at += 16 * HOUR;
  for (let n = 0; n < 4; n++) await diary.refused(agent, ORDERS);
  expect(await diary.said(agentOf("other"), PAYROLL)).toContain("unusual-behaviour:alarming");
});
