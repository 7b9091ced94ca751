import fc from "fast-check";
import { expect } from "vitest";
import { change, type Made, type Place, undo } from "./changes.ts";

export interface Playground {
  readonly place: () => Place;
  /** As it is named in statements; its key is `id`, and it has rows 1 to 12. */
  readonly table: string;
  /** Literals of awkward values by the column that takes them. */
  readonly literals: Readonly<Record<string, readonly string[]>>;
  /** Every byte of it. */
  readonly all: () => Promise<readonly unknown[]>;
}

type Step =
  | { readonly kind: "write"; readonly text: (fresh: () => number) => string }
  | { readonly kind: "savepoint" | "rollback_to" | "release" };

function stepsOn({ table, literals }: Playground): fc.Arbitrary<readonly Step[]> {
  const names = Object.keys(literals);
  const assignment = fc
    .constantFrom(...names)
    .chain((name) => fc.constantFrom(...(literals[name] ?? [])).map((value) => `${name} = ${value}`));
  const assignments = fc.uniqueArray(assignment, {
    minLength: 1,
    maxLength: names.length,
    selector: (one) => one.split(" ")[0],
  });
  const id = fc.integer({ min: 1, max: 14 });
  const condition = fc.oneof(
    id.map((one) => `id = ${one}`),
    fc.tuple(id, id).map(([from, to]) => `id BETWEEN ${from} AND ${to}`),
    fc.uniqueArray(id, { minLength: 1, maxLength: 4 }).map((some) => `id IN (${some.join(", ")})`),
    fc.constantFrom(...names).map((name) => `${name} IS NULL AND id > 0`),
    id.map((one) => `id IN (SELECT id FROM ${table} AS other WHERE other.id < ${one})`),
  );
  const values = fc.tuple(...names.map((name) => fc.constantFrom(...(literals[name] ?? []))));
  const write = fc.oneof(
    fc.tuple(assignments, condition).map(
      ([set, where]) =>
        () =>
          `UPDATE ${table} SET ${set.join(", ")} WHERE ${where}`,
    ),
    condition.map((where) => () => `DELETE FROM ${table} WHERE ${where}`),
    fc.array(values, { minLength: 1, maxLength: 3 }).map((rows) => (fresh: () => number) => {
      const each = rows.map((row) => `(${[fresh(), ...row].join(", ")})`);
      return `INSERT INTO ${table} (${["id", ...names].join(", ")}) VALUES ${each.join(", ")}`;
    }),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: write.map((text): Step => ({ kind: "write", text })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Step["kind"]>("savepoint", "rollback_to", "release").map(markOf),
    },
  );
  return fc.array(step, { minLength: 1, maxLength: 7 });
}

const markOf = (kind: Step["kind"]): Step => (kind === "write" ? { kind: "savepoint" } : { kind });

/** Random writes, each by itself or in one transaction; undone from the last to the first, every byte is as before. */
export async function undoneIsAsBefore(playground: Playground, numRuns: number): Promise<void> {
  const { place, all } = playground;
  let next = 1_000;
  const fresh = (): number => next++;
  let undone = 0;
  await fc.assert(
    fc.asyncProperty(stepsOn(playground), fc.boolean(), async (steps, together) => {
      const before = await all();
      const offered: number[] = [];
      const run = async (text: string): Promise<Made> => {
        const made = await change(place(), text, { session: "random" });
        expect([text, made.problem, made.undo?.kind === "none" ? made.undo.reason : null]).toEqual([
          text,
          null,
          null,
        ]);
        if (made.undo?.kind === "offered") offered.push(made.undo.recordSeq);
        for (const { recordSeq } of made.committed) offered.push(recordSeq);
        return made;
      };
      let marks = 0;
      if (together) await run("BEGIN");
      for (const step of steps) {
        if (step.kind === "write") await run(step.text(fresh));
        else if (!together) continue;
        else if (step.kind === "savepoint") {
          marks += 1;
          await run(`SAVEPOINT s${marks}`);
        } else if (marks > 0 && step.kind === "rollback_to") await run(`ROLLBACK TO SAVEPOINT s${marks}`);
        else if (marks > 0) {
          await run(`RELEASE SAVEPOINT s${marks}`);
          marks -= 1;
        }
      }
      if (together) await run("COMMIT");
      for (const seq of offered.toReversed()) {
        expect((await undo(place(), seq)).problem).toBeNull();
        undone += 1;
      }
      expect(await all()).toEqual(before);
    }),
    { numRuns },
  );
  expect(undone).toBeGreaterThan(numRuns);
}
