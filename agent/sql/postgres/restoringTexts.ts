import type { Relation } from "../../../protocol/catalog.ts";
import type { CapturableWrite } from "./capturable.ts";
import { qualified, quoted } from "./quoted.ts";
import type { UndoableInsert } from "./undoableInsert.ts";

/** The texts by which the rows of a write are read and put back, or taken away; values are parameters. */
export interface RestoringTexts {
  /** Locks and reads one row by its key: where it lies (two columns), then every column. */
  readonly row: string;
  /** Puts one row back, or takes it away. */
  readonly restoring: string;
  /** The column, by position, that each parameter of `restoring` takes. */
  readonly parameters: readonly number[];
}

/** Locks and reads what a write will change: of more than `maxRows`, one is read, to tell that there are more. */
export const lockingText = ({ relation, alias, selection }: CapturableWrite, maxRows: number): string =>
  `SELECT ${wholeRow(relation, alias)} ${selection}\nLIMIT ${maxRows + 1} FOR UPDATE`;

const wholeRow = (relation: Relation, of: string): string =>
  ["tableoid", "ctid", ...relation.columns.map((column) => quoted(column.name))]
    .map((column) => `${of}.${column}`)
    .join(", ");

/** How the rows of a write are put back one by one, or those of an INSERT taken away. */
export function restoringTexts(write: CapturableWrite | UndoableInsert): RestoringTexts {
  const { relation, key } = write;
  const name = (position: number): string => quoted(relation.columns[position]?.name ?? "");
  const table = qualified(relation);
  const matches = (first: number): string =>
    key.map((position, index) => `${name(position)} = $${first + index}`).join(" AND ");
  const row = `SELECT ${wholeRow(relation, quoted(relation.name))} FROM ${table} WHERE ${matches(1)} FOR UPDATE`;
  if (write.operation === "insert") {
    return { row, restoring: `DELETE FROM ${table} WHERE ${matches(1)}`, parameters: key };
  }
  const { stored } = write;
  if (write.operation === "delete") {
    const values = stored.map((_, index) => `$${index + 1}`).join(", ");
    const into = `${table} (${stored.map(name).join(", ")})`;
    return {
      row,
      restoring: `INSERT INTO ${into} OVERRIDING SYSTEM VALUE VALUES (${values})`,
      parameters: stored,
    };
  }
  const assignments = stored.map((position, index) => `${name(position)} = $${index + 1}`).join(", ");
  return {
    row,
    restoring: `UPDATE ${table} SET ${assignments} WHERE ${matches(stored.length + 1)}`,
    parameters: [...stored, ...key],
  };
}
