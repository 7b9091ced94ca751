import type { Label } from "../../protocol/label.ts";
import { probability } from "./candidate.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import { type ColumnEvidence, PERSON_NAMED } from "./values/columnEvidence.ts";
import { detectorOf } from "./values/detectors.ts";

/** Fewer findings than this, and less than a hundredth of the values, may be chance. */
const LEAST = 2;
const CHANCE = 0.001;

/** The label of a text inside which something was found: the gravest finding rules. Null where none was. */
export function textFindings(evidence: ColumnEvidence): Label | null {
  const ids = new Set([...Object.keys(evidence.inText), ...Object.keys(evidence.hits)]);
  const found = [...ids].flatMap((id) => {
    if (id === PERSON_NAMED) return named(evidence);
    const detector = detectorOf(id);
    if (detector === undefined) return [];
    // A value that is one as a whole counts too, where chance cannot make it look so.
    const whole = detector.inText && detector.baseRate <= CHANCE ? (evidence.hits[id] ?? 0) : 0;
    const count = (evidence.inText[id] ?? 0) + whole;
    if (count < LEAST || count < evidence.distinct * 0.01) return [];
    return [{ type: infoType(detector.infoType), share: count / evidence.distinct }];
  });
  if (found.length === 0) return null;
  const text = infoType("free_text");
  const restricted = found.some(({ type }) => type.level === "restricted");
  return {
    infoType: text.name,
    category: found.find(({ type }) => type.level === "restricted")?.type.category ?? text.category,
    level: restricted ? "restricted" : "confidential",
    mask: text.mask,
    confidence: probability(3),
    evidence: found.map(
      ({ type, share }) => `contains ${type.title} in about ${percent(share)} of the sampled values`,
    ),
  };
}

/** Names are only believed where several texts have them. */
function named(evidence: ColumnEvidence) {
  const count = evidence.inText[PERSON_NAMED] ?? 0;
  if (count < LEAST_NAMED || count < evidence.distinct * SHARE_NAMED) return [];
  return [{ type: infoType("person_name"), share: count / evidence.distinct }];
}

const LEAST_NAMED = 3;
const SHARE_NAMED = 0.05;

const percent = (share: number): string => `${Math.max(1, Math.round(share * 100))} %`;
