import { describe, expect, test } from "vitest";
import { sessionId } from "../../protocol/ids.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, type Place, undo } from "./changes.ts";

export interface Counting {
  readonly place: () => Place;
  /** `counters (id, hits)`, as others see it. */
  readonly all: () => Promise<readonly unknown[]>;
  /** How the table is named in a statement. */
  readonly table: string;
}

/** What holds of changes inside of a person's transaction, whatever the database is. */
export function transactionsHold({ place, all, table }: Counting): void {
  const inside = (text: string, session = "inside") => change(place(), text, { session });
  const hits = (value: number, id: number) => `UPDATE ${table} SET hits = ${value} WHERE id = ${id}`;
  const notKept = async (seq: number) =>
    expect(await problemTold(undo(place(), seq))).toMatchObject({ code: "change-not-kept" });

  describe("inside of a transaction", () => {
    test("changes are offered once it is committed, and undone from the last to the first", async () => {
      const before = await all();
      await inside("BEGIN");
      const first = await inside(hits(801, 81));
      expect(first).toMatchObject({ problem: null, undo: { kind: "pending", rows: 1 } });
      const pending = first.undo?.kind === "pending" ? first.undo.recordSeq : -1;
      await notKept(pending);
      const second = await inside(hits(802, 81));
      const gone = await inside(`DELETE FROM ${table} WHERE id IN (81, 82)`);
      const again = await inside(`INSERT INTO ${table} (id, hits) VALUES (82, 9)`);
      const made = [first, second, gone, again].map((one) =>
        one.undo?.kind === "pending" ? one.undo.recordSeq : -1,
      );
      const committed = await inside("COMMIT");
      expect(committed.committed.map(({ recordSeq, rows }) => [recordSeq, rows])).toEqual(
        made.map((seq, at) => [seq, at === 2 ? 2 : 1]),
      );
      expect(await all()).not.toEqual(before);
      for (const seq of made.slice(0, 3)) {
        expect((await undo(place(), seq)).problem).toMatch(/^changed-since: /);
      }
      for (const seq of made.toReversed()) expect((await undo(place(), seq)).problem).toBeNull();
      expect(await all()).toEqual(before);
    });

    test("what is rolled back is gone, also by one who asks for nothing to be kept", async () => {
      const before = await all();
      await inside("BEGIN");
      const made = await inside(hits(1, 83));
      await change(place(), "ROLLBACK", { session: "inside", keepChanges: false });
      await inside("BEGIN");
      expect((await inside("COMMIT")).committed).toEqual([]);
      await notKept(made.undo?.kind === "pending" ? made.undo.recordSeq : -1);
      expect(await all()).toEqual(before);
    });

    test("a savepoint takes along what came after it, and nothing else", async () => {
      const before = await all();
      await inside("BEGIN");
      await inside(hits(1, 84));
      await inside("SAVEPOINT one");
      await inside(hits(2, 85));
      await inside("SAVEPOINT two; SAVEPOINT three");
      await inside(hits(3, 86));
      await inside("ROLLBACK TO SAVEPOINT Two");
      await inside(hits(4, 87));
      await inside("ROLLBACK TO two");
      await inside("RELEASE SAVEPOINT two");
      await inside(hits(5, 88));
      const { committed } = await inside("COMMIT");
      expect(committed).toHaveLength(3);
      for (const { recordSeq } of committed.toReversed()) {
        expect((await undo(place(), recordSeq)).problem).toBeNull();
      }
      expect(await all()).toEqual(before);
    });

    test("one savepoint hides another of its name, and going back to the first takes everything after it", async () => {
      const before = await all();
      await inside("BEGIN; SAVEPOINT same");
      await inside(hits(1, 84));
      await inside("SAVEPOINT other");
      await inside(hits(2, 85));
      await inside("ROLLBACK TO same");
      await inside(hits(3, 86));
      const { committed } = await inside("COMMIT");
      expect(committed).toHaveLength(1);
      expect((await undo(place(), committed[0]?.recordSeq ?? -1)).problem).toBeNull();
      expect(await all()).toEqual(before);
    });

    test("a session that ends takes what it had not committed along", async () => {
      const before = await all();
      await inside("BEGIN", "ends");
      const made = await inside(hits(1, 89), "ends");
      await place().engine.open.session(sessionId("ends"), place().profile).close();
      await notKept(made.undo?.kind === "pending" ? made.undo.recordSeq : -1);
      expect(await all()).toEqual(before);
    });
  });
}
