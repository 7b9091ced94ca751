import type { ColumnPlan } from "../../protocol/decision.ts";
import type { Label, MaskKind } from "../../protocol/label.ts";
import type { Cell, Row } from "../../protocol/messages.ts";
import { COMMON_SHAPES } from "./commonShapes.ts";
import { HIDDEN } from "./maskRules.ts";
import { maskValue } from "./maskValue.ts";
import type { Pseudonymiser } from "./pseudonym.ts";
import type { KnownValue, Redactor } from "./redactor.ts";

/** A row as it comes from a server, read cell by cell. */
export interface MaskableRow {
  readonly width: number;
  text(position: number): string | null;
  /** What the cells lie in, as UTF-8; null where the engine hands out texts. */
  readonly bytes: Uint8Array | null;
  start(position: number): number;
  /** -1 for NULL. */
  end(position: number): number;
}

export type RowMask = (row: MaskableRow) => Row;

export interface RowMaskOptions {
  /** Positions the server has masked already. */
  readonly done?: ReadonlySet<number>;
  /** Without one, what is to be redacted is hidden. */
  readonly redactor?: Redactor;
  /** Without one, what is to get a name of its own is hidden. */
  readonly pseudonym?: Pseudonymiser;
  /** Longer cells become previews. */
  readonly maxCellLength?: number;
}

/** Shorter values, and longer ones, of other columns are not looked for in a text. */
const KNOWN_LENGTH = { min: 3, max: 100 } as const;

/**
 * Prepares the masking of rows: each cell is read once, and those that are hidden are not read as text where their
 * bytes will do. A row of another width than planned has nothing to do with the plan and is hidden whole.
 */
export function compileRowMask(
  columns: readonly ColumnPlan[],
  { done = new Set(), redactor, pseudonym, maxCellLength = Number.POSITIVE_INFINITY }: RowMaskOptions = {},
): RowMask {
  const sought = columns.flatMap(({ label, soughtInTexts }, position) =>
    soughtInTexts === true && label !== null ? [{ infoType: label.infoType, position }] : [],
  );
  const redacts = redactor !== undefined && columns.some(({ mask }) => mask === "redact");
  const cells = columns.map(({ mask, label, hidesNull, watched }, position): ReadCell => {
    const plain: ReadCell = (row) => row.text(position);
    if (mask === null && watched === true && redactor !== undefined)
      return watchedCell(position, redactor, () => {
        cells[position] = plain;
      });
    if (mask === null || done.has(position)) return plain;
    if (hidesNull) return () => HIDDEN;
    if (mask === "redact" && redactor !== undefined) {
      return (row, known) => redacted(row.text(position), label, known, redactor);
    }
    return maskedCell(mask, position, pseudonym);
  });
  return (row) => {
    if (row.width !== columns.length) return columns.map(() => HIDDEN);
    const known = redacts ? knownValues(row, sought) : NOTHING_KNOWN;
    const shown = new Array<Cell>(cells.length);
    for (let position = 0; position < cells.length; position++) {
      const value = cells[position]?.(row, known) ?? null;
      shown[position] = value === null || value.length <= maxCellLength ? value : preview(value);
    }
    return shown;
  };
}

type ReadCell = (row: MaskableRow, known: readonly KnownValue[]) => string | null;

const NOTHING_KNOWN: readonly KnownValue[] = [];

function maskedCell(mask: MaskKind, position: number, pseudonym: Pseudonymiser | undefined): ReadCell {
  const common = COMMON_SHAPES[mask];
  const byText = (row: MaskableRow): string | null => maskValue(mask, row.text(position), pseudonym);
  if (common === undefined) return byText;
  return (row) => {
    const { bytes } = row;
    if (bytes === null) return byText(row);
    const end = row.end(position);
    if (end < 0) return null;
    return common(bytes, row.start(position), end) ?? byText(row);
  };
}

/** Of a column in whose first cells nothing is found, the others are not looked into. */
const WATCHED_CELLS = 20_000;

function watchedCell(position: number, redactor: Redactor, seenEnough: () => void): ReadCell {
  let left = WATCHED_CELLS;
  return (row) => {
    const value = row.text(position);
    if (value === null) return null;
    const shown = redactor.stray(value);
    // Where there is one there are more.
    if (shown !== value) left = Number.POSITIVE_INFINITY;
    left -= 1;
    if (left === 0) seenEnough();
    return shown;
  };
}

/** A slice would keep the whole value in memory for as long as it is shown: it is copied out. */
const preview = (value: string): Cell => ({
  preview: Buffer.from(value.slice(0, 2_000), "utf16le").toString("utf16le"),
  bytes: Buffer.byteLength(value),
});

function redacted(
  value: string | null,
  label: Label | null,
  known: readonly KnownValue[],
  redactor: Redactor,
): string | null {
  if (value === null) return null;
  const shown =
    label?.paths === undefined ? redactor.text(value, known) : redactor.document(value, label.paths, known);
  return shown ?? HIDDEN;
}

/** What columns that are hidden beside a text hold, before they are masked. */
function knownValues(
  row: MaskableRow,
  sought: readonly { readonly infoType: string; readonly position: number }[],
): readonly KnownValue[] {
  return sought.flatMap(({ infoType, position }) => {
    const value = row.text(position)?.trim() ?? "";
    return value.length < KNOWN_LENGTH.min || value.length > KNOWN_LENGTH.max ? [] : [{ value, infoType }];
  });
}
