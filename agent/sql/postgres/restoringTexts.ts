import type { CapturableWrite } from "./capturable.ts";
import { qualified, quoted } from "./quoted.ts";

/** The texts by which the rows of a write are read and put back; values are parameters. */
export interface RestoringTexts {
  /** Locks and reads what the write will change: where a row lies (two columns), then every column. */
  readonly before: string;
  /** Locks and reads the same of one row by its key. */
  readonly row: string;
  /** Puts one row back. */
  readonly restoring: string;
  /** The column, by position, that each parameter of `restoring` takes. */
  readonly parameters: readonly number[];
}

/** @param maxRows of which one more is read, to tell that there are more. */
export function restoringTexts(write: CapturableWrite, maxRows: number): RestoringTexts {
  const { relation, alias, selection, stored, key } = write;
  const name = (position: number): string => quoted(relation.columns[position]?.name ?? "");
  const table = qualified(relation);
  const all = (of: string): string =>
    ["tableoid", "ctid", ...relation.columns.map((column) => quoted(column.name))]
      .map((column) => `${of}.${column}`)
      .join(", ");
  const matches = (first: number): string =>
    key.map((position, index) => `${name(position)} = $${first + index}`).join(" AND ");
  const texts = {
    before: `SELECT ${all(alias)} ${selection}\nLIMIT ${maxRows + 1} FOR UPDATE`,
    row: `SELECT ${all(quoted(relation.name))} FROM ${table} WHERE ${matches(1)} FOR UPDATE`,
  };
  if (write.operation === "delete") {
    const values = stored.map((_, index) => `$${index + 1}`).join(", ");
    const into = `${table} (${stored.map(name).join(", ")})`;
    return {
      ...texts,
      restoring: `INSERT INTO ${into} OVERRIDING SYSTEM VALUE VALUES (${values})`,
      parameters: stored,
    };
  }
  const assignments = stored.map((position, index) => `${name(position)} = $${index + 1}`).join(", ");
  return {
    ...texts,
    restoring: `UPDATE ${table} SET ${assignments} WHERE ${matches(stored.length + 1)}`,
    parameters: [...stored, ...key],
  };
}
