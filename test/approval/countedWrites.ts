import { expect } from "vitest";
import { splitText } from "../../agent/splitText.ts";
import type { Place } from "../undo/changes.ts";

/** Asks the server how many rows a write changes, and takes it back. */
export type Affected = (write: string) => Promise<number>;
/** The one number a read returns. */
export type NumberOf = (read: string) => Promise<number>;

const MOST = 1_000;

/** The read that counts for a write, as a new session of this place has it. */
export async function countingOf({ engine, profile }: Place, write: string, most = MOST) {
  const session = engine.open.checkSession(profile);
  const [statement] = splitText(write, session.database.engine, await session.database.catalog());
  if (statement === undefined) throw new Error(`No statement in: ${write}`);
  const understanding = await session.understand(statement);
  if (understanding.kind !== "understood") throw new Error(`${understanding.kind}: ${write}`);
  return session.counting(statement, understanding.facts, most);
}

/** Holds the count of every write against what the server says it changed. */
export async function expectExactCounts(
  place: Place,
  writes: readonly string[],
  counted: NumberOf,
  affected: Affected,
): Promise<void> {
  for (const write of writes) {
    const read = await countingOf(place, write);
    expect(read, `no count for: ${write}`).toBeDefined();
    expect([write, await counted(read ?? "")]).toEqual([write, await affected(write)]);
  }
}

/** Holds that nothing is counted where a read cannot tell. */
export async function expectNoCounts(place: Place, writes: readonly string[]): Promise<void> {
  for (const write of writes) expect([write, await countingOf(place, write)]).toEqual([write, undefined]);
}
