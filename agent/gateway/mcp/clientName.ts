import { visibleText } from "../../../protocol/visibleText.ts";

const LONGEST = 80;

/** A name a program gives itself, as it may stand in records and on a page. */
export function shownName(name: string | undefined): string {
  const words = visibleText(name ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST);
  return words === "" ? "unknown" : words;
}
