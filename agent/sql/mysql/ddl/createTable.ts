import type { RangeVar } from "libpg-query";
import { atQuery } from "../parser/queries.ts";
import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { type ColumnDraft, columnNamed, type RelationDraft } from "./draft.ts";
import { readPartitionKey } from "./partitions.ts";
import type { SchemaState } from "./schemaState.ts";
import { type StatementText, textSince } from "./statementText.ts";
import { readString, readTablePart, type TablePart } from "./tableParts.ts";
import { queryColumns } from "./viewColumns.ts";

/** CREATE TABLE from the word TABLE on. */
export function createTable(
  state: SchemaState,
  statement: StatementText,
  { temporary, replaces }: { readonly temporary: boolean; readonly replaces: boolean },
): void {
  const { stream } = statement;
  stream.expect("TABLE");
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const name = readTableName(stream);
  const like = readLike(stream);
  const parts: TablePart[] = [];
  const context = { ...statement, schema: state.schemaOf(name) };
  if (like === undefined && stream.at("(") && !atQuery(stream, 0)) {
    parts.push(...stream.parenthesized(() => stream.list(() => readTablePart(context))));
  }
  const { comment, partitionedBy } = readOptions(stream);
  const query = like === undefined ? readQuery(statement) : undefined;
  if (parts.length === 0 && like === undefined && query === undefined) {
    stream.fail("columns or a query are expected here");
  }
  const before = state.find(name);
  if (before !== undefined && (ifNotExists || !(replaces || before.temporary || temporary))) {
    if (!ifNotExists) state.doubled.push(`${before.schema}.${before.name}`);
    return;
  }
  const source = like === undefined ? undefined : state.find(like);
  // What is not there cannot be made like it, and its columns are nobody's to guess.
  if (like !== undefined && source === undefined) return;
  const columns = query === undefined ? [] : storedColumns(state, query);
  if (columns === undefined) return;
  if (before !== undefined) state.drop(before);
  const created = state.create(name, "table", {
    temporary,
    comment,
    ...(partitionedBy && { partitionedBy }),
  });
  if (source !== undefined) copyInto(created, source);
  for (const part of parts) addPart(created, part);
  addStored(created, columns);
}

function readLike(stream: TokenStream): RangeVar | undefined {
  if (stream.accept("LIKE")) return readTableName(stream);
  if (!stream.accept("(", "LIKE")) return undefined;
  const like = readTableName(stream);
  stream.expect(")");
  return like;
}

/** Options and partitions; answers with what of them a catalog shows. */
function readOptions(stream: TokenStream): Pick<RelationDraft, "comment" | "partitionedBy"> {
  let comment = "";
  let partitionedBy: string[] | undefined;
  while (!stream.ended && !stream.at(";") && !beginsQuery(stream)) {
    if (stream.accept("COMMENT")) {
      stream.accept("=");
      comment = readString(stream);
    } else if (stream.accept("PARTITION", "BY") || stream.accept("SUBPARTITION", "BY")) {
      partitionedBy = [...(partitionedBy ?? []), ...readPartitionKey(stream)];
    } else if (stream.at("(")) stream.parenthesized(() => stream.skipTo());
    else stream.next();
  }
  return { comment, ...(partitionedBy && { partitionedBy }) };
}

function beginsQuery(stream: TokenStream): boolean {
  if (stream.at("AS")) return true;
  if (stream.at("WITH")) return !["SYSTEM", "PARSER"].includes(stream.ahead().key);
  return stream.atAny("SELECT", "VALUES", "TABLE") || (stream.at("(") && atQuery(stream, 0));
}

function readQuery(statement: StatementText): string | undefined {
  const { stream } = statement;
  stream.accept("AS");
  if (stream.ended || stream.at(";")) return undefined;
  const from = stream.position;
  stream.skipTo(";");
  return textSince(statement, from);
}

const storedColumns = (state: SchemaState, query: string): readonly ColumnDraft[] | undefined =>
  queryColumns(state.index(), query, { ...state.settings, database: state.database });

/** LIKE copies everything but foreign keys and triggers. */
function copyInto(created: RelationDraft, source: RelationDraft): void {
  created.columns = [...source.columns];
  created.keys = source.keys.filter(({ kind }) => kind !== "foreign").map((key) => ({ ...key }));
  created.checks = source.checks.map((check) => ({ ...check }));
  created.comment ||= source.comment;
  if (source.partitionedBy) created.partitionedBy = [...source.partitionedBy];
}

/** Adds a definition: a column, and the keys and checks it brings. */
export function addPart(relation: RelationDraft, { column, keys, checks }: TablePart): void {
  if (column !== undefined) {
    if (columnNamed(relation, column.name) !== undefined) return;
    relation.columns.push(column);
  }
  for (const key of keys) {
    relation.keys.push({ ...key, name: freeName(relation, key) });
    if (key.kind === "primary") neverNull(relation, key.columns);
  }
  relation.checks.push(...checks);
}

/** Columns of a primary key hold no NULL, and will not when it is gone. */
export function neverNull(relation: RelationDraft, names: readonly string[]): void {
  const columns = new Set(names.map((name) => columnNamed(relation, name)));
  relation.columns = relation.columns.map((one) => (columns.has(one) ? { ...one, notNull: true } : one));
}

/** The name the server makes up where none is given. */
function freeName(relation: RelationDraft, key: RelationDraft["keys"][number]): string {
  const taken = (name: string): boolean => relation.keys.some((one) => one.name === name);
  if (key.kind === "foreign" && key.name === "") {
    let number = 1;
    while (taken(`${relation.name}_ibfk_${number}`)) number++;
    return `${relation.name}_ibfk_${number}`;
  }
  if (!taken(key.name)) return key.name;
  let number = 2;
  while (taken(`${key.name}_${number}`)) number++;
  return `${key.name}_${number}`;
}

/** Columns of the query that were declared keep what was declared, and come last like the others. */
function addStored(relation: RelationDraft, columns: readonly ColumnDraft[]): void {
  const declared = columns.map((column) => columnNamed(relation, column.name) ?? column);
  relation.columns = [...relation.columns.filter((column) => !declared.includes(column)), ...declared];
}
