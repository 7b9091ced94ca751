import type { SearchDatabase } from "./database.ts";

/** Latest time of any record whose text was dropped; null where none was. ISO 8601. */
export async function textsDroppedTo(database: SearchDatabase): Promise<string | null> {
  const [row] = await database.all<{ dropped_to: number | null }>(
    "SELECT t.dropped_to FROM retention t WHERE t.id = 1",
  );
  return row?.dropped_to == null ? null : new Date(row.dropped_to).toISOString();
}
