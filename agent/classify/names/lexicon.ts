import type { InfoType, TableContext } from "../taxonomy/infoType.ts";
import { DISGUISES, FLAG_WORDS, HEALTH_HEADS, LEADS, NEUTRAL } from "./modifiers.ts";
import { PERSON_NOUNS, STRONG_PERSON_NOUNS, THING_NOUNS } from "./nouns.ts";
import { type Phrase, type PhraseStrength, standsAt } from "./phrase.ts";
import { type TableFrame, withoutPrefix } from "./tableFrame.ts";
import { nameWords, PHRASES } from "./vocabulary.ts";

/** A phrase found in a name. */
export interface NameMatch {
  readonly type: InfoType;
  readonly strength: PhraseStrength;
  readonly context?: TableContext;
  /** The words that say so. */
  readonly words: readonly string[];
  /** The name says the value is kept hashed or encrypted. */
  readonly disguised: boolean;
}

/** Phrases by first word; those that begin with a placeholder apart. */
const BY_FIRST_WORD = new Map<string, Phrase[]>();
for (const phrase of PHRASES) {
  const [first = ""] = phrase.words;
  const known = BY_FIRST_WORD.get(first);
  if (known === undefined) BY_FIRST_WORD.set(first, [phrase]);
  else known.push(phrase);
}

/**
 * What a column's words name. In an English compound the last word rules and in a Romance one the first, so a
 * phrase counts only where nothing but neutral words follow it: `email_verified` names no e-mail address. A
 * phrase inside a longer one is not a match: `email address` is no address. What a word means only in some tables
 * it does not mean behind a word that makes it something else: `config_hash` is no hash of a password.
 */
export function matchName(
  words: readonly string[],
  contexts: ReadonlySet<TableContext>,
  frame: TableFrame,
): readonly NameMatch[] {
  if (isKeyName(words)) return [];
  const bare = withoutPrefix(words, frame);
  const found = matchWords(words, contexts, frame);
  return bare === words ? found : [...found, ...matchWords(bare, contexts, frame)];
}

function matchWords(
  words: readonly string[],
  contexts: ReadonlySet<TableContext>,
  frame: TableFrame,
): readonly NameMatch[] {
  const found = occurrences(words, contexts);
  const longest = found.filter(
    (one) => !found.some((other) => covers(other, one) && other.phrase.strength !== "hinted"),
  );
  return longest
    .filter((one) => !isFlag(words, one))
    .filter((one) => restIsNeutral(words, one))
    .filter((one) => isSelfExplaining(one.phrase) || leadIsNeutral(words, one, frame))
    .filter((one) => !longest.some((other) => sameSpan(other, one) && precedence(other) > precedence(one)))
    .filter((one, _, kept) => !kept.some((other) => isQualifierOf(one, other)))
    .map(({ phrase, start, end }) => ({
      type: phrase.type,
      strength: phrase.strength,
      ...(phrase.context !== undefined && { context: phrase.context }),
      words: phrase.literal ? [phrase.text] : words.slice(start, end),
      disguised: words.slice(end).some((word) => DISGUISES.has(word)),
    }));
}

/** Means the same whatever stands before it; a mere word for a person does not: `becoming_a_teacher`. */
const isSelfExplaining = ({ strength, text }: Phrase): boolean =>
  strength === "named" && text !== "$somebody";

/** `parent` in `parent_phone`: what comes last in a compound is what it is. */
const isQualifierOf = (one: Occurrence, other: Occurrence): boolean =>
  one.phrase.type.category === "none" &&
  other.phrase.type.category !== "none" &&
  other.phrase.strength !== "hinted" &&
  other.start >= one.end;

/** Words that mark the key of another row: `fk_vaccine`, `id_patient`. */
const isKeyName = (words: readonly string[]): boolean =>
  words.length > 1 && /^(?:[xu]?fk|pk|lnk)$/.test(words[0] ?? "");

/** Whether what stands before a phrase leaves its meaning alone. */
function leadIsNeutral(words: readonly string[], { start }: Occurrence, frame: TableFrame): boolean {
  return words
    .slice(0, start)
    .every(
      (word) =>
        NEUTRAL.has(word) ||
        LEADS.has(word) ||
        PERSON_NOUNS.has(word) ||
        frame.words.has(word) ||
        word.length <= 2 ||
        /^\p{N}+$/u.test(word),
    );
}

