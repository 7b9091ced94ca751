import type { ColumnPlan } from "../../protocol/decision.ts";
import type { Label } from "../../protocol/label.ts";
import { HIDDEN } from "./maskRules.ts";
import { maskValue } from "./maskValue.ts";
import type { Pseudonymiser } from "./pseudonym.ts";
import type { KnownValue, Redactor } from "./redactor.ts";

export type RowMask = (row: readonly (string | null)[]) => readonly (string | null)[];

export interface RowMaskOptions {
  /** Positions the server has masked already. */
  readonly done?: ReadonlySet<number>;
  /** Without one, what is to be redacted is hidden. */
  readonly redactor?: Redactor;
  /** Without one, what is to get a name of its own is hidden. */
  readonly pseudonym?: Pseudonymiser;
}

/** Shorter values, and longer ones, of other columns are not looked for in a text. */
const KNOWN_LENGTH = { min: 3, max: 100 } as const;

/**
 * Prepares the masking of rows: one pass over the masked columns only. A row of another width than planned has
 * nothing to do with the plan and is hidden whole.
 */
export function compileRowMask(
  columns: readonly ColumnPlan[],
  { done = new Set(), redactor, pseudonym }: RowMaskOptions = {},
): RowMask {
  const masked = columns.flatMap(({ mask, label, hidesNull }, position) =>
    mask === null || done.has(position) ? [] : [{ mask, label, hidesNull, position }],
  );
  const sought = columns.flatMap(({ label, soughtInTexts }, position) =>
    soughtInTexts === true && label !== null ? [{ infoType: label.infoType, position }] : [],
  );
  const redacts = redactor !== undefined && masked.some(({ mask }) => mask === "redact");
  const positions = masked.map(({ position }) => position);
  const masks = masked.map(({ mask, label, hidesNull }): CellMask => {
    if (hidesNull) return () => HIDDEN;
    if (mask === "redact" && redactor !== undefined) {
      return (value, known) => redacted(value, label, known, redactor);
    }
    return (value) => maskValue(mask, value, pseudonym);
  });
  return (row) => {
    if (row.length !== columns.length) return columns.map(() => HIDDEN);
    if (masked.length === 0) return row;
    const shown = row.slice();
    const known = redacts ? knownValues(row, sought) : NOTHING_KNOWN;
    for (let index = 0; index < masks.length; index++) {
      const position = positions[index] ?? 0;
      shown[position] = masks[index]?.(row[position] ?? null, known) ?? null;
    }
    return shown;
  };
}

type CellMask = (value: string | null, known: readonly KnownValue[]) => string | null;

const NOTHING_KNOWN: readonly KnownValue[] = [];

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
  row: readonly (string | null)[],
  sought: readonly { readonly infoType: string; readonly position: number }[],
): readonly KnownValue[] {
  return sought.flatMap(({ infoType, position }) => {
    const value = row[position]?.trim() ?? "";
    return value.length < KNOWN_LENGTH.min || value.length > KNOWN_LENGTH.max ? [] : [{ value, infoType }];
  });
}
