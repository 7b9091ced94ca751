import { isSensitive, type Label } from "../protocol/label.ts";
import type { Labels } from "./classify/classifyCatalog.ts";
import { type CarriedFlow, carriedFlow, inheritLabels } from "./classify/inheritedLabels.ts";
import { type ColumnId, columnKey, type Flow } from "./sql/facts.ts";

/**
 * What one session has stored in its temporary tables. Nobody else writes there, and nobody samples them: what came in
 * tells what they hold.
 */
export class TemporaryFlows {
  readonly #flows = new Map<string, CarriedFlow>();
  readonly #isTemporary: (schema: string) => boolean;
  /** Columns by whether everything that was stored in them may be seen by anybody. */
  readonly #harmless = new Map<string, boolean>();

  constructor(isTemporary: (schema: string) => boolean) {
    this.#isTemporary = isTemporary;
  }

  /** Takes what a statement is about to store in temporary tables; true where there is any. */
  add(flows: readonly Flow[], labelOf: (id: ColumnId) => Label | undefined): boolean {
    const temporary = flows.filter(({ target }) => this.#isTemporary(target.schema));
    for (const flow of temporary) {
      const carried = carriedFlow(flow, labelOf);
      this.#flows.set(JSON.stringify(carried), carried);
      const key = columnKey(flow.target);
      const harmless = !flow.opaque && flow.sources.every((source) => isHarmless(labelOf(source)));
      this.#harmless.set(key, harmless && this.#harmless.get(key) !== false);
    }
    return temporary.length > 0;
  }

  /** The labels with what is known of these tables. */
  over(labels: Labels): Labels {
    const result = new Map(inheritLabels(labels, [...this.#flows.values()]));
    for (const [key, harmless] of this.#harmless) {
      if (harmless && result.get(key)?.infoType === "unclassified") result.set(key, ORDINARY);
    }
    return result;
  }
}

const isHarmless = (label: Label | undefined): boolean => label !== undefined && !isSensitive(label);

const ORDINARY: Label = {
  infoType: "ordinary",
  category: "none",
  level: "internal",
  mask: "full",
  confidence: 0.9,
  evidence: ["everything stored in it in this session comes from columns that are not sensitive"],
};
