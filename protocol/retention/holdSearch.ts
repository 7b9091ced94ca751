import type { HoldScope } from "./holdScope.ts";

/**
 * The search for what a hold covers, as `GET /v1/search` takes it. A hold covers more: programs that act for the
 * person, and what cannot be told.
 */
export function holdSearch({ actor, connection, column, from, to }: HoldScope): Record<string, string> {
  const query: Record<string, string> = {};
  if (actor !== null) query.actor = actor;
  if (connection !== null) query.connection = connection;
  if (column !== null) query[isTable(column) ? "table" : "column"] = column;
  if (from !== null) query.from = from;
  if (to !== null) query.to = to;
  return query;
}

/** Whether it names a table, and so every column of it. */
export const isTable = (column: string): boolean => column.split(".").length === 2;
