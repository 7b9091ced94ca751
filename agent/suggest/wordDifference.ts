import type { DifferencePart } from "../../protocol/suggestion/suggestion.ts";

/** A word or sign with the blanks before it. */
const PIECES = /\s*(?:[\p{L}\p{N}_$]+|'(?:[^']|'')*'|\S)|\s+$/gu;
const MOST_PIECES = 2_000;

/** What became of a text, word by word. */
export function wordDifference(from: string, to: string): readonly DifferencePart[] {
  if (from === to) return [{ kind: "same", text: from }];
  const a: readonly string[] = from.match(PIECES) ?? [];
  const b: readonly string[] = to.match(PIECES) ?? [];
  if (a.length > MOST_PIECES || b.length > MOST_PIECES) {
    return [
      { kind: "gone", text: from },
      { kind: "new", text: to },
    ];
  }
  const table = longestCommon(a, b);
  const parts: { kind: DifferencePart["kind"]; text: string }[] = [];
  const add = (kind: DifferencePart["kind"], text: string): void => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      add("same", left);
      i += 1;
      j += 1;
    } else if (right === undefined || (left !== undefined && at(table, i + 1, j) >= at(table, i, j + 1))) {
      add("gone", left ?? "");
      i += 1;
    } else {
      add("new", right);
      j += 1;
    }
  }
  return parts;
}

/** As it is recorded: `[-what is gone-]{+what is new+}` between what stayed. */
export const differenceText = (parts: readonly DifferencePart[]): string =>
  parts
    .map(({ kind, text }) => (kind === "same" ? text : kind === "gone" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

const at = (table: readonly Uint16Array[], i: number, j: number): number => table[i]?.[j] ?? 0;

function longestCommon(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] =
        a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
