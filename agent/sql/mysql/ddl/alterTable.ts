import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { addPart, neverNull } from "./createTable.ts";
import { columnNamed, isSameName, type RelationDraft } from "./draft.ts";
import { readPartitionKey } from "./partitions.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";
import {
  type PartContext,
  readConstraint,
  readKeyColumns,
  readString,
  readTablePart,
  type TablePart,
} from "./tableParts.ts";

/** ALTER TABLE from its name on; one of a table that is not there is read and changes nothing. */
export function alterTable(state: SchemaState, statement: StatementText): void {
  const { stream } = statement;
  stream.accept("IF", "EXISTS");
  const name = readTableName(stream);
  if (stream.accept("WAIT")) stream.next();
  else stream.accept("NOWAIT");
  const relation = state.find(name) ?? nowhere(state.schemaOf(name));
  const context = { ...statement, schema: relation.schema };
  while (!stream.ended && !stream.at(";")) {
    readChange(state, relation, context);
    if (!stream.accept(",") && !stream.ended && !stream.at(";")) stream.skipTo(",", ";");
  }
}

/** What changes of a missing table are made to. */
const nowhere = (schema: string): RelationDraft => ({
  oid: 0,
  schema,
  name: "",
  kind: "table",
  columns: [],
  keys: [],
  checks: [],
  comment: "",
  triggers: [],
  temporary: false,
});

function readChange(state: SchemaState, relation: RelationDraft, context: PartContext): void {
  const { stream } = context;
  const { key } = stream.next();
  switch (key) {
    case "ADD":
      add(relation, context);
      return;
    case "DROP":
      drop(relation, stream);
      return;
    case "MODIFY":
    case "CHANGE": {
      stream.accept("COLUMN");
      stream.accept("IF", "EXISTS");
      const from = key === "CHANGE" ? stream.name() : stream.token.value;
      replace(state, relation, from, readTablePart(context), stream);
      return;
    }
    case "ALTER":
      setDefault(relation, stream);
      return;
    case "RENAME":
      rename(state, relation, stream);
      return;
    case "COMMENT":
      stream.accept("=");
      relation.comment = readString(stream);
      return;
    case "PARTITION":
    case "REMOVE":
      if (key === "PARTITION" && stream.accept("BY")) relation.partitionedBy = readKeys(stream);
      else if (key === "REMOVE") delete relation.partitionedBy;
      stream.skipTo(",", ";");
      return;
    default:
      stream.skipTo(",", ";");
  }
}

/** The words of PARTITION BY and of SUBPARTITION BY behind it. */
function readKeys(stream: TokenStream): string[] {
  const words = readPartitionKey(stream);
  while (!stream.ended && !stream.atAny("(", ",", ";")) {
    if (stream.accept("SUBPARTITION", "BY")) words.push(...readPartitionKey(stream));
    else stream.next();
  }
  return words;
}

function add(relation: RelationDraft, context: PartContext): void {
  const { stream } = context;
  if (stream.atAny("PARTITION", "SYSTEM") || stream.at("PERIOD", "FOR")) {
    stream.skipTo(",", ";");
    return;
  }
  const constraint = readConstraint(context);
  if (constraint !== undefined) {
    addPart(relation, constraint);
    return;
  }
  stream.accept("COLUMN");
  stream.accept("IF", "NOT", "EXISTS");
  if (stream.at("(")) {
    for (const part of stream.parenthesized(() => stream.list(() => readTablePart(context)))) {
      addPart(relation, part);
    }
    return;
  }
  const part = readTablePart(context);
  const isThere = part.column !== undefined && columnNamed(relation, part.column.name) !== undefined;
  addPart(relation, part);
  if (!isThere && part.column !== undefined) move(relation, part.column.name, stream);
}

/** FIRST or AFTER another column. */
function move(relation: RelationDraft, name: string, stream: TokenStream): void {
  const column = columnNamed(relation, name);
  const first = stream.accept("FIRST");
  const after = !first && stream.accept("AFTER") ? stream.name() : undefined;
  if (column === undefined || (!first && after === undefined)) return;
  const others = relation.columns.filter((one) => one !== column);
  const at = first ? 0 : others.findIndex((one) => isSameName(one.name, after ?? "")) + 1;
  relation.columns = [...others.slice(0, at), column, ...others.slice(at)];
}

function replace(
  state: SchemaState,
  relation: RelationDraft,
  from: string,
  part: TablePart,
  stream: TokenStream,
): void {
  const { column } = part;
  const before = columnNamed(relation, from);
  if (column === undefined) return;
  if (before !== undefined) {
    relation.columns = relation.columns.map((one) => (one === before ? column : one));
    dropOwnChecks(relation, from);
    state.renameColumn(relation, from, column.name);
    addPart(relation, { keys: part.keys, checks: part.checks });
    const primary = relation.keys.find(({ kind }) => kind === "primary");
    if (primary !== undefined) neverNull(relation, primary.columns);
  }
  move(relation, column.name, stream);
}

