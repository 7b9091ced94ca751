import type { ColumnPlan } from "../../protocol/decision.ts";
import { HIDDEN_VALUE, postgresMask } from "./postgresMask.ts";

/** A query that masks on the server: what is sent instead of the person's text. */
export interface SourceMasked {
  readonly text: string;
  /** Where the person's text begins in it. */
  readonly offset: number;
  /** Positions of the columns that are masked there; the agent has nothing left to hide in them. */
  readonly masked: ReadonlySet<number>;
}

/** The name of the query inside; no name of the person's is visible beside it. */
const QUERY = "sluice_query";

/**
 * Puts a query into a query around it whose select list masks, so that raw values never leave the server, whatever the
 * query inside is made of. Null where a column's mask is one that only the agent can apply.
 */
export function maskAtSource(text: string, columns: readonly ColumnPlan[]): SourceMasked | null {
  const list: string[] = [];
  const masked = new Set<number>();
  for (const [position, { name, mask, hidesNull }] of columns.entries()) {
    const column = `${QUERY}.c${position + 1}`;
    const shown = mask === null ? column : hidesNull ? HIDDEN_VALUE : postgresMask(mask, column);
    if (shown === null) return null;
    if (mask !== null) masked.add(position);
    list.push(`${shown} AS "${name.replaceAll('"', '""')}"`);
  }
  if (masked.size === 0) return null;
  const before = `SELECT ${list.join(", ")} FROM (\n`;
  const names = columns.map((_, position) => `c${position + 1}`).join(", ");
  // A line of its own: the person's text may end in a comment.
  return { text: `${before}${text}\n) AS ${QUERY}(${names})`, offset: before.length, masked };
}
