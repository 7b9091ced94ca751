import type { CreateTableAsStmt, Node, RangeVar, SelectStmt, ViewStmt } from "libpg-query";
import { Analysis } from "../analysis.ts";
import { columnName } from "../columnNames.ts";
import { nameParts } from "../names.ts";
import { READERS } from "../readers.ts";
import { addColumn, type RelationDraft } from "./draft.ts";
import { type ReadQuery, readQuery } from "./readQuery.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";
import { quoteIdentifier } from "./typeNames.ts";
import { lastingDefinition } from "./viewRewrites.ts";

/** CREATE VIEW; CREATE OR REPLACE keeps who the view is. */
export function createView(state: SchemaState, node: ViewStmt, text: StatementText): void {
  const { view, query } = node;
  if (!query) return;
  const names = nameParts(node.aliases);
  const known = node.replace ? state.findVar(view) : undefined;
  const read = readQuery(state, state.index(), query, { kind: "text", source: text.source });
  const relation = known?.kind === "view" ? known : state.create(view, "view");
  if (!relation) return;
  const start = text.behind("as") ?? text.end;
  const limit = node.withCheckOption && node.withCheckOption !== "NO_CHECK_OPTION";
  const end = limit ? text.lastBefore("with") : text.end;
  fill(state, relation, query, read, names);
  define(state, relation, read, text, start, end);
  const recursive = text.behind("recursive");
  const inWith = recursive !== undefined && recursive < start;
  if (inWith && relation.definition !== undefined) {
    const columns = relation.columns.map((column) => quoteIdentifier(column.name)).join(", ");
    const name = quoteIdentifier(relation.name);
    relation.definition = `WITH RECURSIVE ${name} (${columns}) AS (${relation.definition}) SELECT ${columns} FROM ${name}`;
  }
}

/** CREATE MATERIALIZED VIEW and CREATE TABLE AS. */
export function createTableAs(state: SchemaState, node: CreateTableAsStmt, text: StatementText): void {
  const { query, into } = node;
  if (!query || !into?.rel) return;
  const materialized = node.objtype === "OBJECT_MATVIEW";
  const read = readQuery(state, state.index(), query, { kind: "text", source: text.source });
  const relation = state.create(into.rel, materialized ? "materialized_view" : "table");
  if (!relation) return;
  fill(state, relation, query, read, nameParts(into.colNames));
  if (!materialized) return;
  const start = text.behind("as") ?? text.end;
  const [before, last] = text.ending(2);
  const hasEnding = last === "data" && (before === "with" || before === "no");
  define(state, relation, read, text, start, hasEnding ? text.lastBefore("with") : text.end);
}

/** SELECT … INTO a new table. */
export function selectInto(state: SchemaState, select: SelectStmt, text: StatementText): void {
  const { intoClause, ...rest } = select;
  const query: Node = { SelectStmt: rest };
  const read = readQuery(state, state.index(), query, { kind: "text", source: text.source });
  const name: RangeVar | undefined = intoClause?.rel;
  const relation = name && state.create(name, "table");
  if (relation) fill(state, relation, query, read, nameParts(intoClause?.colNames));
}

function fill(
  state: SchemaState,
  relation: RelationDraft,
  query: Node,
  read: ReadQuery | undefined,
  names: readonly string[],
): void {
  const columns = read?.columns ?? namesOnly(state, query, names);
  // A replaced view keeps its columns and may only get more.
  for (const [position, column] of columns.entries()) {
    const name = names[position] ?? column.name;
    const known = relation.columns[position];
    if (known) known.type = column.type;
    else addColumn(relation, { name, type: column.type });
  }
}

/** What can be said of a query that doesn't resolve, for instance since an extension's function is in it. */
function namesOnly(
  state: SchemaState,
  query: Node,
  names: readonly string[],
): readonly { readonly name: string; readonly type: string }[] {
  let select = "SelectStmt" in query ? query.SelectStmt : undefined;
  while (select?.larg) select = select.larg;
  const analysis = new Analysis(state.index(), { kind: "elsewhere", view: undefined }, READERS);
  const found: string[] = [];
  for (const target of select?.targetList ?? []) {
    const value = "ResTarget" in target ? target.ResTarget.val : undefined;
    if (!value || JSON.stringify(value).includes('"A_Star"')) break;
    const given = "ResTarget" in target ? target.ResTarget.name : undefined;
    found.push(given ?? columnName(analysis, value));
  }
  const all = found.length === (select?.targetList?.length ?? 0);
  const known = all && found.length > 0 ? found : names;
  return known.map((name) => ({ name, type: "text" }));
}

function define(
  state: SchemaState,
  relation: RelationDraft,
  read: ReadQuery | undefined,
  text: StatementText,
  start: number,
  end: number,
): void {
  relation.definition = text.slice(start, end).trim();
  relation.definitionHasStar = true;
  relation.sources = new Set();
  if (!read) return;
  const lasting = lastingDefinition(state, read, text, start, end);
  relation.definition = lasting.definition;
  relation.definitionHasStar = lasting.hasStar;
  relation.sources = new Set(
    read.analysis.relations.filter((one) => !one.indirect && one.oid > 0).map((one) => one.oid),
  );
}
