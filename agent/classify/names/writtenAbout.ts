import type { TableContext } from "../taxonomy/infoType.ts";
import { FLAG_WORDS, NEUTRAL, ORDER_WORDS } from "./modifiers.ts";
import { THING_NOUNS } from "./nouns.ts";

/** What a name says is written about somebody, and in which table that holds. */
export interface WrittenAbout {
  readonly type: "clinical_note" | "free_text";
  readonly context: TableContext;
  readonly words: readonly string[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** What somebody jots down; whatever stands before it is what it is about. */
const NOTES = words(
  "note comment remark narrative memo observacion observacione bemerkung commentaire comentario",
);
/** What may also tell of a thing. */
const ACCOUNTS = words("detail description summary explanation statement");

/** What is written down of care; of insurance and prices, a plan is a product. */
const OF_CARE = words("plan assessment history goal evaluation recommendation intervention progress");
const PLANS = words(
  "insurance health payment billing rate benefit subscription pricing floor data project product coverage policy medical",
);

/** Notes that go with software, money and goods. */
const OF_THINGS = words(
  `release patch error system version build debug log commit license footer header credit debit delivery shipping
   shipment packing goods tax sale price technical internal meta field schema code exception warning`,
);
/** Accounts of what is done with a record, not of whom it is about. */
const OF_MATTERS = words(
  `payment invoice order card bank currency country region city status type kind category code job role position
   product item event error stack change fee amount charge tariff discount schedule time date`,
);

/** Tables in which a text with a word in front is about the person a row is about, the gravest first. */
const ABOUT: readonly (readonly [TableContext, WrittenAbout["type"]])[] = [
  ["clinical", "clinical_note"],
  ["dossier", "free_text"],
  ["person", "free_text"],
];
/** Tables that hold things as well, whose texts tell of those. */
const OF_OTHERS: readonly TableContext[] = [
  "reference",
  "product",
  "software",
  "organism",
  "infrastructure",
  "technical",
  "credential",
];

/**
 * Free text about somebody, whatever it is called in front: `housing_notes`, `support_needed_details` in a table
 * whose rows are about people or their care.
 */
export function writtenAbout(
  name: readonly string[],
  contexts: ReadonlySet<TableContext>,
): WrittenAbout | null {
  const found = ABOUT.find(([context]) => contexts.has(context));
  if (found === undefined || OF_OTHERS.some((context) => contexts.has(context))) return null;
  const bare = withoutEnd(name);
  const head = bare.at(-1) ?? "";
  const lead = bare.slice(0, -1);
  const [context, type] = found;
  if (lead.length === 0 && context !== "dossier") return null;
  const [first = ""] = lead;
  if (FLAG_WORDS.has(first) || ORDER_WORDS.has(first)) return null;
  const isNote = NOTES.has(head);
  const isOfCare = context === "clinical" && OF_CARE.has(head) && !lead.some((word) => PLANS.has(word));
  if (!isNote && !isOfCare && !ACCOUNTS.has(head)) return null;
  if (lead.some((word) => OF_THINGS.has(word))) return null;
  if (!isNote && !isOfCare && lead.some((word) => OF_MATTERS.has(word) || THING_NOUNS.has(word))) return null;
  return { type, context, words: bare };
}

/** Without numbers and words that leave a meaning alone: `complaint_2_note_text`. */
function withoutEnd(name: readonly string[]): readonly string[] {
  let end = name.length;
  while (end > 0 && saysNothing(name[end - 1] ?? "")) end -= 1;
  return name.slice(0, end);
}

/** `complete` at the end tells how far a form is, not what is in it. */
const saysNothing = (word: string): boolean =>
  (NEUTRAL.has(word) && word !== "complete") || /^\p{N}+$/u.test(word);
