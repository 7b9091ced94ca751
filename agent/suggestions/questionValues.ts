import type { Catalog } from "../../protocol/catalog.ts";
import { isSensitive } from "../../protocol/label.ts";
import type { Labels } from "../classify/classifyCatalog.ts";
import { findInText } from "../classify/text/findInText.ts";
import { fullNameLook } from "../classify/values/personNames.ts";
import { columnKey } from "../sql/facts.ts";
import { nameWords, stem } from "../suggest/nameWords.ts";
import { enumsOf } from "../suggest/schemaText.ts";

/** What a schema tells of the words of a question. */
export interface QuestionWords {
  /** Words of tables, columns and allowed values: they are asked about, and nobody's. */
  readonly known: ReadonlySet<string>;
  /** Words of columns that hold something sensitive: what follows them is likely a value of it. */
  readonly sensitive: ReadonlySet<string>;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Word extends Span {
  readonly text: string;
  readonly plain: string;
  /** Nothing but a blank stands between it and the word before. */
  readonly adjoins: boolean;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Sensitive in any schema, in the languages people ask in. */
const ALWAYS_SENSITIVE = set(
  "password passwort kennwort passphrase passcode pin secret token key salary gehalt lohn wage income diagnosis diagnose disease illness allergy medication " +
    "street strasse straße address adresse birthday birthdate born geboren phone telefon mobile fax iban account konto card karte ssn passport reisepass licence license record mrn patient name surname",
);
/** Whose values may be an ordinary word. */
const ANY_WORD_AFTER = set(
  "password passwort kennwort passphrase passcode pin secret diagnosis diagnose disease illness allergy",
);
const BETWEEN = set(
  "is are was = : equals equal to of no nr number nummer num id code called named like over above under below than more less greater exactly ist lautet heisst heißt über unter mit with",
);
/** Behind these one capital begins somebody's name. */
const BEFORE_NAME = set(
  "of named called name surname customer customers patient employee user client mr mrs ms dr herr frau von namens kunde kundin kunden patientin mitarbeiter",
);
const ORDINARY = set(
  "a an and any are as at average avg based be been before after between both but by change changed changes code column columns compare contains count counts created date day days " +
    "deleted desc different distinct do does during each else empty every expired expires field filter first following for from group grouped has have having hash hashed hashes having history how if in into is it its " +
    "join last latest least length list longer max maximum mean median min missing month months most never newest no not null number of old older oldest on only or order ordered other out over per " +
    "policy recent reset resets since sort sorted sum than that the their then there these this those to today together total type under until updated use used using value values was week weeks were what when where which who with within without year years " +
    "und oder nach pro je der die das den dem des ein eine mit ohne seit aus bei im in für von zu zum zur alle",
);
const CALENDAR = set(
  "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec " +
    "monday tuesday wednesday thursday friday saturday sunday januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag " +
    "q1 q2 q3 q4 sql csv json id usd eur chf gbp",
);
const UNIT =
  /^\d+(?:[.,]\d+)?(?:km|cm|mm|m|kg|g|mg|l|ml|gb|mb|kb|tb|ms|s|h|d|k|px|x|st|nd|rd|th|eur|usd|chf|gbp|days?|weeks?|hours?|min|years?)$/i;
const QUARTER = /^(?:(?:19|20)\d\d-?(?:q|h|w|kw)\d{1,2}|(?:q|h|w|kw)\d{1,2}-?(?:19|20)\d\d)$/i;
const WORD = /[\p{L}\p{N}]+(?:[._\-/@#'’]+[\p{L}\p{N}]+)*/gu;
const QUOTED = /'([^'\n]{1,200})'|"([^"\n]{1,200})"|[“„«‘]([^”“»’\n]{1,200})[”“»’]/gu;

/** By the labels of a catalog: they are another object once one of them is another. */
const remembered = new WeakMap<
  Labels,
  { readonly relations: Catalog["relations"]; readonly words: QuestionWords }
>();

/** @see QuestionWords */
export function questionWords(catalog: Catalog, labels: Labels): QuestionWords {
  const found = remembered.get(labels);
  if (found?.relations === catalog.relations) return found.words;
  const words = readWords(catalog, labels);
  remembered.set(labels, { relations: catalog.relations, words });
  return words;
}

function readWords(catalog: Catalog, labels: Labels): QuestionWords {
  const known = new Set<string>();
  const sensitive = new Set<string>();
  const add = (to: Set<string>, text: string): void => {
    for (const word of nameWords(text)) to.add(word);
  };
  for (const { schema, name, columns } of catalog.relations) {
    add(known, `${schema} ${name}`);
    for (const { name: column, checks } of columns) {
      add(known, column);
      const label = labels.get(columnKey({ schema, table: name, column }));
      if (label === undefined) continue;
      if (isSensitive(label)) add(sensitive, column);
      else for (const [, value = ""] of checks.join(" ").matchAll(/'([^']{1,40})'/g)) add(known, value);
    }
  }
  for (const allowed of enumsOf(catalog).values()) for (const value of allowed) add(known, value);
  return { known, sensitive };
}

/**
 * Where a question holds what may be a value of a person: what detectors know, what has an identifier's shape, names in
 * capitals, quoted words, and what follows a word for something sensitive. In order, none over another.
 */
export function valuesInQuestion(text: string, words: QuestionWords): readonly Span[] {
  const found: Span[] = findInText(text).map(({ start, end }) => ({ start, end }));
  const all = wordsOf(text);
  found.push(...quoted(text, words), ...identifiers(all, words), ...names(all, words), ...behind(all, words));
  return merged(found);
}

function wordsOf(text: string): readonly Word[] {
  let before = 0;
  return [...text.matchAll(WORD)].map((match) => {
    const [whole] = match;
    const start = match.index;
    const adjoins = /^[ \u00a0]*$/.test(text.slice(before, start));
    before = start + whole.length;
    return { text: whole, plain: whole.toLowerCase(), start, end: before, adjoins };
  });
}

const isKnown = ({ text, plain }: Word, { known }: QuestionWords): boolean =>
  known.has(stem(plain)) || (nameWords(text).length > 0 && nameWords(text).every((word) => known.has(word)));

const isOrdinary = (word: Word, words: QuestionWords): boolean =>
  ORDINARY.has(word.plain) ||
  CALENDAR.has(word.plain) ||
  nameWords(word.text).length === 0 ||
  isKnown(word, words);

/** What is quoted is a value, unless the schema has the word. */
const quoted = (text: string, words: QuestionWords): readonly Span[] =>
  [...text.matchAll(QUOTED)].flatMap((match) => {
    const inner = match[1] ?? match[2] ?? match[3] ?? "";
    if (wordsOf(inner).every((word) => isOrdinary(word, words))) return [];
    return [{ start: match.index + 1, end: match.index + match[0].length - 1 }];
  });

/** Letters with digits, and long numbers that are no round amount. */
const identifiers = (all: readonly Word[], words: QuestionWords): readonly Span[] =>
  all.filter((word) => {
    const digits = word.text.replace(/\D/g, "").length;
    if (digits === 0 || UNIT.test(word.text) || QUARTER.test(word.text)) return false;
    if (!/\p{L}/u.test(word.text)) return digits >= 6 && !/0000$/.test(word.text) && !isDate(word.text);
    return digits >= 3 && !isKnown(word, words);
  });

const isDate = (text: string): boolean => /^(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?$/.test(text);

const isCapital = ({ text }: Word): boolean => /^\p{Lu}[\p{L}'’-]+$/u.test(text);

function names(all: readonly Word[], words: QuestionWords): readonly Span[] {
  const spans: Span[] = [];
  const own = all.filter((word) => isCapital(word) && !isOrdinary(word, words));
  const inCapitals = all.length > 4 && all.filter(isCapital).length > all.length * 0.6;
  for (let at = 0; at < all.length; at++) {
    const first = all[at];
    if (first === undefined || !own.includes(first)) continue;
    let last = at;
    for (let next = all[last + 1]; next?.adjoins === true && own.includes(next); next = all[last + 1])
      last += 1;
    const group = all.slice(at, last + 1);
    const before = all[at - 1];
    const looks = fullNameLook(group.map(({ text }) => text));
    const pair = group.length > 1 && (!inCapitals || (looks !== null && looks.mean > 0));
    const single = group.length === 1 && before?.adjoins === true && BEFORE_NAME.has(before.plain);
    if (pair || single) spans.push({ start: first.start, end: group.at(-1)?.end ?? first.end });
    at = last;
  }
  return spans;
}

/** What follows a word for something sensitive: a number, something with digits or in capitals, or any word of a few. */
function behind(all: readonly Word[], words: QuestionWords): readonly Span[] {
  const spans: Span[] = [];
  for (const [position, word] of all.entries()) {
    const singular = stem(word.plain);
    if (
      !ALWAYS_SENSITIVE.has(word.plain) &&
      !ALWAYS_SENSITIVE.has(singular) &&
      !words.sensitive.has(singular)
    )
      continue;
    let at = position + 1;
    while (BETWEEN.has(all[at]?.plain ?? "")) at += 1;
    const anyWord = ANY_WORD_AFTER.has(word.plain);
    const mayBe = (one: Word | undefined): one is Word =>
      one !== undefined &&
      !isOrdinary(one, words) &&
      (/\d/.test(one.text) || /^\p{Lu}/u.test(one.text) || (anyWord && one === all[at]));
    const first = all[at];
    if (!mayBe(first) && !isNumber(first)) continue;
    let end = first.end;
    for (let next = all[++at]; mayBe(next) || isNumber(next); next = all[++at]) end = next.end;
    spans.push({ start: first.start, end });
  }
  return spans;
}

const isNumber = (word: Word | undefined): word is Word =>
  word !== undefined && /^\d[\d.,'’]*$/.test(word.text) && !/^(?:19|20)\d\d$/.test(word.text);

function merged(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (last === undefined || span.start >= last.end) all.push(span);
    else if (span.end > last.end) all[all.length - 1] = { start: last.start, end: span.end };
  }
  return all;
}
