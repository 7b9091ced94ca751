import { Analysis, nowhere } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { READERS } from "./readers.ts";
import { callRoutine } from "./routines.ts";

const known = new WeakMap<CatalogIndex, string | null>();

/**
 * Why no statement on this database can be told: a conversion that happens without being asked for runs code that
 * reads tables, or that nobody can read. Null, as nearly everywhere, where there is none.
 */
export function silentCastReason(index: CatalogIndex): string | null {
  const before = known.get(index);
  if (before !== undefined) return before;
  const found = index.silentCastRoutines().find((routine) => {
    const analysis = new Analysis(index, { kind: "elsewhere", view: undefined }, READERS);
    const { opaque } = callRoutine(analysis, routine, nowhere);
    return opaque !== undefined || analysis.uses.length + analysis.unknowns.length > 0;
  });
  const reason = found
    ? `a conversion between types runs ${found.schema}.${found.name} without being asked for`
    : null;
  known.set(index, reason);
  return reason;
}
