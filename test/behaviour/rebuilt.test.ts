import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openLedger } from "../../agent/audit/ledger.ts";
import { Behaviour } from "../../agent/behaviour/behaviour.ts";
import type { Actor } from "../../protocol/actor.ts";
import { ADA, agentOf, DAY, Diary, diaryFolder, HOUR, MINUTE, SERVICE, START } from "./diary.ts";

const ACTORS: readonly Actor[] = [ADA, agentOf(), agentOf("other", "m2"), SERVICE];
const STEP = fc.record({
  actor: fc.nat(3),
  what: fc.constantFrom("ran", "failed", "refused", "resumed", "read"),
  table: fc.nat(6),
  rows: fc.nat(5_000),
  level: fc.constantFrom(null, "confidential", "restricted"),
  by: fc.constantFrom(undefined, "id", "email"),
  pause: fc.constantFrom(0, MINUTE, HOUR, DAY, -HOUR),
});

async function take(
  diary: Diary,
  step: typeof STEP extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  diary.at += step.pause;
  const actor = ACTORS[step.actor] ?? ADA;
  const { rows, level } = step;
  const deed = { table: `s.t${step.table}`, rows, level, ...(step.by === undefined ? {} : { by: step.by }) };
  switch (step.what) {
    case "ran":
      return diary.ran(actor, deed);
    case "failed":
      return diary.failed(actor, deed);
    case "refused":
      return diary.refused(actor, deed);
    case "resumed":
      await diary.ledger.append({
        kind: "task_opened",
        task: "t",
        actor,
        purpose: "p",
        budget: { statements: 1, rows: 1, minutes: 1 },
      });
      await diary.ledger.append({ kind: "task_resumed", task: "t", actor: ADA, reason: "yes" });
      return;
    case "read":
      // What is known is kept and taken up in the middle, as a process that ends does.
      await diary.behaviour.ready();
      return diary.behaviour.keep();
  }
}

test("what is learnt record by record, from what was kept, and all at once from the ledger, is the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), fc.nat(59), async (steps, cut) => {
      const diary = await Diary.open();
      try {
        for (const [position, step] of steps.entries()) {
          await take(diary, step);
          if (position % 3 === 0) await diary.behaviour.ready();
          if (position === cut) await diary.behaviour.close();
        }
        const continued = diary.reader();
        const anew = diary.reader(diaryFolder());
        for (const one of [diary.behaviour, continued, anew]) await one.ready();
        expect(continued.known()).toBe(anew.known());
        expect(diary.behaviour.known()).toBe(anew.known());
      } finally {
        await diary.close();
      }
    }),
    { numRuns: 40 },
  );
});

test("two processes that write one ledger know the same, and either's copy is good for the other", async () => {
  const diary = await Diary.open();
  const second = await openLedger({
    path: path.join(diary.folder, "ledger.db"),
    signer: diary.signer,
    origin: "cli",
    now: () => new Date(diary.at),
  });
  const other = new Behaviour({ source: second, folder: diary.folder, now: () => new Date(diary.at) });
  for (let n = 0; n < 30; n++) {
    diary.at += HOUR;
    await diary.ran(agentOf(), { table: `s.t${n}` });
    await (n % 2 === 0 ? diary.behaviour : other).ready();
    if (n % 7 === 0) (n % 2 === 0 ? diary.behaviour : other).keep();
  }
  await Promise.all([diary.behaviour.close(), other.close()]);
  expect(other.known()).toBe(diary.behaviour.known());
  expect(diary.reader().known()).toBe(other.known());
  await second.close();
  await diary.close();
});

test("a copy that was changed, or is of another ledger, is made again from the records", async () => {
  const diary = await Diary.open();
  for (let n = 0; n < 10; n++) await diary.ran(agentOf(), { table: `s.t${n}`, level: "restricted" });
  await diary.behaviour.ready();
  await diary.behaviour.close();
  const file = path.join(diary.folder, `behaviour-${diary.signer.keyId}.json`);
  const whole = fs.readFileSync(file, "utf8");
  const known = diary.behaviour.known();
  for (const broken of [
    whole.replaceAll("s.t1", "s.t2"),
    whole.replace(/"seq\\":\d+/, '"seq\\":3'),
    whole.slice(0, whole.length / 2),
    "",
    "null",
  ]) {
    fs.writeFileSync(file, broken);
    const again = diary.reader();
    expect(again.known()).not.toBe(known);
    await again.ready();
    expect(again.known()).toBe(known);
  }
  // Another ledger that the same key signs.
  const elsewhere = await Diary.open(diaryFolder(), diary.signer);
  fs.writeFileSync(path.join(elsewhere.folder, path.basename(file)), whole);
  for (let n = 0; n < 20; n++) await elsewhere.ran(ADA, { table: "s.other" });
  const reader = elsewhere.reader();
  await reader.ready();
  await elsewhere.behaviour.ready();
  expect(reader.known()).toBe(elsewhere.behaviour.known());
  expect(reader.known()).not.toContain("s.t1");
  await elsewhere.close();
  await diary.close();
});

test("what is kept stays small, whatever actors do", async () => {
  const diary = await Diary.open();
  for (let n = 0; n < 1_500; n++) {
    if (n % 300 === 0) diary.at += DAY;
    diary.at += 1_000;
    await diary.ran(agentOf(`name ${n}`), {
      table: `schema_with_a_long_name.table_with_a_long_name_${n}`,
      level: "restricted",
      by: `column_${n}`,
    });
  }
  diary.at = START + 40 * DAY;
  await diary.ran(agentOf(), { table: "s.last" });
  await diary.behaviour.ready();
  expect(diary.behaviour.known().length).toBeLessThan(1_000_000);
  await diary.close();
});
