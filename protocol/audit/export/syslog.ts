import type { Sha256 } from "../../ids.ts";
import { recordDetails, recordMessage, recordSeverity } from "./recordWords.ts";
import type { PlacedBody } from "./statementJoin.ts";

/** Where the lines come from. */
export interface SyslogSource {
  readonly chain: Sha256;
  /** Name of the machine; null where it is not known. */
  readonly host: string | null;
}

/** "log audit" of RFC 5424. */
const FACILITY = 13;
const SEVERITIES = { alert: 1, warning: 4, notice: 5, informational: 6 } as const;
/** The number is the one RFC 5612 reserves for documentation: Sluice has none of its own. */
const SD_ID = "sluice@32473";
const BYTE_ORDER_MARK = "\ufeff";

/** A record as one line of RFC 5424, without any value of a row. */
export function syslogLine({ chain, host }: SyslogSource, placed: PlacedBody): string {
  const { seq, hash, at, body } = placed;
  const data = Object.entries({ chain, seq, hash, ...recordDetails(body) })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${parameter(String(value))}"`)
    .join("");
  const priority = FACILITY * 8 + SEVERITIES[recordSeverity(body)];
  const header = `<${priority}>1 ${at} ${headerField(host, 255)} sluice - ${headerField(body.kind, 32)}`;
  return `${header} [${SD_ID}${data}] ${BYTE_ORDER_MARK}${oneLine(recordMessage(body))}\n`;
}

/** PARAM-VALUE: three characters are escaped; a line stays a line. */
const parameter = (text: string): string => oneLine(text).replaceAll(/["\\\]]/g, "\\$&");

/** Whoever writes a statement must not be able to write a line of its own into the log. */
const oneLine = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");

/** Printable ASCII without spaces, at most so long; `-` for nothing. */
function headerField(text: string | null, most: number): string {
  const field = (text ?? "").replaceAll(/[^\x21-\x7e]/g, "_").slice(0, most);
  return field === "" ? "-" : field;
}
