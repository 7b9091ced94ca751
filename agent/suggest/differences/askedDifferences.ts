import type { AskedDifference } from "../../../protocol/suggestion/suggestion.ts";
import { aggregateDifferences, groupDifferences, limitDifferences, orderDifferences } from "./amount.ts";
import type { Asked, AskedCheck } from "./asked.ts";
import { directionDifferences } from "./direction.ts";
import { effectDifferences, namedDifferences } from "./effect.ts";
import { restrictionDifferences, valueDifferences } from "./restriction.ts";
import { timeDifferences } from "./time.ts";
import { yearDifferences } from "./year.ts";

const CHECKS: readonly AskedCheck[] = [
  effectDifferences,
  timeDifferences,
  yearDifferences,
  limitDifferences,
  aggregateDifferences,
  groupDifferences,
  orderDifferences,
  directionDifferences,
  restrictionDifferences,
  valueDifferences,
  namedDifferences,
];

/** What a statement does otherwise than it was asked; gravest first. */
export function askedDifferences(asked: Asked): readonly AskedDifference[] {
  const question = asked.question.toLowerCase().replace(/\s+/g, " ").trim();
  const plain = { ...asked, question };
  const checks = question === "" ? [effectDifferences] : CHECKS;
  return checks
    .flatMap((check) => check(plain))
    .toSorted((a, b) => Number(a.severity === "note") - Number(b.severity === "note"));
}
