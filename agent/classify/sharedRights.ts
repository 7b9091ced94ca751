import type { Label } from "../../protocol/label.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";
import type { KeptCorrections } from "./correctionStore.ts";
import { adoptionKey, type Correction, loosens } from "./corrections.ts";

/**
 * Shared corrections with the right of whoever works now, and the collector's with its administrators'. What lowers
 * counts once it has been recorded.
 */
export function weighShared(
  shared: readonly Correction[],
  labels: Labels,
  kept: KeptCorrections,
  mayLower: (column: ColumnId, label: Label) => boolean,
) {
  const adopted = new Map(kept.adopted.map((one) => [adoptionKey(one), one]));
  const waiting: Correction[] = [];
  const refused: Correction[] = [];
  const corrections = shared.map((one) => {
    const key = columnKey(one.column);
    const label = labels.get(key);
    if (label === undefined || !loosens(label, one)) return one;
    if (one.byAdministrator !== true && !mayLower(one.column, label)) {
      refused.push(one);
      return one;
    }
    const recorded = adopted.get(adoptionKey(one));
    if (recorded !== undefined && sameWords(recorded, one)) return { ...one, ...recorded, final: true };
    waiting.push(one);
    return one;
  });
  return {
    corrections,
    waiting,
    lowering: corrections.some(({ final }) => final),
    notices: refused.map(
      ({ column, infoType, level, by }) =>
        `${by} would lower ${columnKey(column)} to ${infoType} (${level}). That is ignored: it needs the right to relabel.`,
    ),
  };
}

const sameWords = (a: Correction, b: Correction): boolean =>
  a.infoType === b.infoType && a.level === b.level && a.reason === b.reason && a.by === b.by;
