import type { FoundRecords, RecordHit } from "../../protocol/collector/search.ts";
import { type SearchDatabase, Values } from "./database.ts";
import { textsDroppedTo } from "./droppedTexts.ts";
import { placesOf } from "./placesOf.ts";
import { type Cursor, cursorText, type RecordQuery } from "./recordQuery.ts";
import { hitOf, RECORD_COLUMNS, type RecordRow } from "./recordRow.ts";
import type { Scope } from "./scope.ts";

/** The newest records that match. */
export async function findRecords(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
): Promise<FoundRecords> {
  const { places, stopped } = await placesOf(database, query, scope);
  const page = places.slice(0, query.limit);
  const last = page.at(-1);
  const more: Cursor | null =
    places.length > query.limit && last !== undefined ? { at: last.at, leaf: last.leaf_index } : stopped;
  return {
    records: await hitsAt(
      database,
      page.map(({ leaf_index }) => leaf_index),
    ),
    next: more === null ? null : cursorText(more),
    searchedTo: stopped === null || more !== stopped ? null : new Date(stopped.at).toISOString(),
    textsDroppedTo: query.text === null ? null : await textsDroppedTo(database),
  };
}

/** The records at these places of the log, in this order. */
export async function hitsAt(
  database: SearchDatabase,
  places: readonly number[],
): Promise<readonly RecordHit[]> {
  const rows = new Map((await rowsAt(database, places)).map((row) => [row.leaf_index, row]));
  return places.flatMap((place) => {
    const row = rows.get(place);
    return row === undefined ? [] : [hitOf(row)];
  });
}

/** In no order. */
export async function rowsAt(
  database: SearchDatabase,
  places: readonly number[],
): Promise<readonly RecordRow[]> {
  if (places.length === 0) return [];
  const values = new Values();
  return database.all<RecordRow>(
    `SELECT ${RECORD_COLUMNS} FROM records r JOIN devices d ON d.id = r.device
     WHERE r.leaf_index IN ${values.row(places)}`,
    values.list,
  );
}
