import { isSensitive, type Label, LEVELS } from "../../protocol/label.ts";
import { type ColumnId, columnKey, type Flow } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";

/** Rounds of inheriting from what was itself inherited; chains of stored copies are short. */
const ROUNDS = 16;

/** A flow with what its sources were when it happened: they may be renamed or dropped afterwards. */
export interface CarriedFlow extends Flow {
  readonly labels?: readonly Label[];
}

/** The flow as it is to be remembered. */
export function carriedFlow(flow: Flow, labelOf: (id: ColumnId) => Label | undefined): CarriedFlow {
  // What nobody has looked at yet is judged when somebody has.
  const labels = flow.sources
    .flatMap((source) => labelOf(source) ?? [])
    .filter((label) => isSensitive(label) && label.infoType !== "unclassified");
  return labels.length === 0 ? flow : { ...flow, labels };
}

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
export function inheritLabels(labels: Labels, flows: readonly CarriedFlow[]): Labels {
  if (flows.length === 0) return labels;
  const result = new Map(labels);
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const flow of flows) {
      const key = columnKey(flow.target);
      for (const label of carried(flow, result)) {
        const now = result.get(key);
        const next = now === undefined || saysMore(label, now) ? label : holding(now, label);
        if (next === now) continue;
        result.set(key, next);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return result;
}

function carried(flow: CarriedFlow, labels: Labels): readonly Label[] {
  const held = (label: Label, evidence: readonly string[]): Label => ({
    ...label,
    mask: flow.unchanged ? label.mask : "full",
    evidence,
  });
  const then = (flow.labels ?? []).map((label) => held(label, label.evidence));
  const now = flow.sources.flatMap((source): readonly Label[] => {
    const label = labels.get(columnKey(source));
    if (label === undefined || !isSensitive(label)) return [];
    return [held(label, [`it holds data of ${columnKey(source)}`, ...label.evidence])];
  });
  return flow.opaque ? [UNATTRIBUTED, ...then, ...now] : [...then, ...now];
}

/** What is found in a text is what texts hold: a name stored in one alone would be shown as a harmless word. */
const holding = (own: Label, label: Label): Label =>
  own.mask === "redact" && label.mask !== "redact"
    ? { ...own, mask: "full", evidence: [...own.evidence, ...label.evidence] }
    : own;

/** More sensitive, or as sensitive where nothing was known of the column itself. */
const saysMore = (label: Label, own: Label): boolean =>
  LEVELS.indexOf(label.level) > LEVELS.indexOf(own.level) ||
  (label.level === own.level && own.infoType === "unclassified");
