import type { SampleDialect } from "../classify/sampleDialect.ts";

/** Stored larger than this, a value is left out: sending it may take seconds. */
const LARGEST_STORED = 1_000_000;

/**
 * The first rows of a table: MySQL has no other sample that costs little. Bytes come as hexadecimal digits. The
 * limit of time is MySQL's for SELECTs and MariaDB's by SET STATEMENT; each ignores the other's comment.
 */
export const mysqlSamples: SampleDialect = {
  begin: ["SET SESSION lock_wait_timeout = 1", "START TRANSACTION READ ONLY"],
  end: "ROLLBACK",
  sample: ({ schema, name }, columns, rows) => {
    const list = columns.map(({ name: column, type, length }) => {
      const quotedName = quoted(column);
      const bytes = /blob|binary|^bit|geometry|vector/i.test(type);
      const text = bytes
        ? `LOWER(HEX(LEFT(${quotedName}, 64)))`
        : `LEFT(CAST(${quotedName} AS CHAR), ${length})`;
      return `CASE WHEN OCTET_LENGTH(${quotedName}) <= ${LARGEST_STORED} THEN ${text} END`;
    });
    return `/*M!100101 SET STATEMENT max_statement_time = 5 FOR */ SELECT /*+ MAX_EXECUTION_TIME(5000) */ ${list.join(
      ", ",
    )} FROM ${quoted(schema)}.${quoted(name)} LIMIT ${rows}`;
  },
};

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
