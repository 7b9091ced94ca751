import type { ColumnId } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import type { Value } from "./value.ts";

/** Notes that a value is stored in columns, so that labels follow the data. A count carries none of it. */
export function noteFlows(analysis: Analysis, targets: readonly ColumnId[], value: Value): void {
  const sources = [...new Set(value.refs.map((ref) => ref.column))];
  const opaque = value.transform === "opaque";
  if (value.countOnly || (sources.length === 0 && !opaque)) return;
  for (const target of targets) {
    const others = sources.filter((source) => source !== target);
    if (others.length > 0 || opaque) {
      analysis.flows.push({ target, sources: others, unchanged: value.plain, opaque });
    }
  }
}
