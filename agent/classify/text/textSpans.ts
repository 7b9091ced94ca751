/** A stretch of a text that is not to be shown, and what stands there. Offsets in UTF-16 code units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

/** A text with `‹what›` in place of every span. Where spans overlap, nothing of any of them is left. */
export function withoutSpans(text: string, spans: readonly TextSpan[]): string {
  if (spans.length === 0) return text;
  const inOrder = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, what } of inOrder) {
    if (end <= from) continue;
    if (start >= from) parts.push(text.slice(from, start), `‹${what.replaceAll("_", " ")}›`);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

const WORD = /[\p{L}\p{N}]/u;

/** Every place where a value stands in a text as words of its own, in whatever case. */
export function placesOf(folded: string, value: string, what: string): readonly TextSpan[] {
  const wanted = fold(value);
  const found: TextSpan[] = [];
  for (let start = folded.indexOf(wanted); start >= 0; start = folded.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    if (!WORD.test(folded[start - 1] ?? "") && !WORD.test(folded[end] ?? "")) found.push({ start, end, what });
  }
  return found;
}

/** The text in one case; as long as it was, so that places in it are places in the text. */
export const fold = (text: string): string =>
  text.replace(/\p{Lu}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  });
