import { TAXONOMY } from "../taxonomy/taxonomy.ts";
import { CALLED_AT, DISGUISES, NEUTRAL } from "./modifiers.ts";
import { LOOKUP_NOUNS, PERSON_NOUNS, TABLE_NOISE, TABLE_NOUNS, THING_NOUNS } from "./nouns.ts";
import { type Phrase, phrasesOf } from "./phrase.ts";
import { splitIdentifier } from "./words.ts";

/** Every phrase of the taxonomy. */
export const PHRASES: readonly Phrase[] = phrasesOf(TAXONOMY);

const VOCABULARY: ReadonlySet<string> = new Set(
  [
    ...PHRASES.flatMap((phrase) => phrase.words),
    ...PERSON_NOUNS,
    ...TABLE_NOISE,
    ...LOOKUP_NOUNS,
    ...NEUTRAL,
    ...DISGUISES,
    ...CALLED_AT,
    ...THING_NOUNS,
    ...Object.values(TABLE_NOUNS).flatMap((nouns) => [...nouns]),
  ].filter((word) => word.length >= 3),
);

const split = new Map<string, readonly string[]>();
const MOST_SPLIT = 50_000;

/** The words of an identifier; `customeremail` is taken apart where every piece is a word of the taxonomy. */
export function nameWords(identifier: string): readonly string[] {
  const found = split.get(identifier);
  if (found !== undefined) return found;
  const words = splitIdentifier(identifier).flatMap((word) =>
    word.length < 7 || VOCABULARY.has(word) ? [word] : (spelledFrom(word, 3) ?? withAddress(word) ?? [word]),
  );
  if (split.size >= MOST_SPLIT) split.clear();
  if (identifier.length <= 63) split.set(identifier, words);
  return words;
}

/** `firstip`, `loginip`: a word of two letters is told from a syllable by the whole word before it. */
function withAddress(run: string): readonly string[] | null {
  const head = run.slice(0, -2);
  return run.endsWith("ip") && VOCABULARY.has(head) ? [head, "ip"] : null;
}

/** Spells a run of letters from at most `pieces` words of the vocabulary, longest first. */
function spelledFrom(run: string, pieces: number): readonly string[] | null {
  if (VOCABULARY.has(run)) return [run];
  if (pieces === 1) return null;
  for (let length = run.length - 3; length >= 3; length--) {
    const head = run.slice(0, length);
    if (!VOCABULARY.has(head)) continue;
    const rest = spelledFrom(run.slice(length), pieces - 1);
    if (rest !== null) return [head, ...rest];
  }
  return null;
}