function setDefault(relation: RelationDraft, stream: TokenStream): void {
  if (stream.acceptAny("INDEX", "CHECK", "CONSTRAINT")) {
    stream.skipTo(",", ";");
    return;
  }
  stream.accept("COLUMN");
  stream.accept("IF", "EXISTS");
  const column = columnNamed(relation, stream.name());
  const setTo = stream.accept("SET", "DEFAULT") ? stream.token : undefined;
  stream.skipTo(",", ";");
  if (column === undefined) return;
  const { defaultText: _, ...rest } = column;
  const text = setTo?.kind === "string" ? `'${setTo.value.replaceAll("'", "''")}'` : setTo?.value;
  const changed = text === undefined || text === "" ? rest : { ...rest, defaultText: text };
  relation.columns = relation.columns.map((one) => (one === column ? changed : one));
}

function drop(relation: RelationDraft, stream: TokenStream): void {
  const word = stream.acceptAny(
    ...[
      "PRIMARY",
      "INDEX",
      "KEY",
      "FOREIGN",
      "CONSTRAINT",
      "CHECK",
      "PARTITION",
      "SYSTEM",
      "PERIOD",
      "COLUMN",
    ],
  );
  if (word === "PARTITION" || word === "SYSTEM" || word === "PERIOD") {
    stream.skipTo(",", ";");
    return;
  }
  if (word === "PRIMARY") {
    stream.expect("KEY");
    relation.keys = relation.keys.filter(({ kind }) => kind !== "primary");
    return;
  }
  if (word === "FOREIGN") stream.expect("KEY");
  stream.accept("IF", "EXISTS");
  const name = stream.name();
  stream.acceptAny("RESTRICT", "CASCADE");
  if (word === undefined || word === "COLUMN") dropColumn(relation, name);
  else dropKey(relation, name);
}

export function dropKey(relation: RelationDraft, name: string): void {
  relation.keys = relation.keys.filter((key) => !isSameName(key.name, name));
  relation.checks = relation.checks.filter((check) => !isSameName(check.name, name));
}

function dropOwnChecks(relation: RelationDraft, column: string): void {
  relation.checks = relation.checks.filter(({ owner }) => owner === undefined || !isSameName(owner, column));
}

/** Keys lose the column, and go where it was all they had. */
function dropColumn(relation: RelationDraft, name: string): void {
  relation.columns = relation.columns.filter((column) => !isSameName(column.name, name));
  dropOwnChecks(relation, name);
  relation.keys = relation.keys
    .map((key) => ({ ...key, columns: key.columns.filter((one) => !isSameName(one, name)) }))
    .filter(({ columns }, at) => columns.length > 0 || relation.keys[at]?.columns.length === 0);
  relation.checks = relation.checks.filter(({ columns }) => !columns.some((one) => isSameName(one, name)));
}

function rename(state: SchemaState, relation: RelationDraft, stream: TokenStream): void {
  if (stream.accept("COLUMN")) {
    stream.accept("IF", "EXISTS");
    const from = stream.name();
    stream.expect("TO");
    const to = stream.name();
    const column = columnNamed(relation, from);
    if (column === undefined) return;
    relation.columns = relation.columns.map((one) => (one === column ? { ...one, name: to } : one));
    state.renameColumn(relation, from, to);
    return;
  }
  if (stream.acceptAny("INDEX", "KEY")) {
    stream.accept("IF", "EXISTS");
    const from = stream.name();
    stream.expect("TO");
    const to = stream.name();
    for (const key of relation.keys) if (isSameName(key.name, from)) key.name = to;
    return;
  }
  stream.acceptAny("TO", "AS", "=");
  const to = readTableName(stream);
  if (relation.name !== "") state.rename(relation, to);
}

/** CREATE INDEX from its first word behind CREATE on. */
export function createIndex(state: SchemaState, { stream }: StatementText): void {
  stream.acceptAny("ONLINE", "OFFLINE");
  const unique = stream.accept("UNIQUE");
  stream.acceptAny("FULLTEXT", "SPATIAL");
  stream.expect("INDEX");
  stream.accept("IF", "NOT", "EXISTS");
  const name = stream.name();
  if (stream.acceptAny("USING", "TYPE")) stream.next();
  stream.expect("ON");
  const relation = state.find(readTableName(stream));
  const { columns, whole } = readKeyColumns(stream);
  if (relation === undefined) return;
  addPart(relation, { keys: [{ kind: unique ? "unique" : "index", name, columns, whole }], checks: [] });
}
