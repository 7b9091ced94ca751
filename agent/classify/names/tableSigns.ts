import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { TableContext } from "../taxonomy/infoType.ts";
import { matchName, type NameMatch } from "./lexicon.ts";
import { PERSON_NOUNS } from "./nouns.ts";
import { NO_FRAME } from "./tableFrame.ts";
import { nameWords } from "./vocabulary.ts";

const outright = new WeakMap<Column, readonly NameMatch[]>();

/** What a column's name says in any table. */
function saidOutright(column: Column): readonly NameMatch[] {
  const known = outright.get(column);
  if (known !== undefined) return known;
  const said = matchName(nameWords(column.name), new Set(), NO_FRAME);
  outright.set(column, said);
  return said;
}

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

/** Words for whom or what a row of care is about. */
const CARE_LINKS: ReadonlySet<string> = new Set(
  "patient pat pid person encounter visit admission hadm subject case episode member beneficiary mrn identity enrollee consultation client resident child mother user customer".split(
    " ",
  ),
);

/** Whose names stand in what is about them. */
const IN_CARE: ReadonlySet<string> = new Set(["patient", "mother", "child", "resident", "beneficiary"]);

const KEY_WORDS: ReadonlySet<string> = new Set(
  "id fk pk key uuid guid number code reference ide nummer".split(" "),
);

/** Whether rows of a table of care belong to somebody: lists of drugs or codes do not. */
export function isAboutSomebody(relation: Relation, contexts: ReadonlySet<TableContext>): boolean {
  if (contexts.has("person") || isVisit(relation)) return true;
  return relation.columns.some((column) => {
    const words = nameWords(column.name);
    const linked = words.some((word) => CARE_LINKS.has(word));
    const keyed = words.some((word) => KEY_WORDS.has(word)) || column.references !== undefined;
    if (words.length === 2 && IN_CARE.has(words[0] ?? "") && words[1] === "name") return true;
    return (
      (linked && (keyed || words.length === 1)) || (keyed && words.some((word) => CARE_EVENTS.has(word)))
    );
  });
}

/** What happens to one person at one time, with something of their health: rows are of somebody, said or not. */
const isVisit = (relation: Relation): boolean =>
  nameWords(relation.name).some((word) => CARE_VISITS.has(word)) &&
  relation.columns.some((column) =>
    saidOutright(column).some(({ type, strength }) => strength === "named" && type.category === "PHI"),
  );

const CARE_VISITS: ReadonlySet<string> = new Set(
  "visit encounter admission appointment consultation hospitalization hospitalisation surgery triage discharge referral".split(
    " ",
  ),
);

const CARE_EVENTS: ReadonlySet<string> = new Set(
  "diagnosis prescription appointment observation order result specimen sample treatment condition referral".split(
    " ",
  ),
);

/** Whether its rows belong to somebody: a column holds the key of a person. */
export const linksToPerson = (relation: Relation): boolean =>
  relation.columns.some((column) => {
    const words = nameWords(column.name);
    return words.some((word) => PERSON_NOUNS.has(word)) && words.some((word) => KEY_WORDS.has(word));
  });

/** Whether it has an `email` or `phone_number` that is not somebody's among others, but the row's own. */
export const hasBareContact = (relation: Relation): boolean =>
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
export function moneyKinds(relation: Relation): ReadonlySet<string> {
  const kinds = new Set<string>();
  let ofCards = 0;
  for (const column of relation.columns) {
    for (const { type, strength } of saidOutright(column)) {
      if (strength === "named" && type.category === "PCI") {
        kinds.add("card");
        ofCards += 1;
      } else if (strength === "named") kinds.add(type.name);
    }
  }
  if (ofCards >= 2) kinds.add("card details");
  return kinds;
}

/** Whether somebody, or something, signs in here. */
export const hasAccount = (relation: Relation): boolean =>
  relation.columns.some((column) =>
    saidOutright(column).some(({ type, strength }) => strength === "named" && ACCOUNT_TYPES.has(type.name)),
  );

/** How many kinds of facts that only people have; an account counts once, beside at least one of them. */
export function personalKinds(relation: Relation): number {
  const kinds = new Set<string>();
  let account = 0;
  for (const column of relation.columns) {
    for (const match of saidOutright(column)) {
      if (match.strength !== "named") continue;
      if (PERSONAL_TYPES.has(match.type.name)) kinds.add(match.type.name);
      if (match.words.some((words) => FULL_NAMES.has(words))) kinds.add("person_name");
      if (ACCOUNT_TYPES.has(match.type.name)) account = 1;
    }
  }
  return kinds.size === 0 ? 0 : kinds.size + account;
}
