import type { Relation } from "../../../protocol/catalog.ts";
import { TABLE_CONTEXTS, type TableContext } from "../taxonomy/infoType.ts";
import { LOOKUP_NOUNS, STRONG_PERSON_NOUNS, TABLE_NOISE, TABLE_NOUNS } from "./nouns.ts";
import {
  isAboutPlaces,
  isCaseRecord,
  isDossier,
  isGrantTable,
  isKeyValue,
  isModulePrefix,
  isOtherAddress,
  isOwnedThing,
  isPaper,
  isRequest,
  PROGRAMS,
} from "./tableKinds.ts";
import {
  hasAccount,
  hasBareContact,
  isAboutSomebody,
  linksToPerson,
  moneyKinds,
  personalKinds,
} from "./tableSigns.ts";
import { nameWords } from "./vocabulary.ts";

/** Contexts a schema lends to tables whose own name does not say them. */
const LENT_BY_SCHEMA: readonly TableContext[] = ["clinical", "employee", "payment", "insurance"];
/** Things that have e-mail addresses and phones without being people. */
const NOT_PEOPLE: readonly TableContext[] = [
  "organisation",
  "premises",
  "product",
  "location",
  "reference",
  "infrastructure",
  "credential",
];

/** What each table is about, by `schema.name`: from its name, its columns, its schema and what it points to. */
export function tableContexts(
  relations: readonly Relation[],
): ReadonlyMap<string, ReadonlySet<TableContext>> {
  const own = new Map(relations.map((relation) => [relationKey(relation), ownContexts(relation)]));
  const result = new Map<string, ReadonlySet<TableContext>>();
  for (const relation of relations) {
    const contexts = new Set(own.get(relationKey(relation)));
    const pointsTo = relation.columns.flatMap(({ references }) =>
      references === undefined ? [] : [own.get(`${references.schema}.${references.table}`)],
    );
    // A child of patients is about patients, unless it lists kinds of something.
    const ofPatients = pointsTo.some((about) => about?.has("clinical") && about.has("person"));
    if (ofPatients && !isLookup(relation)) contexts.add("clinical");
    if (contexts.has("clinical") && !ofPatients && !isAboutSomebody(relation, contexts)) {
      contexts.delete("clinical");
      contexts.add("reference");
    }
    // A doctor's own practice or somebody's shop: where a row belongs to a person, so does its address.
    if (contexts.has("person") || linksToPerson(relation)) contexts.delete("premises");
    if (contexts.has("premises")) contexts.delete("location");
    if (linksToPerson(relation)) contexts.delete("infrastructure");
    else if (contexts.delete("device")) contexts.add("infrastructure");
    if (!isLookup(relation) && isDossier(relation)) {
      contexts.add("dossier");
      contexts.delete("technical");
    }
    result.set(relationKey(relation), contexts);
  }
  return result;
}

export const relationKey = (relation: { readonly schema: string; readonly name: string }): string =>
  `${relation.schema}.${relation.name}`;

