import type { Column } from "../../protocol/catalog.ts";
import type { Candidate } from "./candidate.ts";
import type { ColumnShape } from "./columnShape.ts";
import { matchName, matchSentence, type NameMatch } from "./names/lexicon.ts";
import type { PhraseStrength } from "./names/phrase.ts";
import type { TableFrame } from "./names/tableFrame.ts";
import { nameWords } from "./names/vocabulary.ts";
import type { InfoType, TableContext } from "./taxonomy/infoType.ts";

/** Logarithms of odds that a phrase means what it says. */
const WEIGHTS: Readonly<Record<PhraseStrength, number>> = { named: 3, contextual: 2.5, hinted: -0.8 };
const COMMENT_WEIGHT = 2;

/** What a column's name and comment say it is, where its declared type allows that. */
export function nameCandidates(
  column: Pick<Column, "name" | "comment">,
  { shape, digits }: Pick<ColumnShape, "shape" | "digits">,
  contexts: ReadonlySet<TableContext>,
  frame: TableFrame,
): readonly Candidate[] {
  const fits = (type: InfoType): boolean =>
    type.shapes.includes(shape) && !(digits !== undefined && digits < (type.leastDigits ?? 0));
  const named = matchName(nameWords(column.name), contexts, frame)
    .filter(({ type }) => fits(type))
    .map((match) => ({ type: match.type, logit: WEIGHTS[match.strength], evidence: [sentence(match)] }));
  const mentioned = (column.comment === undefined ? [] : matchSentence(column.comment))
    .filter(({ type }) => fits(type))
    .map(({ type }) => ({
      type,
      logit: COMMENT_WEIGHT,
      evidence: [`its comment mentions ${type.title}`],
    }));
  return [...strongestOfEach(named), ...strongestOfEach(mentioned)];
}

/** What says the same thing twice says it once. */
function strongestOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  const byType = new Map<InfoType, Candidate>();
  for (const candidate of candidates) {
    const known = byType.get(candidate.type);
    if (known === undefined || candidate.logit > known.logit) byType.set(candidate.type, candidate);
  }
  return [...byType.values()];
}

function sentence({ type, strength, context, words, disguised }: NameMatch): string {
  const said = `"${words.join(" ")}"`;
  const where =
    strength === "contextual" && context !== undefined ? ` in a table about ${WORDS[context]}` : "";
  const kept = disguised ? ", kept hashed or encrypted" : "";
  return strength === "hinted"
    ? `its name has ${said}, which may mean ${type.title}`
    : `its name has ${said}${where}: ${type.title}${kept}`;
}

const WORDS: Readonly<Record<TableContext, string>> = {
  person: "people",
  employee: "employees",
  clinical: "care",
  insurance: "insurance",
  organisation: "organisations",
  premises: "premises",
  payment: "payments",
  card: "payment cards",
  transaction: "orders",
  product: "products",
  communication: "messages",
  location: "places",
  credential: "access",
  device: "devices",
  infrastructure: "machines",
  reference: "codes",
  technical: "technical matters",
  software: "software",
  organism: "plants and animals",
  dossier: "somebody's case",
  grant: "one-time grants of access",
  vehicle: "vehicles",
  vacancy: "vacancies",
};
