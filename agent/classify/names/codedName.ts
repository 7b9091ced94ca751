import type { InfoType } from "../taxonomy/infoType.ts";

/** Endings by which a fact is kept as an entry of a vocabulary, or as it stood in the source. */
const ENDINGS: readonly (readonly string[])[] = [
  ["as", "concept", "id"],
  ["source", "concept", "id"],
  ["concept", "id"],
  ["source", "value"],
  ["code", "value", "id"],
  ["cv", "id"],
  ["non", "coded"],
  ["coded"],
];

/**
 * A name without an ending that says how its fact is coded: `race_concept_id` and `drug_non_coded` hold race and
 * drug. Null where there is no such ending, or what is left tells how something was recorded, not what.
 */
export function withoutCoding(words: readonly string[]): readonly string[] | null {
  const ending = ENDINGS.find(
    (one) => words.length > one.length && one.every((word, at) => words.at(at - one.length) === word),
  );
  if (ending === undefined) return null;
  const stem = words.slice(0, -ending.length);
  return RECORDING.has(stem.at(-1) ?? "") ? null : stem;
}

const RECORDING: ReadonlySet<string> = new Set([
  "type",
  "unit",
  "route",
  "operator",
  "status",
  "modifier",
  "period",
]);

/** Kinds of facts that are the secret as a code as well. */
export const isSecretAsCode = ({ name, category }: InfoType): boolean =>
  (category === "PHI" && !NUMBERS_AND_DATES.has(name)) || OF_PEOPLE.has(name);

const NUMBERS_AND_DATES: ReadonlySet<string> = new Set([
  "encounter_date",
  "provider_id",
  "implant_id",
  "health_plan_id",
  "medical_record_number",
]);
const OF_PEOPLE: ReadonlySet<string> = new Set([
  "race_ethnicity",
  "religion",
  "political_opinion",
  "union_membership",
  "sexual_orientation",
  "gender",
  "marital_status",
  "nationality",
  "criminal_record",
]);
