import { visibleText } from "../../../protocol/visibleText.ts";

const LONGEST = 80;

/** A name a program gives itself, as it may stand in records and on a page. */
export function shownName(name: string | undefined): string {
  const words = visibleText(name ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST)
    // Half of a character that was cut through is none, and no record could hold it.
    .replace(/\p{Surrogate}$/u, "");
  return words === "" ? "unknown" : words;
}
