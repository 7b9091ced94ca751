import type { Catalog } from "../../../protocol/catalog.ts";
import {
  type ColumnId,
  type ColumnUse,
  columnKey,
  type Flow,
  type OutputColumn,
  type RelationUse,
  type Span,
  type StatementFacts,
  type WriteTarget,
} from "../facts.ts";
import { functionUses } from "./functionUses.ts";
import type { StatementTokens } from "./headWords.ts";
import { keyUses } from "./keyUses.ts";
import { nameOf } from "./lexer.ts";
import { renameFlows } from "./renames.ts";
import type { CompiledColumn } from "./schemaCopy.ts";
import type { StatementKind } from "./statementKind.ts";
import { namesOf, type Touched } from "./touched.ts";

export interface BluntInput {
  readonly tokens: StatementTokens;
  readonly span: Span;
  readonly kind: StatementKind;
  readonly touched: Touched;
  readonly columns: readonly CompiledColumn[];
  readonly catalog: Catalog;
}

/**
 * Facts by what SQLite says alone: which columns, and not what for. So every column that is read may be in every
 * result column and may shape the result, but for those that SQLite says are a table's column unchanged.
 */
export function bluntFacts(input: BluntInput): StatementFacts {
  const { tokens, span, kind, touched, columns } = input;
  const read = [...touched.reads.values()].map(({ id }) => id);
  const outputs = kind.kind === "explain" ? plain(columns, span) : outputsOf(input, read);
  // SQLite takes rows away to carry out a change of the schema; the action says so.
  const changesRows = kind.effect === "write";
  const targets = changesRows ? targetsOf(input) : [];
  const writes = changesRows ? writesOf(input) : [];
  const keys = keyUses(touched, input.catalog, span);
  return {
    dialect: "sqlite",
    kind: kind.kind,
    effect: kind.effect,
    reads: [...(saysNothing(input) ? [] : readsOf(input, read, outputs)), ...(changesRows ? keys : [])],
    writes,
    outputs,
    relations: relationsOf(touched, span),
    functions: functionUses(touched.functions, span),
    targets,
    actions: kind.actions,
    settings: kind.settings,
    flows: [...flowsOf(writes, read), ...renameFlows(tokens, namesOf(input.catalog))],
    ...(kind.transaction !== undefined && { transaction: kind.transaction }),
    hasOrderBy: tokens.has("ORDER"),
    crossJoin: false,
    locksRows: locksAtOnce(tokens, kind),
    unanchoredSearches: [],
    literals: literalsOf(input, [...read, ...writes.map(({ column }) => column)]),
    unknowns: unknownsOf(input),
    parameters: tokens.list.filter((token) => token.kind === "parameter").length,
    span,
  };
}

/** BEGIN IMMEDIATE and EXCLUSIVE keep others from writing before anything was written. */
const locksAtOnce = (tokens: StatementTokens, { transaction }: StatementKind): boolean =>
  transaction === "begin" && (tokens.has("IMMEDIATE") || tokens.has("EXCLUSIVE"));

/** Relations as the statement rests on them, in the versions that were judged. */
export const relationsOf = (touched: Touched, span: Span): readonly RelationUse[] =>
  [...touched.relations].map(([relation, { written, direct }]) => ({
    schema: relation.schema,
    name: relation.name,
    oid: relation.oid,
    kind: relation.kind === "view" ? "view" : "table",
    access: written ? "write" : "read",
    indirect: !direct,
    span,
    version: relation.version,
  }));

/** A plan shows no values; an index over bare columns is built without a word of them. */
const saysNothing = ({ kind, tokens }: BluntInput): boolean =>
  kind.kind === "explain" ||
  (kind.kind === "create_index" &&
    !tokens.has("UNIQUE", "WHERE") &&
    tokens.list.filter(({ start }) => tokens.text[start] === "(").length === 1);

const plain = (columns: readonly CompiledColumn[], span: Span): readonly OutputColumn[] =>
  columns.map(({ name }) => ({ name, sources: [], transform: "constant", countOnly: false, span }));

/** SQLite names only the first arm's column of what several queries make. */
export const isCompound = (tokens: StatementTokens): boolean =>
  tokens.has("UNION", "INTERSECT", "EXCEPT", "VALUES");

function outputsOf({ tokens, columns, span, touched, catalog }: BluntInput, read: readonly ColumnId[]) {
  const names = namesOf(catalog);
  const views = [...touched.relations.keys()].filter(({ kind }) => kind === "view");
  const compound =
    isCompound(tokens) ||
    views.some((view) => /\b(?:UNION|INTERSECT|EXCEPT|VALUES)\b/i.test(view.definition ?? ""));
  return columns.map(({ name, origin }): OutputColumn => {
    const found = origin === null ? undefined : names.get(origin.table);
    const column = found?.columns.get(origin?.column ?? "");
    const known = found !== undefined && column !== undefined && found.relation.kind === "table";
    if (known && !compound) {
      const id = { schema: found.relation.schema, table: found.relation.name, column: column.name };
      return { name, sources: [id], transform: "direct", countOnly: false, span };
    }
    return {
      name,
      sources: read,
      transform: read.length === 0 ? "constant" : "expression",
      countOnly: false,
      span,
    };
  });
}

