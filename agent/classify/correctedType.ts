import type { Category, Level, MaskKind } from "../../protocol/label.ts";
import { TAXONOMY } from "./taxonomy/taxonomy.ts";

/** What a column can be corrected to. */
export interface CorrectedType {
  readonly infoType: string;
  readonly category: Category;
  readonly level: Level;
  readonly mask: MaskKind;
  /** Plural words for sentences: "e-mail addresses". */
  readonly title: string;
}

const ORDINARY: CorrectedType = {
  infoType: "ordinary",
  category: "none",
  level: "internal",
  mask: "full",
  title: "nothing to hide",
};

/** Everything a column can be corrected to: the taxonomy, and what is none of it. */
export const CORRECTED_TYPES: readonly CorrectedType[] = [
  ORDINARY,
  ...TAXONOMY.map(({ name, category, level, mask, title }) => ({
    infoType: name,
    category,
    level,
    mask,
    title,
  })),
];

const byName = new Map(CORRECTED_TYPES.map((type) => [type.infoType, type]));

/** The type of this name. */
export const correctedType = (name: string): CorrectedType | undefined => byName.get(name);

/** Names that are a slip of the pen away from this one, the likeliest first. */
export function similarTypes(name: string): readonly string[] {
  const near = [...byName.keys()]
    .map((known) => ({ known, steps: editSteps(name.toLowerCase().slice(0, LONGEST), known) }))
    .filter(({ known, steps }) => steps <= Math.max(2, known.length / 3));
  return near
    .sort((a, b) => a.steps - b.steps)
    .slice(0, 3)
    .map(({ known }) => known);
}

const LONGEST = 60;

/** Letters to put in, leave out, change or swap with their neighbour (optimal string alignment). */
function editSteps(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const now = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      now[column] = Math.min(
        (last?.[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last?.[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before?.[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, now];
  }
  return last?.[b.length] ?? 0;
}
