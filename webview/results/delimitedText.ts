import type { Row } from "../../protocol/messages.ts";
import { cellText } from "./cellText.ts";

const FORMULA_START = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * CSV by RFC 4180: CRLF line ends, quotes where needed, a header line. NULL is an empty field and an empty text
 * is `""`, so that they can be told apart.
 */
export const toCsv = (names: readonly string[], rows: readonly Row[]): string =>
  csv(names, rows, (text) => text);

/** CSV in which no text can be taken for a formula: those get an apostrophe in front. Numbers stay numbers. */
export const toSpreadsheetCsv = (names: readonly string[], rows: readonly Row[]): string =>
  csv(names, rows, withoutFormula);

/** Tab-separated, as spreadsheets paste it: formulas are disarmed as in `toSpreadsheetCsv`. */
export function toTabbed(names: readonly string[] | null, rows: readonly Row[]): string {
  const lines = rows.map((row) => row.map((cell) => tabbed(cellText(cell) ?? "")).join("\t"));
  return (names === null ? lines : [names.map(tabbed).join("\t"), ...lines]).join("\n");
}

function csv(names: readonly string[], rows: readonly Row[], safe: (text: string) => string): string {
  const field = (text: string | null) => (text === null ? "" : quoted(safe(text)));
  const lines = [names.map(field), ...rows.map((row) => row.map((cell) => field(cellText(cell))))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

const quoted = (text: string): string =>
  text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const withoutFormula = (text: string): string =>
  FORMULA_START.test(text) && !NUMBER.test(text) ? `'${text}` : text;

function tabbed(text: string): string {
  const safe = withoutFormula(text);
  return /["\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
