import { wantsDirection } from "./direction.ts";
import { timeWords } from "./time.ts";
import { yearsOf } from "./year.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const ENGLISH = words(
  "the of in and or with for by from to per all every each how many which who that is are was were only not without last this first top show list give find get customers orders",
);
const OTHER = words(
  "der die das den dem des und oder mit ohne für von nach aus bei nur alle jede jeder jedes letzten letzte wie viele welche ist sind " +
    "le la les des du et ou avec sans pour par dans tous toutes chaque combien quels dernière derniers " +
    "el los las del y o con sin para por todos todas cada cuántos últimos última " +
    "il gli delle dei e con senza per tutti ogni quanti ultimi het een en met zonder voor van alle hoeveel laatste",
);

/** Whether the checks, which read English, can read a question. */
export function isReadable(question: string): boolean {
  const all = question.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  const count = (known: ReadonlySet<string>): number => all.filter((word) => known.has(word)).length;
  return /^[\p{Script=Latin}\p{Script=Common}]*$/u.test(question) && count(OTHER) <= count(ENGLISH);
}

const SIGNS: readonly (readonly [string, (question: string) => boolean])[] = [
  ["when", (question) => timeWords(question) !== null || yearsOf(question).length > 0],
  ["how many rows", (question) => /\b(?:top|first|last|only|limit)\s+\d+|\b\d+\s+\w+/.test(question)],
  [
    "counts and totals",
    (question) => /\b(?:how many|number of|count|average|mean|total|sum|median)\b/.test(question),
  ],
  ["groups", (question) => /\b(?:each|per|every|group)\b/.test(question)],
  [
    "order",
    (question) =>
      wantsDirection(question) || /\b(?:sorted|ordered|first|top|newest|alphabetical)\b/.test(question),
  ],
  [
    "what is left out",
    (question) => /\b(?:only|just|without|except|excluding|not|no|never)\b/.test(question),
  ],
  ["named values", (question) => /["“”'‘]|\b\d{3,}\b/.test(question)],
];

/** Of what a question asks for, what is held against a statement; empty where nothing is, or nobody can read it. */
export function lookedAt(question: string): readonly string[] {
  const plain = question.toLowerCase().replace(/\s+/g, " ").trim();
  if (plain === "" || !isReadable(plain)) return [];
  return SIGNS.filter(([, isAsked]) => isAsked(plain)).map(([what]) => what);
}
