import type { InfoType, TableContext } from "../taxonomy/infoType.ts";
import { infoType } from "../taxonomy/taxonomy.ts";
import { isEncryptedName } from "./encryptedName.ts";
import { isTurnedBefore } from "./leading.ts";
import { LEADS, NEUTRAL } from "./modifiers.ts";
import { PERSON_NOUNS, STRONG_PERSON_NOUNS, THING_NOUNS } from "./nouns.ts";
import { type Phrase, type PhraseStrength, standsAt } from "./phrase.ts";
import { NO_FRAME, type TableFrame, withoutPrefix } from "./tableFrame.ts";
import { isDisguise, isNeutralBehind } from "./trailing.ts";
import { nameWords, PHRASES } from "./vocabulary.ts";
import { writtenAbout } from "./writtenAbout.ts";

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
  const whole = withoutCopyMark(words);
  const bare = withoutPrefix(whole, frame);
  const found = [
    ...readWords(whole, contexts, frame),
    ...(frame.listed.length > 0 ? listedHere(whole, frame) : []),
  ];
  return bare === whole ? found : [...found, ...readWords(bare, contexts, frame)];
}

/** What words name outright, and what the way they are put together says of the rest. */
function readWords(
  words: readonly string[],
  contexts: ReadonlySet<TableContext>,
  frame: TableFrame,
): readonly NameMatch[] {
  const spelled = matchWords(words, contexts, frame);
  const found =
    spelled.length === 0 && words.includes("identifier")
      ? matchWords(words.map(withShortId), contexts, frame)
      : spelled;
  const written = writtenAbout(words, contexts);
  return [
    ...found,
    ...(written === null
      ? []
      : [
          {
            type: infoType(written.type),
            strength: "contextual" as const,
            context: written.context,
            words: written.words,
            disguised: false,
          },
        ]),
    ...(isEncryptedName(words)
      ? [{ type: infoType("encrypted_blob"), strength: "named" as const, words, disguised: false }]
      : []),
  ];
}

const withShortId = (word: string): string => (word === "identifier" ? "id" : word);

/** Words at the end that only tell where or since when the same value is kept: `digest_multi_region`. */
function withoutCopyMark(words: readonly string[]): readonly string[] {
  const [before, last] = words.slice(-2);
  return words.length > 2 && last === "region" && /^(?:multi|single|cross)$/.test(before ?? "")
    ? words.slice(0, -2)
    : words;
}

/** `number` in a table called `phone_numbers`: the table says what is listed in it. */
function listedHere(words: readonly string[], frame: TableFrame): readonly NameMatch[] {
  const [word = ""] = words;
  if (words.length !== 1 || !LISTED_AS.has(word)) return [];
  return matchWords(frame.listed, new Set(), NO_FRAME).filter(
    ({ type, strength }) => strength === "named" && LISTED.has(type.name),
  );
}

const LISTED_AS: ReadonlySet<string> = new Set(["number", "value", "address"]);
/** Kinds that have tables of their own; addresses of machines and tokens of texts have those too. */
const LISTED: ReadonlySet<string> = new Set([
  "email",
  "phone",
  "bank_account",
  "iban",
  "us_ssn",
  "national_id",
  "passport_number",
  "driver_licence",
]);

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
    .filter(({ phrase, start }) => !isTurnedBefore(words, start, phrase.type))
    .filter(({ phrase, end }) => isNeutralBehind(phrase, words.slice(end)))
    .filter((one) => isSelfExplaining(one.phrase) || leadIsNeutral(words, one, frame))
    .filter((one) => !longest.some((other) => sameSpan(other, one) && precedence(other) > precedence(one)))
    .filter((one, _, kept) => !kept.some((other) => isQualifierOf(one, other)))
    .map(({ phrase, start, end }) => ({
      type: phrase.type,
      strength: phrase.strength,
      ...(phrase.context !== undefined && { context: phrase.context }),
      words: phrase.literal ? [phrase.text] : words.slice(start, end),
      disguised: words.slice(end).some((word) => isDisguise(word, phrase.type)),
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
  const found: Occurrence[] = [];
  for (const [start, word] of words.entries()) {
    for (const phrase of beginningWith(word)) {
      if (phrase.context !== undefined && !contexts.has(phrase.context)) continue;
      if (standsAt(phrase, words, start)) found.push({ phrase, start, end: start + phrase.words.length });
    }
  }
  return found;
}

const NONE: readonly Phrase[] = [];
const beginning = new Map<string, readonly Phrase[]>();

/** Phrases a word can begin, by itself or as a noun of a kind. */
function beginningWith(word: string): readonly Phrase[] {
  const known = beginning.get(word);
  if (known !== undefined) return known;
  const own = BY_FIRST_WORD.get(word);
  const kinds = [
    ...(PERSON_NOUNS.has(word) ? ["$person"] : []),
    ...(STRONG_PERSON_NOUNS.has(word) ? ["$somebody"] : []),
    ...(THING_NOUNS.has(word) ? ["$thing"] : []),
  ];
  // What names are made of has no end; what phrases begin with has.
  if (kinds.length === 0) return own ?? NONE;
  const all = [...(own ?? []), ...kinds.flatMap((kind) => BY_FIRST_WORD.get(kind) ?? [])];
  beginning.set(word, all);
  return all;
}

const covers = (longer: Occurrence, shorter: Occurrence): boolean =>
  longer.start <= shorter.start &&
  longer.end >= shorter.end &&
  longer.end - longer.start > shorter.end - shorter.start;

const sameSpan = (a: Occurrence, b: Occurrence): boolean => a.start === b.start && a.end === b.end;

/** Of several readings of the same words: what the table says, then what is spelled out, then the rest. */
const precedence = ({ phrase }: Occurrence): number =>
  phrase.strength === "contextual" ? 3 : phrase.strength === "hinted" ? 0 : phrase.literal ? 2 : 1;
