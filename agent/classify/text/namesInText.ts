import { nameLogit } from "../values/nameModel.ts";
import { fullNameLook, type NameLook, nameWord } from "../values/personNames.ts";
import { characterClass, LOWER, UPPER } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";
import { textStarts } from "./textStarts.ts";

/** Two to four capitalised words in a row. */
const CAPITALS =
  /\p{Lu}[\p{Ll}\p{M}'’-]{1,24}(?:[ \u00a0](?:(?:de|del|della|der|den|di|da|dos|du|la|le|van|von|zu|bin|ibn|al)[ ]){0,2}(?:\p{Lu}\.[ ])?(?:(?:Mc|Mac|O['’]|D['’])?\p{Lu}[\p{Ll}\p{M}'’]{1,24}(?:-\p{Lu}[\p{Ll}\p{M}'’]{1,24})?)){1,3}(?![\p{L}\p{N}@_])/uy;
/** Letters that the words between the parts of a name begin with. */
const PARTICLE_LETTERS = "dlvzbia";
const TITLES: ReadonlySet<string> = new Set(
  "Mr Mrs Ms Miss Dr Prof Herr Herrn Frau Señor Señora Sr Sra Sig Mme Monsieur Madame".split(" "),
);
const GREETINGS: ReadonlySet<string> = new Set(
  "Dear Hi Hello Liebe Lieber Estimado Estimada Cher Chère Caro Cara".split(" "),
);
const LONGEST_TITLE = 9;
/** Names behind a title or a greeting. */
const CALLED =
  /\.? ((?:\p{Lu}['’])?\p{Lu}[\p{Ll}\p{M}'’-]{1,24}(?:\p{Lu}[\p{Ll}\p{M}]{1,24})?(?: (?:\p{Lu}['’])?\p{Lu}[\p{Ll}\p{M}'’-]{1,24}(?:\p{Lu}[\p{Ll}\p{M}]{1,24})?){0,2})/uy;
/** The last word before a name, or the last two, that leave no doubt. */
const INTRODUCTIONS: ReadonlySet<string> = new Set([
  ..."name i'm regards sincerely thanks signed".split(" "),
  ..."name is|i am|this is|speak to|ask for".split("|"),
]);
/** What people are, which also stands before things: `Customer Service`. */
const ROLES: ReadonlySet<string> = new Set(
  "contact patient customer client employee mother father wife husband son daughter holder cardholder owner applicant tenant recipient beneficiary payee sender passenger guest nurse mr mrs ms dr".split(
    " ",
  ),
);
/** What makes a name likely. */
const CUES: ReadonlySet<string> = new Set([
  ...INTRODUCTIONS,
  ...ROLES,
  ..."named called cheers from to by with attn report reports".split(" "),
  ..."it is|behalf of|contact is|holder is|referral for|rechnung an|brief an|assinado por|firmado por|signé par|dossier de".split(
    "|",
  ),
  ..."cc paciente patiente cliente klient kunde kundin mieter mieterin herrn client".split(" "),
]);
/** Words that stand before things and places. */
const OF_THINGS: ReadonlySet<string> = new Set(
  "the a an our this that in near at der die das ein eine im el los las un una le les une het een il lo".split(
    " ",
  ),
);

/** Words of products and places, of which many look like names. */
const NO_PEOPLE: ReadonlySet<string> = new Set(
  "apache kafka google microsoft amazon adobe android windows linux ubuntu debian docker kubernetes postgres mysql redis elastic grafana prometheus visual studio azure gitlab github jira confluence salesforce hadoop spark airflow terraform ansible tomcat chrome firefox safari excel outlook teams slack zoom iphone galaxy playstation xbox nintendo boeing airbus toyota square garden gardens stadium tower".split(
    " ",
  ),
);
/** What names of places begin with. */
const BEGIN_PLACES: ReadonlySet<string> = new Set("santa san são sankt saint los las fort mount".split(" "));

/** Odds, as logarithms, from which on words are a name: their mean, and that of the least likely one. */
interface Threshold {
  readonly mean: number;
  readonly least: number;
}
const ALONE: Threshold = { mean: 0.6, least: -1.2 };
const CUED: Threshold = { mean: -0.6, least: -3.5 };
const INTRODUCED: Threshold = { mean: -2.5, least: -6 };
const AS_THING: Threshold = { mean: 2, least: 0 };

const passes = (look: NameLook, { mean, least }: Threshold): boolean =>
  look.mean > mean && look.least > least;

const LONGEST_WORD = 25;

/** People named in a text, by capitals, by what the letters look like and by the words before them. */
export const namesInText: TextSearch = (text, { capitals }) => {
  const found: TextFinding[] = [];
  let from = 0;
  for (const start of capitals) {
    const end = wordEnd(text, start);
    if (end - start < 2) continue;
    if (end - start <= LONGEST_TITLE) {
      const word = text.slice(start, end);
      if (TITLES.has(word)) found.push(...titled(text, end, -4));
      else if (GREETINGS.has(word)) found.push(...titled(text, end, -0.4));
    }
    if (start < from || !mayGoOn(text, end) || "@._/-".includes(text.charAt(start - 1) || " ")) continue;
    const match = matchAt(CAPITALS, text, start);
    if (match === null) continue;
    from = start + match[0].length;
    const finding = nameAt(match[0], start, text);
    if (finding !== null) found.push(finding);
  }
  return found;
};

/** Whether somebody is named beyond doubt: behind a title, a greeting or words like "my name is". */
export const namesSomebody = (text: string): boolean =>
  namesInText(text, textStarts(text)).some(({ detector, score, start }) => {
    if (detector !== "name_in_text") return true;
    const before = score >= LOOKS_SURE ? lastWords(text, start) : [];
    return isAny(before, INTRODUCTIONS) || isAny(before, ROLES);
  });

function wordEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < start + LONGEST_WORD && isNamePart(text.charCodeAt(end))) end++;
  return end;
}

const APOSTROPHES: ReadonlySet<number> = new Set([..."'’-"].map((sign) => sign.charCodeAt(0)));
const isNamePart = (code: number): boolean =>
  (characterClass(code) & LOWER) !== 0 || (code < 0x2020 && APOSTROPHES.has(code));

/** Whether a blank and another word with a capital may follow, or a word that stands within names. */
function mayGoOn(text: string, end: number): boolean {
  const blank = text.charCodeAt(end);
  if (blank !== 32 && blank !== 0xa0 && (characterClass(blank) & UPPER) === 0) return false;
  const next = characterClass(text.charCodeAt(end + 1));
  return (next & UPPER) !== 0 || PARTICLE_LETTERS.includes(text.charAt(end + 1) || " ");
}

/** The name behind a title or a greeting; after a greeting it also has to look like one. */
function titled(text: string, end: number, least: number): readonly TextFinding[] {
  const match = matchAt(CALLED, text, end);
  if (match === null) return [];
  const [all, value = ""] = match;
  const words = value.split(" ");
  if (TITLES.has(words[0] ?? "")) return [];
  const last = words.findIndex((word) => logitOf(word) < least);
  const name = (last < 0 ? words : words.slice(0, last)).join(" ");
  if (name === "") return [];
  const start = match.index + all.length - value.length;
  return [{ start, end: start + name.length, infoType: "person_name", detector: "titled_name", score: 0.85 }];
}

function logitOf(word: string): number {
  const seen = nameWord(word);
  return seen.kind === "name" ? (seen.logit ?? 0) : nameLogit(word);
}

function nameAt(value: string, start: number, text: string): TextFinding | null {
  const words = value.split(BLANK);
  // The first word of a sentence has its capital from there: try without it as well.
  for (let skip = 0; skip <= (words.length > 2 ? 1 : 0); skip++) {
    const tried = skip === 0 ? words : words.slice(skip);
    const look = fullNameLook(tried);
    if (look === null || !passes(look, INTRODUCED)) continue;
    const at = skip === 0 ? start : start + (words[0]?.length ?? 0) + 1;
    const judged = judge(look, text, at);
    if (judged === null || isNobody(tried)) continue;
    return { start: at, end: start + value.length, infoType: "person_name", ...judged };
  }
  return null;
}

const isNobody = (words: readonly string[]): boolean =>
  BEGIN_PLACES.has((words[0] ?? "").toLowerCase()) || words.some((word) => NO_PEOPLE.has(word.toLowerCase()));

/** How surely words are a name, by their look and by what stands before them; null where they are none. */
function judge(look: NameLook, text: string, start: number): Pick<TextFinding, "detector" | "score"> | null {
  const detector = "name_in_text";
  if (passes(look, AS_THING)) return { detector, score: LOOKS_SURE };
  const before = lastWords(text, start);
  const alone = passes(look, ALONE);
  if (isAny(before, INTRODUCTIONS) || (alone && isAny(before, ROLES))) {
    return { detector: "introduced_name", score: 0.9 };
  }
  if (passes(look, CUED) && isAny(before, CUES)) return { detector, score: 0.8 };
  return alone && !isAny(before, OF_THINGS) ? { detector, score: 0.75 } : null;
}

/** The score of words that look like nothing but a name. */
const LOOKS_SURE = 0.85;

const BLANK = /[ \u00a0]/;

/** The last word before a place, and the last two, in lower case. */
function lastWords(text: string, start: number): readonly string[] {
  let end = start;
  while (end > 0 && isGap(text.charCodeAt(end - 1))) end--;
  if (".,:".includes(text.charAt(end - 1) || " ")) end--;
  const begin = wordStart(text, end);
  if (begin === end) return [];
  const last = text.slice(begin, end).toLowerCase();
  if (!isGap(text.charCodeAt(begin - 1))) return [last];
  const first = wordStart(text, begin - 1);
  return first === begin - 1 ? [last] : [last, text.slice(first, end).toLowerCase()];
}

const LONGEST_CUE = 12;

function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < LONGEST_CUE) {
    const code = text.charCodeAt(start - 1);
    if ((characterClass(code) & (LOWER | UPPER)) === 0 && code !== APOSTROPHE) break;
    start--;
  }
  return start;
}

const APOSTROPHE = 39;
const isGap = (code: number): boolean => code === 32 || code === 10 || code === 0xa0;
const isAny = (words: readonly string[], of: ReadonlySet<string>): boolean =>
  words.some((word) => of.has(word));
