/**
 * What a sample of a column showed: counts only, never values, so that it may be kept. Counts are of distinct
 * values unless they say otherwise.
 */
export interface ColumnEvidence {
  /** Rows looked at. */
  readonly rows: number;
  /** Values that were there and not blank, repeated ones counted each time. */
  readonly values: number;
  readonly distinct: number;
  /** Distinct values that pass each detector, by its id. Detectors nothing passed are left out. */
  readonly hits: Readonly<Record<string, number>>;
  /** Distinct values inside which each detector found something, by its id. */
  readonly inText: Readonly<Record<string, number>>;
  readonly traits: Readonly<Record<Trait, number>>;
  /** Whole numbers that follow each other, as keys given out by a sequence and seconds since 1970 do. */
  readonly sequence: boolean;
  /** For documents: what stands under each path, such as `contact.email` or `lines[].sku`. */
  readonly paths?: Readonly<Record<string, ColumnEvidence>>;
  /** What a former look showed that said the most; itself without one. */
  readonly earlier?: ColumnEvidence;
}

/** Under this id `inText` counts texts that name somebody beyond doubt. */
export const PERSON_NAMED = "person_named";

/** How values look, apart from what they are. */
export type Trait = "digits" | "letters" | "spaced" | "sentence" | "token" | "long";

export const NO_TRAITS: Readonly<Record<Trait, number>> = {
  digits: 0,
  letters: 0,
  spaced: 0,
  sentence: 0,
  token: 0,
  long: 0,
};

/**
 * A new look beside what is known: values that come later, or that somebody writes for the purpose, take nothing back of
 * what was seen once.
 */
export function withEarlier(now: ColumnEvidence, before: ColumnEvidence | undefined): ColumnEvidence {
  if (before === undefined || sawNothing(before)) return now;
  const { earlier, ...last } = before;
  const kept = earlier === undefined || passes(last) > passes(earlier) ? last : earlier;
  return { ...now, earlier: kept };
}

const passes = ({ hits, inText }: ColumnEvidence): number =>
  [...Object.values(hits), ...Object.values(inText)].reduce((sum, count) => sum + count, 0);

/** Nothing was seen: no rows, or only empty values. */
export const sawNothing = (evidence: ColumnEvidence): boolean => evidence.values === 0;

/** Few values that repeat, as states and kinds do. */
export const isClosedSet = (evidence: ColumnEvidence): boolean =>
  evidence.values >= 30 && evidence.distinct <= Math.min(24, evidence.values / 6);
