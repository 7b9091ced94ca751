/** A stretch of a text that is not to be shown, and what stands there. Offsets in UTF-16 code units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

/**
 * A text with `‹what›` in place of every span. Of spans that overlap nothing is left, and the one that was given first
 * says what stood there.
 */
export function withoutSpans(text: string, spans: readonly TextSpan[]): string {
  if (spans.length === 0) return text;
  const inOrder = spans.map((span, rank) => ({ ...span, rank })).sort((a, b) => a.start - b.start);
  const merged: (typeof inOrder)[number][] = [];
  for (const span of inOrder) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else {
      const { what, rank } = span.rank < last.rank ? span : last;
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), what, rank };
    }
  }
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, what } of merged) {
    parts.push(text.slice(from, start), `‹${what.replaceAll("_", " ")}›`);
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
    if (!WORD.test(folded[start - 1] ?? "") && !WORD.test(folded[end] ?? ""))
      found.push({ start, end, what });
  }
  return found;
}

/** The text in one case; as long as it was, so that places in it are places in the text. */
export const fold = (text: string): string =>
  text.replace(/\p{Lu}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  });
