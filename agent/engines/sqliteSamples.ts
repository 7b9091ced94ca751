import type { Relation } from "../../protocol/catalog.ts";
import type { SampleDialect } from "../classify/sampleDialect.ts";
import { countingKey, RANGES, SMALL } from "./sampleRanges.ts";

/** Stored larger than this, a value is left out: it lies on many pages. */
const LARGEST_STORED = 1_000_000;

/**
 * Rows from all over a table: of a small one any, of a larger one those that follow some numbers of its key, and its first
 * where it has no such key. Its own process reads them, and is ended where that takes too long.
 */
export const sqliteSamples: SampleDialect = {
  begin: [],
  end: "",
  sample: (relation, columns, rows) => {
    const list = columns.map(({ name: column, length }) => {
      const value = quoted(column);
      const text = `CASE typeof(${value}) WHEN 'blob' THEN lower(hex(substr(${value}, 1, 64)))
        ELSE substr(CAST(${value} AS TEXT), 1, ${length}) END`;
      return `CASE WHEN octet_length(${value}) <= ${LARGEST_STORED} THEN ${text} END`;
    });
    return queryOf(relation, list.join(", "), rows);
  },
};

function queryOf(relation: Relation, list: string, rows: number): string {
  const table = `main.${quoted(relation.name)}`;
  const select = `SELECT ${list} FROM ${table}`;
  if ((relation.estimatedRows ?? 0) <= SMALL) return `${select} ORDER BY random() LIMIT ${rows}`;
  const key = countingKey(relation);
  if (key === undefined) return `${select} LIMIT ${rows}`;
  const name = quoted(key);
  const start = `(SELECT min(${name}) + abs(random() % max(1, max(${name}) - min(${name}))) FROM ${table})`;
  const range = `SELECT * FROM (${select} WHERE ${name} >= ${start} ORDER BY ${name} LIMIT ${rows / RANGES})`;
  return Array.from({ length: RANGES }, () => range).join(" UNION ALL ");
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
