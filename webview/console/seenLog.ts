import { element } from "../element.ts";
import type { Remembered } from "./verifyRecord.ts";

const keyOf = (log: string): string => `sluice.seen.${log}`;

/** What this browser has seen of the log; null where it has seen nothing. */
export function remembered(log: string): Remembered | null {
  const text = localStorage.getItem(keyOf(log));
  return text === null ? null : JSON.parse(text);
}

export const remember = (log: string, seen: Remembered): void =>
  localStorage.setItem(keyOf(log), JSON.stringify(seen));

/** Says how many records this browser has seen the log hold. */
export function seenNote(log: string): HTMLElement | null {
  const size = remembered(log)?.checkpoint.split("\n")[1];
  return size === undefined
    ? null
    : element(
        "p",
        { class: "note" },
        `This browser remembers the log at ${Number(size).toLocaleString("en")} records.`,
      );
}
