import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextRow } from "../../agent/connect/incomingRow.ts";
import { DataRows } from "../../agent/connect/postgres/dataRows.ts";
import type { WireRow } from "../../agent/connect/postgres/wireRow.ts";
import { compileRowMask } from "../../agent/mask/rowMask.ts";
import { MASK_KINDS, type MaskKind } from "../../protocol/label.ts";

/** A DataRow message as a server sends it. */
function dataRow(cells: readonly (string | null)[]): Buffer {
  const parts = cells.flatMap((cell) => {
    const length = Buffer.alloc(4);
    if (cell === null) {
      length.writeInt32BE(-1);
      return [length];
    }
    const bytes = Buffer.from(cell, "utf8");
    length.writeInt32BE(bytes.length);
    return [length, bytes];
  });
  const width = Buffer.alloc(2);
  width.writeInt16BE(cells.length);
  return message("D", Buffer.concat([width, ...parts]));
}

function message(kind: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5, kind, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

const textBetween = (row: WireRow): readonly (string | null)[] =>
  Array.from({ length: row.width }, (_, position) => row.text(position));

const VALUES = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.emailAddress(),
  fc.stringMatching(/^[a-z]{2,4}@[a-z.]{2,8}\.[a-z]{1,13}$/),
  fc.stringMatching(/^[+0-9 ()-]{5,22}$/),
  fc.stringMatching(/^(?:[0-9]{4}[ -]?){2,5}$/),
  fc.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T\n0-9:.]{0,12}$/),
  fc.string({ minLength: 500, maxLength: 700 }),
  fc.stringMatching(/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/),
);

describe("a mask that reads bytes", () => {
  test.each(MASK_KINDS)("%s shows what the same mask of the text shows", (mask: MaskKind) => {
    const hide = compileRowMask([
      { name: "before", label: null, mask: null, sources: [] },
      { name: "value", label: null, mask, sources: [] },
    ]);
    fc.assert(
      fc.property(fc.option(VALUES), fc.option(VALUES), (before, value) => {
        const bytes = Buffer.from(value ?? "", "utf8").toString("utf8");
        const cells = [
          before === null ? null : Buffer.from(before).toString(),
          value === null ? null : bytes,
        ];
        let shown: unknown;
        const rows = new DataRows(() => {});
        rows.sink = {
          wantsRow: () => true,
          mostRowBytes: Number.POSITIVE_INFINITY,
          refuseRow: () => {},
          takeRow: (row) => {
            shown = hide(row);
          },
        };
        rows.take(dataRow(cells));
        expect(shown).toEqual(hide(new TextRow(cells)));
      }),
      { numRuns: 400 },
    );
  });
});

describe("what a server sends", () => {
  const ROWS = fc.array(
    fc.array(fc.option(fc.string({ unit: "grapheme", maxLength: 30 })), { maxLength: 6 }),
    {
      maxLength: 8,
    },
  );

  test("is taken apart into rows and the rest, in order, wherever the network cuts it", () => {
    fc.assert(
      fc.property(ROWS, fc.array(fc.integer({ min: 1, max: 40 })), (rows, cuts) => {
        const wanted = (index: number): boolean => index % 3 !== 2;
        const wire = Buffer.concat(
          rows.flatMap((cells, index) => [
            message("N", Buffer.from(`before ${index}`)),
            dataRow(cells),
            message("C", Buffer.from(`after ${index}`)),
          ]),
        );
        const heard: Buffer[] = [];
        const taken: (readonly (string | null)[])[] = [];
        const tap = new DataRows((bytes) => heard.push(Buffer.from(bytes)));
        let asked = 0;
        tap.sink = {
          // What came before the row has been heard by now.
          wantsRow: () => {
            expect(Buffer.concat(heard).includes(`before ${asked}`)).toBe(true);
            return wanted(asked++);
          },
          mostRowBytes: Number.POSITIVE_INFINITY,
          refuseRow: () => {},
          takeRow: (row) => taken.push(textBetween(row)),
        };
        let from = 0;
        for (const cut of cuts) {
          tap.take(wire.subarray(from, from + cut));
          from += cut;
          if (from >= wire.length) break;
        }
        if (from < wire.length) tap.take(wire.subarray(from));
        const whole = (cell: string | null) => (cell === null ? null : Buffer.from(cell).toString());
        expect(taken).toEqual(rows.filter((_, index) => wanted(index)).map((cells) => cells.map(whole)));
        const rest = rows.flatMap((cells, index) => [
          message("N", Buffer.from(`before ${index}`)),
          ...(wanted(index) ? [] : [dataRow(cells)]),
          message("C", Buffer.from(`after ${index}`)),
        ]);
        expect(Buffer.concat(heard).equals(Buffer.concat(rest))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("goes on whole where nobody takes rows", () => {
    const wire = Buffer.concat([dataRow(["a"]), message("C", Buffer.from("SELECT 1"))]);
    const heard: Buffer[] = [];
    new DataRows((bytes) => heard.push(bytes)).take(wire);
    expect(Buffer.concat(heard).equals(wire)).toBe(true);
  });
});
