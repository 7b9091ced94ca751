import { findInText } from "./findInText.ts";
import type { TextFinding } from "./textFinding.ts";

/** Longer texts are taken apart at blanks, so that no text makes the search slow. */
const PIECE = 65_536;
/** Nothing that is looked for is longer, but for key blocks. */
const OVERLAP = 1_024;

export interface RedactedText {
  readonly text: string;
  readonly findings: readonly TextFinding[];
}

/** A text with `[REDACTED:type]` in place of everything that was found in it. */
export function redactText(text: string): RedactedText {
  const findings = text.length <= PIECE ? findInText(text) : findInPieces(text);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, infoType } of findings) {
    parts.push(text.slice(from, start), `[REDACTED:${infoType}]`);
    from = end;
  }
  parts.push(text.slice(from));
  return { text: parts.join(""), findings };
}

function findInPieces(text: string): readonly TextFinding[] {
  const findings: TextFinding[] = [];
  for (let start = 0; start < text.length; ) {
    const end = Math.min(text.length, start + PIECE);
    const cut = findings.at(-1);
    // A key that the end of the last piece cut in two is looked at again as a whole.
    const from = Math.max(0, Math.min(start - OVERLAP, cut?.end === start ? cut.start : start));
    for (const finding of findInText(text.slice(from, end))) {
      const moved = { ...finding, start: finding.start + from, end: finding.end + from };
      // Judged already, with all that stands before it.
      if (moved.end < start) continue;
      const last = findings.at(-1);
      if (last !== undefined && moved.start < last.end) {
        // What the end of a piece cut in two is what it is as a whole.
        const whole = moved.start <= last.start ? moved : { ...last, end: moved.end };
        if (moved.end > last.end) findings[findings.length - 1] = whole;
        continue;
      }
      findings.push(moved);
    }
    start = end;
  }
  return findings;
}
