import type { Level } from "../../protocol/label.ts";

/** A value that is masked elsewhere in the same row: it may stand in a text too. */
export interface KnownValue {
  readonly value: string;
  readonly infoType: string;
}

/**
 * Takes what is personal or secret out of one value. Null where nothing may be shown of it. This room knows no
 * detectors: whoever masks rows brings one.
 */
export interface Redactor {
  text(value: string, known: readonly KnownValue[]): string | null;
  /** The same of a value that is taken for ordinary: only what is beyond doubt is taken out, and mostly nothing. */
  stray(value: string): string;
  /** `paths`: how sensitive what stands under each path of the column's documents is; others are not known. */
  document(
    value: string,
    paths: Readonly<Record<string, Level>>,
    known: readonly KnownValue[],
  ): string | null;
}
