import type { Relation } from "../../../protocol/catalog.ts";
import { PERSON_NOUNS, THING_NOUNS } from "./nouns.ts";
import { nameWords } from "./vocabulary.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words that make `clients`, `users` or `applications` programs. */
export const PROGRAMS = words("api oauth oidc openid saml app http system bot db database");

const GRANTS = words("code grant otp pin passcode");
/** Kinds of codes that open nothing, and grants of rights, which are no secrets. */
const ORDINARY_CODES = words(
  "error status reason response result exit country language qr access permission role",
);
const OPENING = words(
  `oauth oidc openid login auth authentication authorization authorisation verification confirmation activation recovery
   backup access invitation invite otp mfa totp factor reset unlock device magic passcode`,
);

/** Whether rows are codes that let somebody in once: `login_codes`, `oidc_grants`. */
export function isGrantTable(words: readonly string[]): boolean {
  const [before = "", last = ""] = words.slice(-2);
  if (!GRANTS.has(last) || !words.some((word) => OPENING.has(word))) return false;
  return !ORDINARY_CODES.has(before) || (before === "access" && last !== "grant");
}

/** Whether rows are names with values: a `key` beside a `value` opens nothing. */
export function isKeyValue(relation: Relation): boolean {
  const names = new Set(relation.columns.map(({ name }) => nameWords(name).join(" ")));
  return KEYS.some((key) => names.has(key)) && VALUES.some((value) => names.has(value));
}

const KEYS = ["key", "meta key", "attribute key", "property key"];
const VALUES = ["value", "meta value", "attribute value", "property value"];

/** Whether the first word is a module's: `users_application` lists applications. */
export function isModulePrefix(name: string, words: readonly string[]): boolean {
  const last = words.at(-1) ?? "";
  return (
    words.length > 1 && /^(?:users|accounts)_/i.test(name) && THING_NOUNS.has(last) && !PERSON_NOUNS.has(last)
  );
}

/** Whether a table's name says that somebody asks for something: `loan_applications` is no list of programs. */
export function isRequest(words: readonly string[]): boolean {
  const at = words.lastIndexOf("application");
  return at > 0 && REQUESTED.has(words[at - 1] ?? "");
}

/** Whether rows are what is kept on a case: `case_notes` is no list of cases of use. */
export const isCaseRecord = (words: readonly string[]): boolean =>
  words.some((word, at) => word === "case" && OF_CASE.has(words[at + 1] ?? ""));

const OF_CASE = words("note file record plan history management worker");

/** Whether certificates are papers of people, not of machines. */
export const isPaper = (words: readonly string[]): boolean =>
  words.at(-1) === "certificate" && PAPERS.has(words.at(-2) ?? "");

const PAPERS = words("medical health birth death marriage vaccination training sick fitness baptism");

/** Whether a word for a person only says whose things are listed: `user_projects`. */
export const isOwnedThing = (words: readonly string[]): boolean =>
  words.length > 1 && OWNED.has(words.at(-1) ?? "");

const OWNED = words(
  `project device application app plugin module server site domain dashboard widget template playlist repository workspace
   database folder theme board channel story guide interface manual journey agent`,
);

/** Whether a table named for addresses holds none of places: `ip_addresses`, `wallet_addresses`. */
export const isOtherAddress = (words: readonly string[]): boolean =>
  words.at(-1) === "address" && ELSEWHERE.has(words.at(-2) ?? "");

const ELSEWHERE = words("ip mac email mail web wallet network memory");

/** Whether a table about vehicles is about where they stand or what kinds there are. */
export const isAboutPlaces = (words: readonly string[]): boolean => PLACES.has(words.at(-1) ?? "");

const PLACES = words(
  "lot area zone space garage facility station spot structure place bay meter machine model",
);

const REQUESTED = words(
  `job loan mortgage visa passport permit employment membership admission benefit scholarship credit adoption volunteer
   tenancy housing citizenship asylum school university college student teacher`,
);

/** Whether each row belongs to the case of one person: it holds the key or the name of who is cared for or judged. */
export const isDossier = (relation: Relation): boolean =>
  relation.columns.some(({ name }) => {
    const parts = nameWords(name);
    return parts.length > 1 && parts.some((word) => IN_CARE.has(word)) && KEY_WORDS.has(parts.at(-1) ?? "");
  });

/** Customers and users have rows in tables about anything, staff in tables about their work. */
const IN_CARE = words(
  `patient student pupil veteran applicant candidate claimant beneficiary resident jobseeker prisoner offender donor
   victim defendant suspect child guardian inmate detainee arrestee refugee enrollee plaintiff complainant petitioner decedent policyholder insured borrower debtor passenger traveller traveler attendee trainee appellant respondent learner
   paciente alumno estudiante elev pasient patienten`,
);
const KEY_WORDS = words("id fk key uuid guid number identifier nummer name dob ssn");