/** Types that a sentence, such as a comment, mentions outright. */
export function matchSentence(sentence: string): readonly NameMatch[] {
  const words = nameWords(sentence).slice(0, 40);
  const found = occurrences(words, new Set()).filter(
    ({ phrase }) => phrase.strength === "named" && phrase.literal && phrase.type.category !== "none",
  );
  return found
    .filter((one) => !found.some((other) => covers(other, one)))
    .map(({ phrase, start, end }) => ({
      type: phrase.type,
      strength: "hinted",
      words: words.slice(start, end),
      disguised: false,
    }));
}

interface Occurrence {
  readonly phrase: Phrase;
  readonly start: number;
  readonly end: number;
}

function occurrences(words: readonly string[], contexts: ReadonlySet<TableContext>): readonly Occurrence[] {
  return words.flatMap((word, start) => {
    const candidates = [
      ...(BY_FIRST_WORD.get(word) ?? []),
      ...(PERSON_NOUNS.has(word) ? (BY_FIRST_WORD.get("$person") ?? []) : []),
      ...(STRONG_PERSON_NOUNS.has(word) ? (BY_FIRST_WORD.get("$somebody") ?? []) : []),
      ...(THING_NOUNS.has(word) ? (BY_FIRST_WORD.get("$thing") ?? []) : []),
    ];
    return candidates
      .filter((phrase) => phrase.context === undefined || contexts.has(phrase.context))
      .filter((phrase) => standsAt(phrase, words, start))
      .map((phrase) => ({ phrase, start, end: start + phrase.words.length }));
  });
}

const covers = (longer: Occurrence, shorter: Occurrence): boolean =>
  longer.start <= shorter.start &&
  longer.end >= shorter.end &&
  longer.end - longer.start > shorter.end - shorter.start;

const sameSpan = (a: Occurrence, b: Occurrence): boolean => a.start === b.start && a.end === b.end;

/** Of several readings of the same words: what the table says, then what is spelled out, then the rest. */
const precedence = ({ phrase }: Occurrence): number =>
  phrase.strength === "contextual" ? 3 : phrase.strength === "hinted" ? 0 : phrase.literal ? 2 : 1;

/** `has_phone`, `send_email`: a fact about it, unless the fact is the secret (`is_pregnant`). */
const isFlag = (words: readonly string[], { phrase, start }: Occurrence): boolean =>
  start > 0 && FLAG_WORDS.has(words[0] ?? "") && !tellsByYesOrNo(phrase.type);

function restIsNeutral(words: readonly string[], { phrase, end }: Occurrence): boolean {
  const rest = words.slice(end);
  if (phrase.text === "$somebody") return rest.every((word) => /^(?:\p{N}+|.)$/u.test(word));
  const neutral = (word: string): boolean =>
    (NEUTRAL.has(word) &&
      !(NOT_IN_NAMES.has(word) && isWords(phrase.type)) &&
      !(word === "text" && phrase.type.name === "username")) ||
    DISGUISES.has(word) ||
    (PERSON_NOUNS.has(word) && phrase.type.name !== "free_text") ||
    /^\p{N}+$/u.test(word) ||
    (phrase.type.category === "none" && word === "name") ||
    (tellsByYesOrNo(phrase.type) && HEALTH_HEADS.has(word));
  return rest.every(neutral);
}

/** Kinds that are words, not numbers: `customer_number` is no name of a customer. */
const isWords = (type: InfoType): boolean => WORDS_ONLY.has(type.name);

const WORDS_ONLY: ReadonlySet<string> = new Set([
  "person_name",
  "given_name",
  "family_name",
  "other_name",
  "cardholder_name",
  "free_text",
]);
const NOT_IN_NAMES: ReadonlySet<string> = new Set([
  "number",
  "value",
  "data",
  "list",
  "set",
  "copy",
  "array",
  "search",
]);

const tellsByYesOrNo = (type: InfoType): boolean => type.shapes.includes("boolean");