/** What can make a column count for more than the values it is in. */
const SHAPING = [
  "WHERE",
  "HAVING",
  "ORDER",
  "GROUP",
  "DISTINCT",
  "JOIN",
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "WITH",
  "LIMIT",
  "ON",
  "USING",
];

function shapesNothing({ tokens, kind, touched }: BluntInput): boolean {
  if (kind.kind !== "select" || tokens.has(...SHAPING)) return false;
  // Beside them, bare columns come from the row that has the extreme.
  if (touched.functions.some((name) => name === "min" || name === "max")) return false;
  if ([...touched.relations.keys()].some((relation) => relation.kind === "view")) return false;
  const froms = tokens.list.flatMap((_, at) => (tokens.word(at) === "FROM" ? [at] : []));
  const [from, more] = froms;
  if (from === undefined || more !== undefined) return froms.length === 0;
  return tokens.list.slice(from).every(({ start }) => !"(,".includes(tokens.text[start] ?? ""));
}

function readsOf(
  input: BluntInput,
  read: readonly ColumnId[],
  outputs: readonly OutputColumn[],
): readonly ColumnUse[] {
  const shown = new Set(outputs.flatMap(({ sources }) => sources.map(columnKey)));
  const shaping = !shapesNothing(input);
  return read.flatMap((column) => {
    const span = place(input, column.column);
    const uses: ColumnUse[] = [];
    if (shown.has(columnKey(column))) uses.push({ column, role: "output", bare: false, span });
    if (shaping) uses.push({ column, role: "filter_other", bare: false, span });
    return uses;
  });
}

/** Where the text names the column, if anywhere. */
function place({ tokens, span }: BluntInput, column: string): Span {
  const wanted = nameOf(column.includes('"') ? column : `"${column}"`);
  const token = tokens.list.find(
    ({ kind, start, end }) =>
      (kind === "word" || kind === "quoted") && nameOf(tokens.text.slice(start, end)) === wanted,
  );
  return token === undefined ? span : { start: span.start + token.start, end: span.start + token.end };
}

function targetsOf({ tokens, span, touched }: BluntInput): readonly WriteTarget[] {
  return touched.written.map(({ relation, operation, columns, inside }) => ({
    schema: relation.schema,
    table: relation.name,
    oid: relation.oid,
    operation,
    predicate: operation === "insert" ? "not_applicable" : inside === "" ? predicateOf(tokens) : "some",
    columns: operation === "insert" ? relation.columns.map(({ name }) => name) : columns,
    span,
  }));
}

/** A WHERE without a name in it is true of every row or of none. */
function predicateOf(tokens: StatementTokens): WriteTarget["predicate"] {
  const where = tokens.list.findLastIndex((_, at) => tokens.word(at) === "WHERE");
  if (where < 0) return "none";
  const names = tokens.list
    .slice(where + 1)
    .some(
      ({ kind }, at) => kind === "quoted" || (kind === "word" && !WORDS.has(tokens.word(where + 1 + at))),
    );
  return names ? "some" : "always_true";
}

const WORDS: ReadonlySet<string> = new Set([
  "AND",
  "OR",
  "NOT",
  "IS",
  "NULL",
  "TRUE",
  "FALSE",
  "LIKE",
  "BETWEEN",
  "IN",
]);

function writesOf({ touched, span }: BluntInput): readonly ColumnUse[] {
  const uses = touched.written.flatMap(({ relation, operation, columns }) => {
    const names = operation === "insert" ? relation.columns.map(({ name }) => name) : columns;
    return names.map(
      (column): ColumnUse => ({
        column: { schema: relation.schema, table: relation.name, column },
        role: "assignment",
        bare: true,
        span,
      }),
    );
  });
  return [...new Map(uses.map((use) => [JSON.stringify(use.column), use])).values()];
}

const flowsOf = (writes: readonly ColumnUse[], read: readonly ColumnId[]): readonly Flow[] =>
  read.length === 0
    ? []
    : writes.map(({ column }) => ({ target: column, sources: read, unchanged: false, opaque: false }));

const literalsOf = ({ tokens, span }: BluntInput, columns: readonly ColumnId[]): StatementFacts["literals"] =>
  tokens.list
    .filter(({ kind }) => kind === "string" || kind === "number" || kind === "blob")
    .map(({ start, end }) => ({ span: { start: span.start + start, end: span.start + end }, columns }));

function unknownsOf({ kind, touched, span }: BluntInput): StatementFacts["unknowns"] {
  const reasons = [...(kind.unknown === undefined ? [] : [kind.unknown]), ...touched.unknowns];
  return reasons.map((reason) => ({ reason, span }));
}
