import type { ColumnId } from "../facts.ts";
import type { Analysis } from "../postgres/analysis.ts";
import { noteFlows } from "../postgres/flows.ts";
import { referringTo } from "../postgres/referring.ts";
import type { Value } from "../postgres/value.ts";

/** ON UPDATE CASCADE: what a column is changed to is stored in those that refer to it, and in those that refer to these. */
export function noteCascades(analysis: Analysis, changed: readonly ColumnId[], value: Value): void {
  const reached = new Set(changed);
  for (const column of reached) for (const one of referringTo(analysis.index, [column])) reached.add(one);
  noteFlows(
    analysis,
    [...reached].filter((column) => !changed.includes(column)),
    { ...value, transform: value.transform === "direct" ? "expression" : value.transform },
  );
}
