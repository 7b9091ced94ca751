import { accountDetectors } from "./accounts.ts";
import { cardDetectors } from "./cards.ts";
import { contactDetectors } from "./contacts.ts";
import type { Detector } from "./detector.ts";
import { governmentIdDetectors } from "./governmentIds.ts";
import { healthDetectors } from "./health.ts";
import { networkDetectors } from "./network.ts";
import { personNameDetectors } from "./personNames.ts";
import { secretDetectors } from "./secrets.ts";

/** Every detector, those that say most first. */
export const DETECTORS: readonly Detector[] = [
  ...secretDetectors,
  ...contactDetectors,
  ...accountDetectors,
  ...cardDetectors,
  ...governmentIdDetectors,
  ...networkDetectors,
  ...healthDetectors,
  ...personNameDetectors,
];

const byId = new Map(DETECTORS.map((detector) => [detector.id, detector]));

/** The detector of that id; undefined where evidence was kept by an older one. */
export const detectorOf = (id: string): Detector | undefined => byId.get(id);