function ownContexts(relation: Relation): ReadonlySet<TableContext> {
  const words = tableWords(relation.name);
  const contexts = new Set<TableContext>();
  if (isGrantTable(words)) return new Set(["credential", "grant"]);
  if (isLookup(relation)) return new Set(["reference"]);
  const head = words.findLast((word) => contextsOf(word).length > 0);
  for (const context of head === undefined ? [] : contextsOf(head)) contexts.add(context);
  if (isRequest(words) || isCaseRecord(words)) {
    contexts.delete("technical");
    contexts.add("dossier");
  }
  for (const word of words) {
    for (const context of contextsOf(word)) {
      if (LENT_BY_SCHEMA.includes(context) || ANYWHERE.includes(context)) contexts.add(context);
    }
  }
  if (contexts.has("person") && words.some((word) => PROGRAMS.has(word))) {
    contexts.delete("person");
    contexts.add("credential");
  }
  if (!contexts.has("reference")) {
    for (const word of nameWords(relation.schema)) {
      for (const context of contextsOf(word)) if (LENT_BY_SCHEMA.includes(context)) contexts.add(context);
    }
  }
  const kinds = personalKinds(relation);
  const strong = words.some((word) => STRONG_PERSON_NOUNS.has(word));
  if (contexts.has("person") && !strong && !contexts.has("employee") && kinds < 1 && !hasAccount(relation))
    contexts.delete("person");
  if (contexts.has("person") && kinds < 1 && isOwnedThing(words)) contexts.delete("person");
  if (isPaper(words)) contexts.delete("credential");
  if (isOtherAddress(words)) contexts.delete("location");
  if (isAboutPlaces(words)) contexts.delete("vehicle");
  if (words.some((word) => PATTERNS.has(word))) contexts.delete("communication");
  if (isKeyValue(relation) && contexts.delete("credential") && strong) contexts.add("person");
  // A room or a table is reserved by somebody; only an address is by a machine.
  if (kinds >= 2 && contexts.has("transaction")) contexts.delete("infrastructure");
  if (contexts.has("communication") && kinds >= 1) contexts.add("person");
  if (kinds >= 2 && !NOT_PEOPLE.some((context) => contexts.has(context))) contexts.add("person");
  if (contexts.size === 0 && kinds >= 1 && hasBareContact(relation)) contexts.add("person");
  if (contexts.has("location") && strong) contexts.add("person");
  if (
    contexts.has("employee") &&
    (kinds >= 1 || words.some((word) => TABLE_NOUNS.employee.has(word) && word !== "hr"))
  ) {
    contexts.add("person");
  }
  const money = moneyKinds(relation);
  if (money.has("iban") || money.has("bank_account") || money.has("card details")) contexts.add("payment");
  // A line card, a card of a game: payment is what else says so.
  const paysBy = words.filter((word) => TABLE_NOUNS.payment.has(word));
  const isBareCard = paysBy.length > 0 && paysBy.every((word) => word === "card");
  if (isBareCard && !paysWith(relation, words)) contexts.delete("payment");
  const cards = words.includes("card") && (contexts.has("payment") || words.length === 1);
  if (cards && (words.some((word) => CARD_KINDS.has(word)) || money.has("card"))) contexts.add("card");
  return contexts;
}

/** What any word of a table's name says of it. */
const ANYWHERE: readonly TableContext[] = ["infrastructure", "vehicle", "vacancy"];

/** The words of a table's name, without those at its end that say nothing of what it is about. */
function tableWords(name: string): readonly string[] {
  const words = nameWords(name).filter((word) => !/^\p{N}+$/u.test(word));
  let end = words.length;
  while (end > 1 && TABLE_NOISE.has(words[end - 1] ?? "")) end -= 1;
  const kept = words.slice(0, end);
  return isModulePrefix(name, kept) ? kept.slice(1) : kept;
}

/** Kinds, settings and ties: `customer_types`, `user_roles`. */
function isLookup(relation: Relation): boolean {
  const words = tableWords(relation.name);
  return words.length > 1 && (LOOKUP_NOUNS.has(words.at(-1) ?? "") || SETTINGS.has(words[0] ?? ""));
}

const SETTINGS: ReadonlySet<string> = new Set(["setting", "config", "configuration", "option", "preference"]);
/** Words that make messages and letters patterns for many. */
const PATTERNS: ReadonlySet<string> = new Set([
  "template",
  "type",
  "default",
  "preset",
  "canned",
  "predefined",
  "sample",
]);

function contextsOf(word: string): readonly TableContext[] {
  return TABLE_CONTEXTS.filter((context) => TABLE_NOUNS[context].has(word));
}

/** Whether a table of cards is one of means to pay, by its other words, its schema, or what every such card has. */
const paysWith = (relation: Relation, words: readonly string[]): boolean =>
  words.some((word) => CARD_KINDS.has(word)) ||
  nameWords(relation.schema).some((word) => TABLE_NOUNS.payment.has(word)) ||
  relation.columns.some((column) => nameWords(column.name).some((word) => CARD_SIGNS.has(word)));

const CARD_SIGNS: ReadonlySet<string> = new Set(
  "pan expiry expires expiration exp cvv cvc cvv2 holder cardholder last4 bin issuer customer client user account member".split(
    " ",
  ),
);
const CARD_KINDS: ReadonlySet<string> = new Set(["credit", "debit", "payment", "bank", "prepaid"]);
