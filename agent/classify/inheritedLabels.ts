import { isSensitive, type Label, LEVELS } from "../../protocol/label.ts";
import { columnKey, type Flow } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";

/** Rounds of inheriting from what was itself inherited; chains of stored copies are short. */
const ROUNDS = 16;

/** Something nobody could attribute was stored here. */
const UNATTRIBUTED: Label = {
  infoType: "unattributed",
  category: "none",
  level: "restricted",
  mask: "full",
  confidence: 1,
  evidence: ["a statement stored something here that nobody can attribute"],
};

/**
 * Labels with those that came along with the data: a column is at least as sensitive as what was stored in it. Only
 * a value stored unchanged keeps a mask that shows a part of it.
 */
export function inheritLabels(labels: Labels, flows: readonly Flow[]): Labels {
  if (flows.length === 0) return labels;
  const result = new Map(labels);
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const flow of flows) {
      const key = columnKey(flow.target);
      const own = result.get(key);
      for (const label of carried(flow, result)) {
        if (own !== undefined && !saysMore(label, result.get(key) ?? own)) continue;
        result.set(key, label);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return result;
}

function carried(flow: Flow, labels: Labels): readonly Label[] {
  const found = flow.sources.flatMap((source): readonly Label[] => {
    const label = labels.get(columnKey(source));
    if (label === undefined || !isSensitive(label)) return [];
    const evidence = [`it holds data of ${columnKey(source)}`, ...label.evidence];
    return [{ ...label, mask: flow.unchanged ? label.mask : "full", evidence }];
  });
  return flow.opaque ? [UNATTRIBUTED, ...found] : found;
}

/** More sensitive, or as sensitive where nothing was known of the column itself. */
const saysMore = (label: Label, own: Label): boolean =>
  LEVELS.indexOf(label.level) > LEVELS.indexOf(own.level) ||
  (label.level === own.level && own.infoType === "unclassified");
