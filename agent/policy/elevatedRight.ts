import type { ColumnId } from "../sql/facts.ts";
import type { Ruling } from "./authorisation.ts";

/** A right that others agreed to give this person, on this connection, for now. */
export interface ElevatedRight {
  readonly id: string;
  readonly right:
    | { readonly kind: "write" }
    /** `has`: whether it is one of the columns that were agreed to. */
    | { readonly kind: "reveal"; has(column: ColumnId): boolean };
  /** The group that agreed, and how many distinct people of it. */
  readonly group: string;
  readonly people: number;
}

/**
 * The right under which a ruling that waits for others is met: by the group that policy names now, and enough of them.
 * What policy denies, none of them allows.
 */
export const rightFor = (
  ruling: Ruling,
  rights: readonly ElevatedRight[],
  covers: (right: ElevatedRight["right"]) => boolean,
): ElevatedRight | undefined =>
  ruling.verdict === "approve"
    ? rights.find(
        ({ right, group, people }) => covers(right) && group === ruling.approvers && people >= ruling.needed,
      )
    : undefined;
