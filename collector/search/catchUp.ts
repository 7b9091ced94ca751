import { Counts } from "./counts.ts";
import type { Asker } from "./database.ts";
import { writeCounts } from "./writeCounts.ts";

/** What is counted; grows with every change of it. */
export const COUNTS = 3;
/** The first that counted approvals. */
const WITH_APPROVALS = 2;

const HOUR = 3_600_000;

/**
 * Brings counts of an earlier release up to what is counted now. They are made again from the log, but where texts were
 * dropped: what only those could tell stays as it was counted, and what the log keeps beside them is added.
 */
export async function catchUp(
  asker: Asker,
  { counted, counts: before }: { readonly counted: number; readonly counts: number },
): Promise<"count anew" | "kept"> {
  const [retention] = await asker.all<{ dropped_to: number | null }>(
    "SELECT t.dropped_to FROM retention t WHERE t.id = 1",
  );
  if (retention?.dropped_to == null) return "count anew";
  // By their own names, agents are counted from here on.
  if (before >= WITH_APPROVALS) return "kept";
  const rows = await asker.all<{ hour: number; actor: string; environment: string; statements: number }>(
    `SELECT CAST(r.at / ${HOUR} AS bigint) AS hour, coalesce(r.actor, '') AS actor,
       coalesce(r.environment, '') AS environment, count(*) AS statements
     FROM records r WHERE r.verdict = 'approve' AND r.verdict <> 'allow' AND r.kind = 'intent' AND r.leaf_index < $1
     GROUP BY r.at / ${HOUR}, r.actor, r.environment`,
    [counted],
  );
  const counts = new Counts();
  for (const { hour, actor, environment, statements } of rows)
    counts.addApproved(hour * HOUR, actor, environment, statements);
  await writeCounts(asker, counts);
  return "kept";
}
