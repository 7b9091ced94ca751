import type { ColumnPlan } from "../../protocol/decision.ts";
import { isSensitive, type Label, LEVELS, type MaskKind } from "../../protocol/label.ts";
import { type ColumnId, columnKey, type OutputColumn } from "../sql/facts.ts";

/** What is to be known of a source before an output over it can be planned. */
export interface SourceView {
  labelOf(id: ColumnId): Label | undefined;
  mayReveal(id: ColumnId, label: Label): boolean;
  /** The elevation without which it would be hidden, if there is one. */
  elevationOf(id: ColumnId, label: Label): string | undefined;
  /** Sees a text or document with what is found in it taken out; without that right it is hidden whole. */
  mayReadRedacted(id: ColumnId, label: Label): boolean;
  mayMatch(id: ColumnId, label: Label): boolean;
  /** How policy wants it hidden; undefined where the label's own mask will do. */
  maskOf(id: ColumnId, label: Label): MaskKind | undefined;
}

/** A value nobody can attribute is treated as the worst it could be. */
const UNATTRIBUTED: Label = {
  infoType: "unattributed",
  category: "none",
  level: "restricted",
  mask: "full",
  confidence: 1,
  evidence: ["nobody can tell where this value comes from"],
};

/** A column nobody has classified: what is not known is not shown. */
export const UNCLASSIFIED: Label = {
  infoType: "unclassified",
  category: "none",
  level: "confidential",
  mask: "full",
  confidence: 0,
  evidence: ["not classified yet"],
};

/** What may have come into a column since anybody looked: whoever sees free text as it is sees that too. */
const STRAY: Label = {
  infoType: "free_text",
  category: "PII",
  level: "confidential",
  mask: "redact",
  confidence: 0,
  evidence: [],
};

/**
 * How each result column is shown. The mask follows the data, not the name (law 5): a column is shown as it is
 * only where every sensitive source may be revealed; a useful partial mask only where the value is one column
 * unchanged; a count tells only how many and is shown.
 */
export function columnPlans(outputs: readonly OutputColumn[], view: SourceView): readonly ColumnPlan[] {
  return outputs.map((output) => {
    const sources = output.sources.map(columnKey);
    const plan = (label: Label | null, mask: ColumnPlan["mask"], sought = false): ColumnPlan => ({
      name: output.name,
      label,
      mask,
      // Of a column as it is, only whether something is known is told; a computed value can answer any question.
      ...(mask === "full" && output.transform !== "direct" ? { hidesNull: true } : {}),
      ...(sought ? { soughtInTexts: true } : {}),
      sources,
    });
    if (output.transform === "opaque") return plan(UNATTRIBUTED, "full");
    const labels = output.sources.map((id) => ({ id, label: view.labelOf(id) ?? UNCLASSIFIED }));
    const gravest = labels.reduce<Label | null>(
      (worst, { label }) => (worst === null || outranks(label, worst) ? label : worst),
      null,
    );
    const hidden = labels.filter(({ id, label }) => isSensitive(label) && !view.mayReveal(id, label));
    if (output.countOnly) return plan(gravest, null);
    if (hidden.length === 0) {
      const watched = labels.some(({ id, label }) => !isSensitive(label) && !view.mayReveal(id, STRAY));
      const under = new Set(labels.flatMap(({ id, label }) => view.elevationOf(id, label) ?? []));
      return {
        ...plan(gravest, null),
        ...(watched ? { watched } : {}),
        ...(under.size === 0 ? {} : { shownUnder: [...under] }),
      };
    }
    if (output.transform === "plan") return plan(gravest, "plan");
    const worst = hidden.reduce((a, b) => (outranks(b.label, a.label) ? b : a));
    const alone = output.transform === "direct" && output.sources.length === 1;
    if (!alone) return plan(worst.label, "full");
    const mask = maskOf(worst.id, worst.label, view);
    return plan(worst.label, mask, mask !== "redact" && isSought(worst.id, worst.label, view));
  });
}

/**
 * Who a text is about stands beside it. But a text in which words go missing tells that they are the value, so only
 * what may be looked up by whoever reads is sought: contact data and names, where `match` is a right.
 */
const isSought = (id: ColumnId, label: Label, view: SourceView): boolean =>
  label.category === "PII" && label.level === "confidential" && view.mayMatch(id, label);

function maskOf(id: ColumnId, label: Label, view: SourceView): Label["mask"] {
  const mask = view.maskOf(id, label) ?? label.mask;
  // Names tell which values are the same, as a redacted text tells what is in it.
  if (mask === "pseudonym") return view.mayReadRedacted(id, label) ? mask : "full";
  if (mask !== "redact") return mask;
  // Documents are redacted by their paths alone.
  if (label.infoType === "personal_json" && label.paths === undefined) return "full";
  return view.mayReadRedacted(id, label) ? "redact" : "full";
}

const outranks = (a: Label, b: Label): boolean => LEVELS.indexOf(a.level) > LEVELS.indexOf(b.level);
