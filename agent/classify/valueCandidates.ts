import type { Candidate } from "./candidate.ts";
import type { InfoType } from "./taxonomy/infoType.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import { type ColumnEvidence, isClosedSet, sawNothing } from "./values/columnEvidence.ts";
import type { Detector } from "./values/detector.ts";
import { DETECTORS, detectorOf } from "./values/detectors.ts";

const MOST_FOR = 8;
const MOST_SUPPORT = 1.5;
const MOST_AGAINST = -6;
/** Distinct values from which on their absence means something. */
const ENOUGH = 12;

/**
 * What values say by themselves: a detector's hit rate over distinct values against its chance rate. A
 * checksum that one in ten random numbers passes decides nothing until a whole column passes it.
 */
export function valueCandidates(evidence: ColumnEvidence, named: readonly Candidate[]): readonly Candidate[] {
  if (sawNothing(evidence)) return [];
  const closed = isClosedSet(evidence);
  const ordinary = named.filter(({ type, logit }) => type.category === "none" && logit > 0);
  const ofMachines = ordinary.some(({ type }) => type.name === "network_address");
  return Object.entries(evidence.hits).flatMap(([id, hits]) => {
    const detector = detectorOf(id);
    if (detector === undefined || !detector.alone) return [];
    if (evidence.sequence && detector.baseRate > 0.005) return [];
    // Kinds and states repeat, and some look like something by chance: of a few values, all pass what hardly any would.
    if (closed && (hits < evidence.distinct || detector.baseRate ** evidence.distinct > CHANCE_OF_ALL))
      return [];
    // Where chance or a habit of numbering explains some hits, a column of the kind would have far more.
    if (detector.baseRate > RARE && hits < evidence.distinct * detector.expected * LEAST_SHARE) return [];
    if (ofMachines && NETWORK.has(detector.infoType)) return [];
    // What only looks like something does not outweigh a name that says it is something else.
    const most = ordinary.length > 0 && detector.baseRate > NOISY ? MOST_AGAINST_NAME : MOST_FOR;
    const logit = Math.min(most, likelihood(detector, hits, evidence.distinct)) + PRIOR;
    return logit <= 0
      ? []
      : [{ type: infoType(detector.infoType), logit, evidence: [sentence(detector, hits, evidence)] }];
  });
}

/** That all of a few values pass by chance. */
const CHANCE_OF_ALL = 0.0001;

const NETWORK: ReadonlySet<string> = new Set(["ip_address", "mac_address"]);
/** Detectors that chance passes more often than this say little beside a name. */
const NOISY = 0.04;
const MOST_AGAINST_NAME = 5;

/** Less than this passes by chance hardly ever. */
const RARE = 0.005;
/** Of the share that passes in a true column. */
const LEAST_SHARE = 0.6;

/** Logarithm of the odds, before anything is known, that a column is of some one kind. */
const PRIOR = -3;

/** What values add to or take from a name that was understood. */
export function valueSupport(type: InfoType, evidence: ColumnEvidence | undefined): Candidate | null {
  if (evidence === undefined || sawNothing(evidence)) return null;
  const own = DETECTORS.filter(
    (detector) => detector.infoType === type.name || detector.supports?.includes(type.name) === true,
  );
  const passes = own.some(({ id }) => (evidence.hits[id] ?? 0) > 0);
  const refuted = refutation(type, evidence, passes);
  if (refuted !== null) return { type, logit: MOST_AGAINST, evidence: [refuted] };
  let best: Candidate | null = null;
  for (const detector of own) {
    const hits = evidence.hits[detector.id] ?? 0;
    if (hits === 0) continue;
    const most = detector.alone ? MOST_FOR : MOST_SUPPORT;
    const logit = Math.max(0, Math.min(most, likelihood(detector, hits, evidence.distinct)));
    if (best === null || logit > best.logit) {
      best = { type, logit, evidence: [sentence(detector, hits, evidence)] };
    }
  }
  return best;
}

/** Against chance: positive where hits are more than chance explains. */
function likelihood(detector: Detector, hits: number, distinct: number): number {
  const rate = Math.min(0.999, Math.max(detector.expected, hits / distinct));
  const misses = distinct - hits;
  return (
    hits * Math.log(rate / detector.baseRate) +
    misses * Math.log((1 - rate) / (1 - Math.min(0.999, detector.baseRate)))
  );
}

/**
 * Why values cannot be what the name says. Restricted kinds are believed by name alone, and repetition says nothing where
 * values look like what the name says: a sample may be of one person's rows, and somebody may have written it so.
 */
function refutation(type: InfoType, evidence: ColumnEvidence, passes: boolean): string | null {
  const share = (trait: keyof ColumnEvidence["traits"]): number => evidence.traits[trait] / evidence.distinct;
  const repeats = isClosedSet(evidence) && evidence.distinct <= 12 && !passes;
  const isWord = share("letters") === 1 && share("digits") === 0 && share("token") === 0;
  const isKind = SECRET.has(type.name)
    ? isWord && evidence.distinct <= MOST_KINDS
    : NUMBERED.has(type.name)
      ? share("digits") < 0.5
      : UNIQUE.has(type.name) || (NUMERIC.has(type.name) && share("digits") < 0.1);
  if (repeats && isKind) return `its values are ${evidence.distinct} that repeat, as kinds and states do`;
  if (repeats && type.name === "street_address" && share("spaced") < 0.1)
    return "its values are codes that repeat";
  if (evidence.distinct < ENOUGH || share("token") > 0.5) return null;
  if (type.name === "email" && !Object.keys({ ...evidence.hits, ...evidence.inText }).includes("email")) {
    return "none of its values is an e-mail address";
  }
  if (NUMERIC.has(type.name) && share("digits") < 0.1 && share("letters") > 0.9) {
    return "its values hold no digits";
  }
  return null;
}

/** A flag or a state has no more. */
const MOST_KINDS = 4;

const SECRET: ReadonlySet<string> = new Set(["password", "token", "api_key", "secret"]);
/** Numbers somebody gave out, of any form. */
const NUMBERED: ReadonlySet<string> = new Set([
  "payment_card",
  "iban",
  "us_ssn",
  "national_id",
  "bank_account",
  "passport_number",
  "medical_record_number",
]);
const UNIQUE: ReadonlySet<string> = new Set([
  "email",
  "phone",
  "person_name",
  "ip_address",
  "mac_address",
  "username",
]);
const NUMERIC: ReadonlySet<string> = new Set([
  "street_address",
  "phone",
  "payment_card",
  "iban",
  "us_ssn",
  "national_id",
  "bank_account",
  "postal_code",
  "ip_address",
  "birth_date",
  "passport_number",
  "driver_licence",
  "card_cvv",
  "tax_id",
]);

const sentence = (detector: Detector, hits: number, { distinct }: ColumnEvidence): string =>
  `${hits} of ${distinct} sampled values match ${detector.passes}`;
