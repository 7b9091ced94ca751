import { type InfoType, TABLE_CONTEXTS, type TableContext } from "../taxonomy/infoType.ts";
import { PERSON_NOUNS, STRONG_PERSON_NOUNS, THING_NOUNS } from "./nouns.ts";
import { splitIdentifier } from "./words.ts";

/** How much a phrase says: `named` in any table, `contextual` in tables about something, `hinted` little. */
export type PhraseStrength = "named" | "contextual" | "hinted";

/** A phrase of the taxonomy as words. `$person` and `$thing` stand for any noun of their kind, `$somebody` for a
 * noun that always means a person. */
export interface Phrase {
  readonly type: InfoType;
  readonly words: readonly string[];
  /** As the taxonomy writes it. */
  readonly text: string;
  readonly strength: PhraseStrength;
  /** For `contextual` ones. */
  readonly context?: TableContext;
  /** Names its words outright, without a placeholder. */
  readonly literal: boolean;
}

/** Every phrase of some types. */
export function phrasesOf(types: readonly InfoType[]): readonly Phrase[] {
  return types.flatMap((type) => [
    ...type.phrases.map((text) => phrase(type, text, "named")),
    ...(type.hints ?? []).map((text) => phrase(type, text, "hinted")),
    ...contexts(type).flatMap(([context, texts]) =>
      texts.map((text) => ({ ...phrase(type, text, "contextual"), context })),
    ),
  ]);
}

/** Whether the words of an identifier continue with this phrase at `start`. */
export function standsAt(phrase: Phrase, words: readonly string[], start: number): boolean {
  return phrase.words.every((expected, offset) => {
    const word = words[start + offset];
    if (word === undefined) return false;
    if (expected === "$person") return PERSON_NOUNS.has(word);
    if (expected === "$somebody") return STRONG_PERSON_NOUNS.has(word);
    if (expected === "$thing") return THING_NOUNS.has(word);
    return word === expected;
  });
}

function phrase(type: InfoType, text: string, strength: PhraseStrength): Phrase {
  const literal = !text.includes("$");
  const words = literal
    ? splitIdentifier(text)
    : text.split(" ").flatMap((word) => (word.startsWith("$") ? [word] : splitIdentifier(word)));
  return { type, words, text, strength, literal };
}

function contexts(type: InfoType): readonly (readonly [TableContext, readonly string[]])[] {
  return TABLE_CONTEXTS.flatMap((context): (readonly [TableContext, readonly string[]])[] => {
    const texts = type.phrasesIn?.[context];
    return texts === undefined ? [] : [[context, texts]];
  });
}
