import { type InfoType, list } from "../taxonomy/infoType.ts";
import { CALLED_AT, DISGUISES, HEALTH_HEADS, NEUTRAL } from "./modifiers.ts";
import { PERSON_NOUNS } from "./nouns.ts";
import type { Phrase } from "./phrase.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Facts where a yes or no is the secret itself. */
export const tellsByYesOrNo = (type: InfoType): boolean => type.shapes.includes("boolean");

/** Whether what follows a phrase leaves its meaning alone: `email_verified` names no e-mail address. */
export function isNeutralBehind(phrase: Phrase, rest: readonly string[]): boolean {
  if (phrase.text === "$somebody") return rest.every((word) => /^(?:\p{N}+|.)$/u.test(word));
  if (phrase.type.name === "photo" && rest.length > 0 && rest.every((word) => WHERE_KEPT.has(word)))
    return !SHOWN_TO_ALL.has(phrase.text);
  return rest.every((word) => isNeutral(word, phrase));
}

function isNeutral(word: string, { type }: Phrase): boolean {
  if (NEUTRAL.has(word)) {
    if (NOT_IN_NAMES.has(word) && WORDS_ONLY.has(type.name)) return false;
    if (word === "text" && type.name === "username") return false;
    // Behind anything but a name or an address it says that a form is filled in.
    return word !== "complete" || COMPLETE.has(type.name);
  }
  return (
    isDisguise(word, type) ||
    (PERSON_NOUNS.has(word) && type.name !== "free_text") ||
    /^\p{N}+$/u.test(word) ||
    (type.category === "none" && word === "name") ||
    (type.name === "phone" && CALLED_AT.has(word)) ||
    (NUMBERED.has(type.name) && PARTS.has(word)) ||
    (type.name === "street_address" && FURTHER.has(word)) ||
    (tellsByYesOrNo(type) && HEALTH_HEADS.has(word))
  );
}

/** Whether a word behind a phrase says that the value is kept hashed, signed or encrypted. */
export const isDisguise = (word: string, type: InfoType): boolean =>
  DISGUISES.has(word) || (DERIVED.has(word) && HAS_DIGEST.has(type.name));

/** What stands for a value and is computed from it; of keys and names these are ordinary. */
const DERIVED = words("fingerprint signature hmac bidx");
const HAS_DIGEST = words(
  `us_ssn national_id tax_id passport_number driver_licence phone birth_date postal_code iban bank_account
   token mfa_secret password security_answer medical_record_number health_plan_id`,
);

/** Kinds that are words, not numbers: `customer_number` is no name of a customer. */
const WORDS_ONLY = words("person_name given_name family_name other_name cardholder_name free_text");
const NOT_IN_NAMES = words("number value data list set copy array search");
const COMPLETE = words(`person_name given_name family_name other_name street_address`);

/** Kinds of numbers of which a part gives away much: `ssn_suffix`. */
const NUMBERED = words(
  "us_ssn national_id tax_id passport_number driver_licence bank_account iban medical_record_number health_plan_id",
);
const PARTS = words("suffix part last four digit ending tail fragment");

/** `address_details`, `adresse_complement`. */
const FURTHER = words("detail details complement complemento zusatz supplement");

/** A picture behind an address is the picture, unless it is one that everybody is shown. */
const WHERE_KEPT = words("url uri link path");
const SHOWN_TO_ALL: ReadonlySet<string> = new Set(
  list(
    "profile picture, profile photo, profile image, user photo, user avatar, photo, picture, avatar, portrait, headshot, foto, image",
  ),
);
