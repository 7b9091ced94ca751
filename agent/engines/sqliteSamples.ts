import type { SampleDialect } from "../classify/sampleDialect.ts";

/** Stored larger than this, a value is left out: it lies on many pages. */
const LARGEST_STORED = 1_000_000;

/** The first rows of a table. Its own process reads them, and is ended where that takes too long. */
export const sqliteSamples: SampleDialect = {
  begin: [],
  end: "",
  sample: ({ name }, columns, rows) => {
    const list = columns.map(({ name: column, length }) => {
      const value = quoted(column);
      const text = `CASE typeof(${value}) WHEN 'blob' THEN lower(hex(substr(${value}, 1, 64)))
        ELSE substr(CAST(${value} AS TEXT), 1, ${length}) END`;
      return `CASE WHEN octet_length(${value}) <= ${LARGEST_STORED} THEN ${text} END`;
    });
    return `SELECT ${list.join(", ")} FROM main.${quoted(name)} LIMIT ${rows}`;
  },
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
