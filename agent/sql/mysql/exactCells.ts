import type { Column } from "../../../protocol/catalog.ts";
import { quotedName } from "./quotedName.ts";

/** How one column's values are read as texts that stand for them exactly, and are written again. */
export interface ExactCell {
  /** The expression that reads it. */
  readonly read: string;
  /** The literal that stores it, or finds it by a key. */
  readonly literal: (text: string) => string;
}

/**
 * Numbers keep every digit, texts and bytes are read as their bytes, moments as seconds of UTC: neither a session's
 * settings nor a client's encoding is in them.
 */
export function exactCell(column: Column): ExactCell {
  const name = quotedName(column.name);
  const type = column.type.toLowerCase();
  const [word = ""] = /^[a-z0-9]+/.exec(type) ?? [];
  if (NUMBERS.has(word)) return { read: name, literal: number };
  // A FLOAT would print six digits; multiplied, it prints what it holds, and a negative zero stays one.
  if (word === "float" || word === "double") return { read: `${name} * 1e0`, literal: double };
  if (word === "bit" || word === "enum" || word === "set") {
    return { read: `CAST(${name} AS UNSIGNED)`, literal: number };
  }
  if (word === "timestamp") return { read: `UNIX_TIMESTAMP(${name})`, literal: moment };
  if (TIMES.has(word)) return { read: name, literal: time };
  if (type === "json") return { read: `HEX(${name})`, literal: bytes("_utf8mb4 ") };
  const { characterSet } = column;
  if (characterSet !== undefined) return { read: `HEX(${name})`, literal: bytes(`_${characterSet} `) };
  if (PRINTED.has(word)) return { read: name, literal: printed };
  return { read: `HEX(${name})`, literal: bytes("") };
}

/** What a session that has another time zone would take for another value, if it is compared with a literal. */
export const isMoment = ({ type }: Column): boolean => /^timestamp/i.test(type);

const NUMBERS: ReadonlySet<string> = new Set([
  "tinyint",
  "smallint",
  "mediumint",
  "int",
  "integer",
  "bigint",
  "decimal",
  "numeric",
  "year",
]);
const TIMES: ReadonlySet<string> = new Set(["date", "datetime", "time"]);
/** Types of MariaDB that have one text. */
const PRINTED: ReadonlySet<string> = new Set(["inet6", "inet4", "uuid"]);

const checked = (pattern: RegExp, text: string): string => {
  if (pattern.test(text)) return text;
  throw new RangeError("A value of a row is not as its type prints it.");
};

const number = (text: string): string => checked(/^-?\d+(?:\.\d+)?$/, text);
const double = (text: string): string => {
  const digits = checked(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/, text);
  return digits.includes("e") ? digits : `${digits}e0`;
};
const time = (text: string): string => `'${checked(/^[-\d:. ]+$/, text)}'`;
const printed = (text: string): string => `'${checked(/^[\da-f:.-]+$/i, text)}'`;
const bytes =
  (introducer: string) =>
  (text: string): string =>
    `${introducer}X'${checked(/^(?:[\dA-F]{2})*$/, text)}'`;

/** Seconds of UTC as MySQL writes a moment where the session's time zone is UTC; 0 is its zero date. */
function moment(text: string): string {
  const [seconds = "", fraction] = checked(/^\d+(?:\.\d+)?$/, text).split(".");
  const after = fraction === undefined ? "" : `.${fraction}`;
  if (/^0+$/.test(seconds)) return `'0000-00-00 00:00:00${after}'`;
  const [day, clock] = new Date(Number(seconds) * 1_000).toISOString().split("T");
  return `'${day} ${clock?.slice(0, 8)}${after}'`;
}
