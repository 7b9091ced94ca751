import type { Relation } from "../../../protocol/catalog.ts";
import { TABLE_CONTEXTS, type TableContext } from "../taxonomy/infoType.ts";
import { matchName } from "./lexicon.ts";
import { LOOKUP_NOUNS, PERSON_NOUNS, STRONG_PERSON_NOUNS, TABLE_NOISE, TABLE_NOUNS } from "./nouns.ts";
import { NO_FRAME } from "./tableFrame.ts";
import { nameWords } from "./vocabulary.ts";

/** Contexts a schema lends to tables whose own name does not say them. */
const LENT_BY_SCHEMA: readonly TableContext[] = ["clinical", "employee", "payment", "insurance"];
/** Words that make `clients`, `users` or `agents` programs. */
const PROGRAMS: ReadonlySet<string> = new Set([
  "api",
  "oauth",
  "app",
  "http",
  "system",
  "bot",
  "db",
  "database",
]);
/** Columns that only rows about people have. */
const PERSONAL_TYPES: ReadonlySet<string> = new Set([
  "given_name",
  "family_name",
  "birth_date",
  "us_ssn",
  "national_id",
  "email",
  "phone",
  "gender",
  "passport_number",
  "marital_status",
  "race_ethnicity",
  "nationality",
  "medical_record_number",
]);
/** What only people have; a customer's name may stand in an order. */
const FULL_NAMES: ReadonlySet<string> = new Set([
  "full name",
  "real name",
  "legal name",
  "nombre completo",
  "nom complet",
]);
/** Accounts have these, of people and of machines. */
const ACCOUNT_TYPES: ReadonlySet<string> = new Set(["username", "password", "password_hash"]);
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
/** Words for whom or what a row of care is about. */
const CARE_LINKS: ReadonlySet<string> = new Set(
  "patient pat pid person encounter visit admission hadm subject case episode member beneficiary mrn identity enrollee consultation client resident child mother user customer".split(
    " ",
  ),
);
const KEY_WORDS: ReadonlySet<string> = new Set(
  "id fk pk key uuid guid number code ref ide nummer".split(" "),
);

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
    result.set(relationKey(relation), contexts);
  }
  return result;
}

export const relationKey = (relation: { readonly schema: string; readonly name: string }): string =>
  `${relation.schema}.${relation.name}`;

function ownContexts(relation: Relation): ReadonlySet<TableContext> {
  const words = tableWords(relation.name);
  const contexts = new Set<TableContext>();
  if (isLookup(relation)) return new Set(["reference"]);
  const head = words.findLast((word) => contextsOf(word).length > 0);
  for (const context of head === undefined ? [] : contextsOf(head)) contexts.add(context);
  for (const word of words) {
    for (const context of contextsOf(word)) {
      if (LENT_BY_SCHEMA.includes(context) || context === "infrastructure") contexts.add(context);
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
  if (words.some((word) => PATTERNS.has(word))) contexts.delete("communication");
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
  if (money.has("iban") || money.has("bank_account")) contexts.add("payment");
  const cards = words.includes("card") && (contexts.has("payment") || words.length === 1);
  if (cards && (words.some((word) => CARD_KINDS.has(word)) || money.has("card"))) contexts.add("card");
  return contexts;
}

/** The words of a table's name, without those at its end that say nothing of what it is about. */
function tableWords(name: string): readonly string[] {
  const words = nameWords(name).filter((word) => !/^\p{N}+$/u.test(word));
  let end = words.length;
  while (end > 1 && TABLE_NOISE.has(words[end - 1] ?? "")) end -= 1;
  return words.slice(0, end);
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

/** Whether rows of a table of care belong to somebody: lists of drugs or codes do not. */
function isAboutSomebody(relation: Relation, contexts: ReadonlySet<TableContext>): boolean {
  if (contexts.has("person")) return true;
  return relation.columns.some((column) => {
    const words = nameWords(column.name);
    const linked = words.some((word) => CARE_LINKS.has(word));
    const keyed = words.some((word) => KEY_WORDS.has(word)) || column.references !== undefined;
    return (
      (linked && (keyed || words.length === 1)) || (keyed && words.some((word) => CARE_EVENTS.has(word)))
    );
  });
}

const CARE_EVENTS: ReadonlySet<string> = new Set(
  "diagnosis prescription appointment observation order result specimen sample treatment condition referral".split(
    " ",
  ),
);

const linksToPerson = (relation: Relation): boolean =>
  relation.columns.some((column) => {
    const words = nameWords(column.name);
    return words.some((word) => PERSON_NOUNS.has(word)) && words.some((word) => KEY_WORDS.has(word));
  });

const CARD_KINDS: ReadonlySet<string> = new Set(["credit", "debit", "payment", "bank", "prepaid"]);

/** `email`, `phone_number`: not somebody's among others, but the row's own. */
const hasBareContact = (relation: Relation): boolean =>
  relation.columns.some((column) => {
    const words = nameWords(column.name);
    return (
      words.every((word) => BARE_CONTACT.has(word)) &&
      words.some((word) => word !== "address" && word !== "number")
    );
  });

const BARE_CONTACT: ReadonlySet<string> = new Set([
  "email",
  "e",
  "mail",
  "phone",
  "mobile",
  "number",
  "address",
  "telephone",
]);

/** What of cards and accounts stands in a table. */
function moneyKinds(relation: Relation): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const column of relation.columns) {
    for (const { type, strength } of matchName(nameWords(column.name), new Set(), NO_FRAME)) {
      if (strength === "named" && type.category === "PCI") kinds.add("card");
      else if (strength === "named") kinds.add(type.name);
    }
  }
  return kinds;
}

/** Somebody, or something, signs in here. */
const hasAccount = (relation: Relation): boolean =>
  relation.columns.some((column) =>
    matchName(nameWords(column.name), new Set(), NO_FRAME).some(
      ({ type, strength }) => strength === "named" && ACCOUNT_TYPES.has(type.name),
    ),
  );

/** How many kinds of facts that only people have; an account counts once, beside at least one of them. */
function personalKinds(relation: Relation): number {
  const kinds = new Set<string>();
  let account = 0;
  for (const column of relation.columns) {
    for (const match of matchName(nameWords(column.name), new Set(), NO_FRAME)) {
      if (match.strength !== "named") continue;
      if (PERSONAL_TYPES.has(match.type.name)) kinds.add(match.type.name);
      if (match.words.some((words) => FULL_NAMES.has(words))) kinds.add("person_name");
      if (ACCOUNT_TYPES.has(match.type.name)) account = 1;
    }
  }
  return kinds.size === 0 ? 0 : kinds.size + account;
}
