import type { Relation } from "../../protocol/catalog.ts";
import type { SampleDialect } from "../classify/sampleDialect.ts";
import { countingKey, RANGES, SMALL } from "./sampleRanges.ts";

/** Stored larger than this, a value is left out: sending it may take seconds. */
const LARGEST_STORED = 1_000_000;

/**
 * Rows from all over a table: of a small one any, of a larger one those that follow some numbers of its key, and its first
 * where it has no such key. Bytes come as hexadecimal digits. The limit of time is MySQL's for SELECTs and MariaDB's by SET
 * STATEMENT; each ignores the other's comment.
 */
export const mysqlSamples: SampleDialect = {
  begin: ["SET SESSION lock_wait_timeout = 1", "START TRANSACTION READ ONLY"],
  end: "ROLLBACK",
  sample: (relation, columns, rows) => {
    const list = columns.map(({ name: column, type, length }) => {
      const quotedName = quoted(column);
      const bytes = /blob|binary|^bit|geometry|vector/i.test(type);
      const text = bytes
        ? `LOWER(HEX(LEFT(${quotedName}, 64)))`
        : `LEFT(CAST(${quotedName} AS CHAR), ${length})`;
      return `CASE WHEN OCTET_LENGTH(${quotedName}) <= ${LARGEST_STORED} THEN ${text} END`;
    });
    const query = queryOf(relation, list.join(", "), rows);
    return `/*M!100101 SET STATEMENT max_statement_time = 5 FOR */ ${query}`;
  },
};

function queryOf(relation: Relation, list: string, rows: number): string {
  const select = `SELECT /*+ MAX_EXECUTION_TIME(5000) */ ${list} FROM`;
  const table = `${quoted(relation.schema)}.${quoted(relation.name)}`;
  if ((relation.estimatedRows ?? 0) <= SMALL) return `${select} ${table} ORDER BY RAND() LIMIT ${rows}`;
  const key = countingKey(relation);
  if (key === undefined) return `${select} ${table} LIMIT ${rows}`;
  const name = quoted(key);
  const start = `(SELECT MIN(${name}) + FLOOR(RAND() * (MAX(${name}) - MIN(${name}))) AS sluice_start FROM ${table}) AS sluice_range`;
  const range = `(${select} ${start} JOIN ${table} ON ${name} >= sluice_start ORDER BY ${name} LIMIT ${rows / RANGES})`;
  return Array.from({ length: RANGES }, () => range).join(" UNION ALL ");
}

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
