import type { TextRow } from "./childMessages.ts";

/** A text that is no valid Unicode: what it holds cannot be told from another. */
export class InexactError extends Error {}

/** What takes the place of bytes that are no text. */
const REPLACED = "\ufffd";

/** Every value of a row as a text that stands for it exactly: its kind, and all of its digits, bits or characters. */
export const exactRow = (row: unknown): TextRow => (Array.isArray(row) ? row : [row]).map(exactCell);

function exactCell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return `i${value}`;
  if (typeof value === "number") {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(value);
    return `r${bits.toString("hex")}`;
  }
  if (typeof value === "string") {
    if (value.includes(REPLACED)) throw new InexactError("A text is not valid Unicode.");
    return `t${value}`;
  }
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString("hex")}`;
  throw new InexactError("A value is of no kind that SQLite has.");
}

/** The values that `exactRow` told, to be bound again. */
export const valuesOf = (row: TextRow): readonly unknown[] => row.map(boundValue);

function boundValue(cell: string | null): unknown {
  if (cell === null) return null;
  const told = cell.slice(1);
  switch (cell[0]) {
    case "i":
      return BigInt(told);
    case "r":
      return Buffer.from(told, "hex").readDoubleBE();
    case "t":
      return told;
    default:
      return Buffer.from(told, "hex");
  }
}
