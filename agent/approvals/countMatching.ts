import type { ApprovalOrder } from "../../protocol/approval/approval.ts";
import { type JudgeRequest, type Judges, judge } from "../judge.ts";
import { splitText } from "../splitText.ts";
import type { StatementFacts } from "../sql/facts.ts";

const MOST_COUNTED = 1_000_000;
/** Whoever asks waits for it, and the database works. */
export const LONGEST_COUNT_MS = 3_000;

/** Reads the first rows of a statement for whoever asks, on a session that nobody changes. */
export type ReadRows = (text: string) => Promise<readonly (readonly string[])[]>;

/**
 * How many rows a write would change as the database stands now; null where no read can tell, or policy does not let
 * whoever asks read that much. It is a statement of theirs like any other: judged, masked, limited and on record.
 */
export async function countMatching(
  { session, statement, ...asking }: JudgeRequest,
  facts: StatementFacts,
  judges: Judges,
  read: ReadRows,
): Promise<ApprovalOrder["counted"]> {
  const text = await session.counting(statement, facts, MOST_COUNTED);
  if (text === undefined) return null;
  const { database } = session;
  const [counting] = splitText(text, database.engine, await database.catalogForSplitting());
  if (counting === undefined) return null;
  // Refused, it would be on record as something they tried.
  const judged = await session.inTurn(() => judge({ ...asking, session, statement: counting }, judges));
  const known = new Set(facts.relations.map(({ oid }) => oid));
  const fits =
    judged.decision.verdict === "allow" &&
    judged.facts?.effect === "read" &&
    judged.facts.relations.every(({ oid }) => known.has(oid));
  if (!fits) return null;
  const rows = await read(text).catch(() => []);
  const cell = rows[0]?.[0] ?? "";
  if (!/^\d{1,15}$/.test(cell)) return null;
  const found = Number(cell);
  return { rows: Math.min(found, MOST_COUNTED), more: found > MOST_COUNTED };
}
