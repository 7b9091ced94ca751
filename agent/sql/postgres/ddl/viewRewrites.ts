import type { Node, RangeVar } from "libpg-query";
import { type ColumnId, columnKey } from "../../facts.ts";
import { type CatalogIndex, indexCatalog } from "../catalogIndex.ts";
import { nameOf, nextCode } from "../lexer.ts";
import { parseSql } from "../libpgQuery.ts";
import { SourceText } from "../sourceText.ts";
import type { SourceRef } from "../value.ts";
import type { RelationDraft } from "./draft.ts";
import { type ReadQuery, readQuery } from "./readQuery.ts";
import type { SchemaState } from "./schemaState.ts";
import { snapshot } from "./snapshot.ts";
import type { StatementText } from "./statementText.ts";
import { quoteIdentifier } from "./typeNames.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A view's query so that it means the same later: each relation and function with its schema, since the search
 * path changes, and each `*` spelled out, since columns are added.
 */
export function lastingDefinition(
  state: SchemaState,
  read: ReadQuery,
  text: StatementText,
  start: number,
  end: number,
): { readonly definition: string; readonly hasStar: boolean } {
  const { relations, functions } = read.analysis;
  const inside = (at: number): boolean => at >= start && at < end;
  const shift = text.source.shift;
  const edits: Edit[] = [];
  for (const { span, schema, name, indirect, kind } of relations) {
    if (indirect || kind === "system" || !inside(span.start - shift)) continue;
    edits.push({
      start: span.start - shift,
      end: span.end - shift,
      text: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    });
  }
  for (const { span, schema, name } of functions) {
    const at = { start: span.start - shift, end: span.end - shift };
    if (!inside(at.start) || singleName(text.source.text, at.start, at.end) !== name) continue;
    if (schema === "pg_catalog") continue;
    edits.push({ ...at, text: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` });
  }
  let hasStar = false;
  for (const star of read.stars) {
    if (star.text === undefined) hasStar = true;
    else if (inside(star.span.start - shift)) {
      edits.push({ start: star.span.start - shift, end: star.span.end - shift, text: star.text });
    }
  }
  const definition = applied(text.source.text, edits, start, end).trim();
  if (readDefinition(state, definition)?.columns.length === read.columns.length)
    return { definition, hasStar };
  return { definition: text.slice(start, end).trim(), hasStar: true };
}

/** After a column was added: a view whose `*` could not be spelled out can no longer be followed. */
export function forgetStarViews(state: SchemaState, relation: RelationDraft): void {
  for (const view of state.dependents(relation)) if (view.definitionHasStar) delete view.definition;
}

/** DROP COLUMN … CASCADE takes the views along that use the column. */
export function forgetBrokenViews(state: SchemaState, relations: readonly RelationDraft[]): void {
  state.changed();
  for (const view of relations.flatMap((one) => state.dependents(one))) {
    if (!state.relations.has(view.oid) || view.definition === undefined) continue;
    if (readDefinition(state, view.definition)) continue;
    const above = state.dependents(view);
    state.remove(view);
    for (const one of above) if (state.relations.has(one.oid)) forgetBrokenViews(state, [view]);
  }
}

/**
 * Renames or moves a relation or renames a column of it by `change`, and puts the new name into the views that use
 * it. A view whose new text doesn't read as before is left without a definition: nobody can follow it then.
 */
export function renaming(
  state: SchemaState,
  relation: RelationDraft,
  column: { readonly before: string; readonly after: string } | undefined,
  change: () => void,
): void {
  const before = lastingIndex(state);
  const former = { schema: relation.schema, table: relation.name };
  const views = state.dependents(relation).map((view) => ({ view, read: parsedView(state, before, view) }));
  change();
  state.changed();
  const name = `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`;
  for (const { view, read } of views) {
    if (!read) {
      delete view.definition;
      continue;
    }
    const edits = column
      ? columnEdits(read, relation, before, column)
      : relationEdits(read, relation.oid, name);
    const definition = applied(read.text, edits, 0, read.text.length);
    const again = readDefinition(state, definition);
    const renamed = ({ schema, table, column: of }: ColumnId): string =>
      schema === former.schema && table === former.table
        ? columnKey({
            schema: relation.schema,
            table: relation.name,
            column: of === column?.before ? column.after : of,
          })
        : columnKey({ schema, table, column: of });
    if (again && lineage(again, columnKey) === lineage(read.query, renamed)) view.definition = definition;
    else delete view.definition;
  }
}

interface ParsedView {
  readonly text: string;
  readonly tree: Node;
  readonly query: ReadQuery;
}

function parsedView(state: SchemaState, index: CatalogIndex, view: RelationDraft): ParsedView | undefined {
  const text = view.definition ?? "";
  const parsed = parseSql(text);
  const tree = parsed.kind === "parsed" ? parsed.statements[0]?.stmt : undefined;
  const query = tree && readQuery(state, index, tree, { kind: "text", source: new SourceText(text, 0) });
  return tree && query ? { text, tree, query } : undefined;
}

const readDefinition = (state: SchemaState, definition: string): ReadQuery | undefined => {
  const parsed = parseSql(definition);
  const tree = parsed.kind === "parsed" ? parsed.statements[0]?.stmt : undefined;
  const frame = { kind: "text", source: new SourceText(definition, 0) } as const;
  return tree && readQuery(state, lastingIndex(state), tree, frame);
};

/** Names as a later session resolves them. */
const lastingIndex = (state: SchemaState): CatalogIndex =>
  indexCatalog(snapshot(state, ["pg_catalog", ...state.defaultPath]));

function relationEdits(read: ParsedView, oid: number, name: string): readonly Edit[] {
  const source = new SourceText(read.text, 0);
  const aliased = new Set<number>();
  visitRangeVars(read.tree, (one) => {
    if (one.alias) aliased.add(source.at(one.location));
  });
  return read.query.analysis.relations
    .filter((one) => one.oid === oid && !one.indirect)
    .map(({ span, name: before }) => ({
      ...span,
      text: aliased.has(span.start) ? name : `${name} AS ${quoteIdentifier(before)}`,
    }));
}

function columnEdits(
  read: ParsedView,
  relation: RelationDraft,
  before: CatalogIndex,
  column: { readonly before: string; readonly after: string },
): readonly Edit[] {
  const known = before.relationByOid(relation.oid);
  const former = known?.columns.find((one) => one.name === column.before);
  const id = known && former ? before.identify(known, former) : undefined;
  const edits = new Map<number, Edit>();
  const { analysis, columns } = read.query;
  const refs = columns.flatMap((one) => one.refs.flatMap(withInner));
  for (const use of [...analysis.uses, ...refs]) {
    const last = lastName(read.text, use.span.start, use.span.end);
    if (use.column !== id || use.through || last?.name !== column.before) continue;
    edits.set(last.start, { start: last.start, end: last.end, text: quoteIdentifier(column.after) });
  }
  return [...edits.values()];
}

/** A reference with those inside the subqueries it goes through. */
const withInner = (ref: SourceRef): readonly SourceRef[] => [ref, ...(ref.via ? withInner(ref.via) : [])];

/** Which base columns flow into each column of a query. */
const lineage = (query: ReadQuery, keyOf: (id: ColumnId) => string): string =>
  JSON.stringify(query.columns.map(({ refs }) => [...new Set(refs.map((ref) => keyOf(ref.column)))].sort()));

/** The name between two offsets, if there is one and nothing else. */
function singleName(text: string, start: number, end: number): string | undefined {
  const token = nextCode(text, start);
  return token?.end === end && (token.kind === "word" || token.kind === "quoted_name")
    ? nameOf(text, token)
    : undefined;
}

function lastName(
  text: string,
  start: number,
  end: number,
): { readonly name: string; readonly start: number; readonly end: number } | undefined {
  let found: { readonly name: string; readonly start: number; readonly end: number } | undefined;
  for (let token = nextCode(text, start); token && token.end <= end; token = nextCode(text, token.end)) {
    const isName = token.kind === "word" || token.kind === "quoted_name";
    if (isName) found = { name: nameOf(text, token), start: token.start, end: token.end };
  }
  return found;
}

function visitRangeVars(node: unknown, onRangeVar: (one: RangeVar) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (isRangeVar(node)) onRangeVar(node);
  for (const inner of Object.values(node)) visitRangeVars(inner, onRangeVar);
}

const isRangeVar = (node: object): node is RangeVar => "relname" in node;

function applied(text: string, edits: readonly Edit[], start: number, end: number): string {
  const pieces: string[] = [];
  let position = start;
  for (const edit of [...edits].sort((left, right) => left.start - right.start)) {
    if (edit.start < position || edit.end > end) continue;
    pieces.push(text.slice(position, edit.start), edit.text);
    position = edit.end;
  }
  return [...pieces, text.slice(position, end)].join("");
}
