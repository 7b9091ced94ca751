import type { CapturePlan } from "../capturePlan.ts";
import type { FlightWatcher, Leg, LegAnswer, RawRow } from "./flight.ts";

/** Sends legs in one flight on the session's backend. @throws ServerError, ConnectError */
export type Fly = (
  legs: readonly Leg[],
  text: string,
  watcher?: FlightWatcher,
) => Promise<readonly LegAnswer[]>;

/** One row as it is stored: where it lies changes with every write to it. */
export interface RowImage {
  readonly place: string;
  readonly cells: RawRow;
}

const ROW = "sluice_row";
const ROWS_AT_ONCE = 500;

/** A row as `CapturePlan` has it read. */
export const imageOf = ([relation, place, ...cells]: RawRow): RowImage => ({
  place: `${relation}${place}`,
  cells,
});

export const keyOf = (cells: RawRow, key: readonly number[]): readonly string[] =>
  key.map((position) => cells[position] ?? "");

/** Locks and reads a row for each key, in order; hands on what is there, null where nothing is. */
export async function readByKeys(
  fly: Fly,
  { rowText }: Pick<CapturePlan, "rowText">,
  keys: readonly (readonly string[])[],
  found: (image: RowImage | null, position: number) => void,
): Promise<void> {
  for (let from = 0; from < keys.length; from += ROWS_AT_ONCE) {
    const legs = keys.slice(from, from + ROWS_AT_ONCE).map(
      (values, position): Leg => ({
        kind: "run",
        text: rowText,
        values,
        prepared: { name: ROW, known: from + position > 0 },
      }),
    );
    for (const [position, { rows }] of (await fly(legs, "")).entries()) {
      const [row] = rows;
      found(row === undefined ? null : imageOf(row), from + position);
    }
  }
}
