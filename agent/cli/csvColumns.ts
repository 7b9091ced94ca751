import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import path from "node:path";
import type { Catalog, Column, Relation } from "../../protocol/catalog.ts";
import type { ColumnEvidence } from "../classify/values/columnEvidence.ts";
import { gatherEvidence } from "../classify/values/gatherEvidence.ts";
import { columnKey } from "../sql/facts.ts";
import { UsageError } from "./command.ts";
import { csvRows } from "./csv.ts";
import { encodingOf } from "./utf8.ts";

/** No more of a file is looked at. */
const MOST_BYTES = 8_000_000;
const MOST_ROWS = 5_000;
const LONGEST_CELL = 4_000;

export interface CsvColumns {
  readonly catalog: Catalog;
  readonly samples: ReadonlyMap<string, ColumnEvidence>;
  /** For a person: how the file was read, where that was not as expected. */
  readonly notice: string | null;
}

/**
 * A CSV file as a table of its name, with what its first rows show. The first line names the columns.
 * @throws UsageError where it cannot be read or is empty.
 */
export function csvColumns(file: string): CsvColumns {
  const { text, notice } = readStart(file);
  const [header, ...rows] = csvRows(text, MOST_ROWS);
  if (header === undefined) throw new UsageError(`${file} is empty.`);
  const name = path.basename(file).replace(/\.[^.]*$/, "");
  const samples = new Map<string, ColumnEvidence>();
  const columns = header.map((title, position) => {
    const cells = rows.map((row) => row[position]?.slice(0, LONGEST_CELL) || null);
    const column = csvColumn(title.trim() || `column ${position + 1}`, position, cells);
    const evidence = gatherEvidence({ cells, document: column.type === "jsonb", array: false });
    samples.set(columnKey({ schema: SCHEMA, table: name, column: column.name }), evidence);
    return column;
  });
  return { catalog: { ...EMPTY, relations: [{ ...TABLE, name, columns }] }, samples, notice };
}

/** The beginning of a file as text, and a word on it where it is not UTF-8. */
function readStart(file: string): { readonly text: string; readonly notice: string | null } {
  const bytes = startOf(file);
  const encoding = encodingOf(bytes);
  if (encoding !== "utf-8") return { text: new TextDecoder(encoding).decode(bytes), notice: null };
  // A character may be cut in two at the end of what is read.
  const cut = bytes.length === MOST_BYTES;
  const ends = cut ? [0, 1, 2, 3] : [0];
  if (ends.some((less) => isUtf8(bytes.subarray(0, bytes.length - less)))) {
    return { text: new TextDecoder("utf-8").decode(bytes), notice: null };
  }
  return {
    text: new TextDecoder("windows-1252").decode(bytes),
    notice: `${file} is not valid UTF-8; it is read as Windows-1252.`,
  };
}

function startOf(file: string): Uint8Array {
  try {
    const opened = fs.openSync(file, "r");
    try {
      const buffer = Buffer.alloc(MOST_BYTES);
      return buffer.subarray(0, fs.readSync(opened, buffer, 0, MOST_BYTES, 0));
    } finally {
      fs.closeSync(opened);
    }
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const csvColumn = (name: string, position: number, cells: readonly (string | null)[]): Column => ({
  name,
  ordinal: position + 1,
  type: typeOf(cells.filter((cell) => cell !== null)),
  typeOid: 0,
  notNull: false,
  generated: false,
  inPrimaryKey: false,
  unique: false,
  checks: [],
});

/** What a database would have declared them as. */
function typeOf(cells: readonly string[]): string {
  const all = (pattern: RegExp): boolean =>
    cells.length > 0 && cells.every((cell) => pattern.test(cell.trim()));
  if (all(/^(?:true|false|t|f|yes|no|y|n)$/i)) return "boolean";
  if (all(/^-?\d+(?:\.\d+)?$/)) return "numeric";
  if (all(/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/)) return "timestamp";
  if (all(/^\s*[{[].*[}\]]\s*$/s)) return "jsonb";
  return "text";
}

const SCHEMA = "csv";

const TABLE: Omit<Relation, "name" | "columns"> = {
  oid: 1,
  schema: SCHEMA,
  kind: "table",
  parents: [],
  hasRules: false,
  triggers: [],
  hasRowSecurity: false,
  version: "",
};

const EMPTY: Omit<Catalog, "relations"> = {
  engine: "postgres",
  version: 0,
  database: "",
  currentUser: "",
  searchPath: [],
  routines: [],
  types: [],
};
