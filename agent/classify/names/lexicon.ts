import type { InfoType, TableContext } from "../taxonomy/infoType.ts";
import { TAXONOMY } from "../taxonomy/taxonomy.ts";
import { PERSON_NOUNS, TABLE_NOUNS, THING_NOUNS } from "./nouns.ts";
import { type Phrase, type PhraseStrength, phrasesOf, standsAt } from "./phrase.ts";
import { splitIdentifier } from "./words.ts";

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

const PHRASES = phrasesOf(TAXONOMY);

/** Phrases by first word; those that begin with a placeholder apart. */
const BY_FIRST_WORD = new Map<string, Phrase[]>();
for (const phrase of PHRASES) {
  const [first = ""] = phrase.words;
  const known = BY_FIRST_WORD.get(first);
  if (known === undefined) BY_FIRST_WORD.set(first, [phrase]);
  else known.push(phrase);
}

const VOCABULARY: ReadonlySet<string> = new Set(
  [
    ...PHRASES.flatMap((phrase) => phrase.words),
    ...PERSON_NOUNS,
    ...THING_NOUNS,
    ...Object.values(TABLE_NOUNS).flatMap((nouns) => [...nouns]),
  ].filter((word) => word.length >= 3),
);

/** The words of an identifier; `customeremail` is taken apart where every piece is a word of the taxonomy. */
export const nameWords = (identifier: string): readonly string[] =>
  splitIdentifier(identifier).flatMap((word) =>
    word.length < 7 || VOCABULARY.has(word) ? [word] : (spelledFrom(word, 3) ?? [word]),
  );

/**
 * What a column's words name. In an English compound the last word rules and in a Romance one the first, so a
 * phrase counts only where nothing but neutral words follow it: `email_verified` names no e-mail address. A
 * phrase inside a longer one is not a match: `email address` is no address.
 */
export function matchName(
  words: readonly string[],
  contexts: ReadonlySet<TableContext>,
): readonly NameMatch[] {
  const found = occurrences(words, contexts);
  const longest = found.filter(
    (one) => !found.some((other) => covers(other, one) && other.phrase.strength !== "hinted"),
  );
  return longest
    .filter((one) => !isFlag(words, one))
    .filter((one) => restIsNeutral(words, one))
    .filter((one) => !longest.some((other) => sameSpan(other, one) && precedence(other) > precedence(one)))
    .map(({ phrase, start, end }) => ({
      type: phrase.type,
      strength: phrase.strength,
      ...(phrase.context !== undefined && { context: phrase.context }),
      words: phrase.literal ? [phrase.text] : words.slice(start, end),
      disguised: words.slice(end).some((word) => DISGUISES.has(word)),
    }));
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
  const neutral = (word: string): boolean =>
    NEUTRAL.has(word) ||
    DISGUISES.has(word) ||
    PERSON_NOUNS.has(word) ||
    /^\p{N}+$/u.test(word) ||
    (phrase.type.category === "none" && word === "name") ||
    (tellsByYesOrNo(phrase.type) && HEALTH_HEADS.has(word));
  return rest.every(neutral);
}

const tellsByYesOrNo = (type: InfoType): boolean => type.shapes.includes("boolean");

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

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const DISGUISES = words(
  "hash hashed digest encrypted cipher ciphertext crypted sha md bcrypt tokenized salted",
);

const FLAG_WORDS = words(
  "is has can should need must allow enable disable show hide require send use skip ignore notify opt want count max min",
);

const NEUTRAL = words(
  `number value text string raw plain plaintext clear full primary secondary tertiary home work mobile office personal
   private business main alternate alt alternative other old new current previous prev original billing shipping
   delivery mailing line data field column formatted normalized normalised lower upper clean canonical local
   international intl latin kana kanji of de del di da du en es fr it pt nl native masked input snapshot copy backup
   list set array json electronic electronico a b c emergency given residential legal registered confidential
   sensitive pii phi unmasked search`,
);

/** Heads that keep a health fact a health fact: `allergy_flag`, `vaccine_type`, `hiv_status`. */
const HEALTH_HEADS = words(
  `flag indicator ind yn boolean status result type code name description severity level history list category stage
   date details positive negative test reason group kind score system class`,
);
