import { sqlTokens } from "./sqlTokens.ts";

const RUN = 4;
/** Longer statements are compared by their beginning. */
const MOST_TOKENS = 3_000;

/**
 * A statement as a list of words that survives layout, comments, case and other values: what two texts have in common
 * is told by it. Holds no value of the text.
 */
export function likenessOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const { kind, start, end } of sqlTokens(text).slice(0, MOST_TOKENS)) {
    const piece = text.slice(start, end);
    if (kind === "word") words.push(piece.toLowerCase());
    else if (kind === "quoted") words.push(plainName(piece));
    else words.push(kind === "sign" ? piece : "?");
  }
  while (words.at(-1) === ";") words.pop();
  return words;
}

/** A quoted name as it would stand without quotes; what is none may be a value of another dialect. */
function plainName(quoted: string): string {
  const name = quoted.slice(1, -1);
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name.toLowerCase() : "?";
}

/** Of every four words in a row of `part`, the share that stands so in `whole` too: 0 to 1. */
export function sharedRuns(part: readonly string[], whole: readonly string[]): number {
  const runs = runsOf(part);
  if (runs.size === 0) return 0;
  const known = runsOf(whole);
  let shared = 0;
  for (const run of runs) if (known.has(run)) shared += 1;
  return shared / runs.size;
}

/** By list of words: a suggestion is compared with everything a person runs. */
const knownRuns = new WeakMap<readonly string[], ReadonlySet<string>>();

function runsOf(words: readonly string[]): ReadonlySet<string> {
  const known = knownRuns.get(words);
  if (known !== undefined) return known;
  const runs = new Set(
    words.slice(RUN - 1).map((_, index) => words.slice(index, index + RUN).join("\u0001")),
  );
  knownRuns.set(words, runs);
  return runs;
}

/** The share of `part` that is in `whole` in the same order: 0 to 1. */
export function sharedInOrder(part: readonly string[], whole: readonly string[]): number {
  if (part.length === 0) return 0;
  let row = new Uint16Array(whole.length + 1);
  for (const word of part) {
    const next = new Uint16Array(whole.length + 1);
    for (const [index, other] of whole.entries()) {
      next[index + 1] =
        word === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0);
    }
    row = next;
  }
  return (row[whole.length] ?? 0) / part.length;
}
