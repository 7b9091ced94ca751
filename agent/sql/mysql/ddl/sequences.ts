import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import type { ColumnDraft } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";

/** CREATE SEQUENCE of MariaDB: a table of one row. */
export function createSequence(state: SchemaState, stream: TokenStream): void {
  stream.expect("SEQUENCE");
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const name = readTableName(stream);
  stream.skipTo(";");
  if (ifNotExists && state.find(name) !== undefined) return;
  state.create(name, "sequence", { columns: COLUMNS.map(column) });
}

const COLUMNS = [
  ["next_not_cached_value", "bigint(21)"],
  ["minimum_value", "bigint(21)"],
  ["maximum_value", "bigint(21)"],
  ["start_value", "bigint(21)"],
  ["increment", "bigint(21)"],
  ["cache_size", "bigint(21) unsigned"],
  ["cycle_option", "tinyint(1) unsigned"],
  ["cycle_count", "bigint(21)"],
] as const;

const column = ([name, type]: (typeof COLUMNS)[number]): ColumnDraft => ({
  name,
  type,
  notNull: true,
  comment: "",
  generated: false,
});
