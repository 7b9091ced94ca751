import { ACT_WORDS } from "./actWords.ts";
import { ACT_WORDS_ELSEWHERE } from "./actWordsElsewhere.ts";
import { wordsOf } from "./words.ts";

/** What somebody can say they want to do with data. */
export type Act =
  | "count"
  | "aggregate"
  | "look"
  | "export"
  | "update"
  | "insert"
  | "delete"
  | "schema"
  | "grant";

const ALL: readonly Act[] = [
  "count",
  "aggregate",
  "look",
  "export",
  "update",
  "insert",
  "delete",
  "schema",
  "grant",
];
const MEANS = new Map<string, readonly Act[]>();
for (const words of [ACT_WORDS, ...ACT_WORDS_ELSEWHERE])
  for (const act of ALL)
    for (const word of words[act].split(/\s+/).flatMap((one) => [one, ...wordsOf(one)]))
      MEANS.set(word, [...(MEANS.get(word) ?? []), act]);

const NEGATIONS: ReadonlySet<string> = new Set([
  "not",
  "without",
  "never",
  "don",
  "no",
  "neither",
  "nor",
  "instead",
  "nicht",
  "ohne",
  "kein",
  "keine",
  "keinen",
  "sans",
  "pas",
  "sin",
  "sem",
  "não",
  "senza",
  "non",
  "niet",
  "zonder",
  "geen",
]);
/** Words that say when or how, and name tables only by chance. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(
  "daily weekly monthly quarterly yearly annual day week month quarter year today yesterday tomorrow now new old latest last next first recent current open closed active big small top all any some each every one two job run task data info detail value type kind status state name id list row record table support".split(
    " ",
  ),
);
/** Where it was asked for, which is not what it is about: `Ticket 4711: …`. */
const ASKED_IN = /(?<!\p{L})(ticket|case|issue|incident)\s*(nr|no|n[º°o]?|num)?\s*[.º°#]*\s*\d+/giu;
/** So many words of a clause after a negation are negated. */
const REACH = 3;
const ONE_ONLY =
  /\b(one|single|this|that|specific|particular|a)\s+(specific\s+|single\s+|certain\s+)?(user|customer|client|order|invoice|patient|employee|account|ticket|row|record|product|card|payment)\b(?!s)|\b(id|no|number|order|ticket|customer|user|invoice|account|patient|employee|#)\s*#?\d+\b/i;
/** The same elsewhere, by its number alone: `Bestellung 4711`, `cliente n.º 12`. */
const ONE_BY_NUMBER =
  /(?<!\p{L})(kunde|kundin|kundennummer|bestellung|auftrag|rechnung|konto|vorgang|client|cliente|commande|facture|compte|pedido|factura|fatura|cuenta|conta|encomenda|ordine|fattura|klant|bestelling|factuur|order|patient|paciente|paziente|patiënt)\s*(nr|no|n[º°o]?|num|nummer|numéro|número|numero)?\s*[.º°#]*\s*\d+(?!\p{L})/iu;

/** What a purpose says: what is to be done, and about what. */
export interface StatedPurpose {
  readonly acts: ReadonlySet<Act>;
  /** Everything it speaks of. */
  readonly subjects: readonly string[];
  /** It is about one thing: `order 4711`, `this customer`. */
  readonly onlyOne: boolean;
}

/** Reads what a purpose says. A word that may mean several acts means all of them: who says little is believed much. */
export function readPurpose(purpose: string): StatedPurpose {
  const acts = new Set<Act>();
  const subjects: string[] = [];
  for (const clause of purpose.replace(ASKED_IN, " ").split(/[.,;:!?()\n]/)) {
    let negated = 0;
    for (const word of wordsOf(clause)) {
      if (NEGATIONS.has(word)) {
        negated = REACH;
        continue;
      }
      // A word for an act may name a table as well: `sales report`, `charges`.
      if (!SAYS_NOTHING.has(word)) subjects.push(word);
      if (negated === 0) for (const act of MEANS.get(word) ?? []) acts.add(act);
      negated = Math.max(0, negated - 1);
    }
  }
  return { acts, subjects, onlyOne: ONE_ONLY.test(purpose) || ONE_BY_NUMBER.test(purpose) };
}
