import type { ActivityEntry } from "../../messages.ts";

const COLUMNS = [
  "seq",
  "at",
  "actor",
  "connection",
  "environment",
  "statement",
  "verdict",
  "reason",
  "outcome",
  "rows",
  "milliseconds",
  "maskedColumns",
  "risk",
] as const satisfies readonly (keyof ActivityEntry)[];

/** First line of a CSV of statements, with its line end. */
export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

/** One statement, with its line end. */
export const csvLine = (entry: ActivityEntry): string => csvRow(COLUMNS.map((column) => entry[column]));

/** One row of any table, with its line end. */
export const csvRow = (values: readonly (string | number | null)[]): string =>
  `${values.map(csvField).join(",")}\r\n`;

/** RFC 4180; a leading formula character is neutralised, since people open these in spreadsheets. */
function csvField(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
