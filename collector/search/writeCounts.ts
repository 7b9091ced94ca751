import type { Counts } from "./counts.ts";
import { type Asker, type Value, Values } from "./database.ts";

/** Rows of one statement: all the databases take so many values. */
const ROWS = 400;

/** Adds to what is counted already. */
export async function writeCounts(asker: Asker, counts: Counts): Promise<void> {
  await upsert(
    asker,
    "INSERT INTO search_terms AS o (term, records) VALUES",
    "ON CONFLICT (term) DO UPDATE SET records = o.records + excluded.records",
    [...counts.terms],
  );
  await upsert(
    asker,
    "INSERT INTO search_actors (actor, name) VALUES",
    "ON CONFLICT (actor) DO UPDATE SET name = excluded.name",
    [...counts.actors],
  );
  await upsert(
    asker,
    `INSERT INTO activity AS o (dimension, name, hour, statements, blocked, waiting, approved, failed, masked_cells) VALUES`,
    `ON CONFLICT (dimension, hour, name) DO UPDATE SET statements = o.statements + excluded.statements,
       blocked = o.blocked + excluded.blocked, waiting = o.waiting + excluded.waiting,
       approved = o.approved + excluded.approved, failed = o.failed + excluded.failed, masked_cells = o.masked_cells + excluded.masked_cells`,
    [...counts.activity.values()].map((of) => [
      ...[of.dimension, of.name, of.hour],
      ...[of.statements, of.blocked, of.waiting, of.approved, of.failed, of.maskedCells],
    ]),
  );
  await upsert(
    asker,
    `INSERT INTO column_use AS o (column_name, day, actor, used, info_type, level, requests, handed_out) VALUES`,
    `ON CONFLICT (column_name, day, actor, used, info_type, level) DO UPDATE SET
       requests = o.requests + excluded.requests, handed_out = o.handed_out + excluded.handed_out`,
    [...counts.columns.values()].map((of) => [
      ...[of.column, of.day, of.actor, of.use, of.infoType, of.level],
      ...[of.requests, of.handedOut],
    ]),
  );
}

/** In order of their keys, so that two processes never wait for each other. */
export async function upsert(
  asker: Asker,
  insert: string,
  conflict: string,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    const values = new Values();
    const list = rows.slice(from, from + ROWS).map((row) => values.row(row));
    await asker.all(`${insert} ${list.join(", ")} ${conflict}`, values.list);
  }
}
