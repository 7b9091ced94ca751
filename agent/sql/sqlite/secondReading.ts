import type { Catalog, Relation } from "../../../protocol/catalog.ts";
import { type ColumnId, columnKey, type OutputColumn, type Span, type StatementFacts } from "../facts.ts";
import { understandPostgres } from "../postgres/understand.ts";
import { asPostgres } from "./asPostgres.ts";
import { isCompound, relationsOf } from "./bluntFacts.ts";
import { foldedIndex, viewQuery } from "./foldedCatalog.ts";
import { functionUses } from "./functionUses.ts";
import { type StatementTokens, tokensOf } from "./headWords.ts";
import { type CompiledColumn, type SchemaCopy, schemaCopyOf } from "./schemaCopy.ts";
import { namesOf, type Touched, touchedBy } from "./touched.ts";

/** Where two readings may be laid side by side. */
const COMPARED: ReadonlySet<string> = new Set(["select", "insert", "update", "delete"]);

/**
 * Facts by PostgreSQL's grammar and the lineage behind it, where SQLite's own account of the statement agrees with
 * it exactly: the same columns read, the same tables written, the same result columns, in every view alike. Null
 * where they differ in anything, or the text is not PostgreSQL's too.
 */
export function secondReading(
  tokens: StatementTokens,
  span: Span,
  compiled: { readonly touched: Touched; readonly columns: readonly CompiledColumn[] },
  catalog: Catalog,
): StatementFacts | null {
  const { touched, columns } = compiled;
  const text = asPostgres(tokens);
  if (text === null || touched.unknowns.length > 0) return null;
  const understood = understandPostgres({ text, span }, foldedIndex(catalog));
  if (understood.kind !== "understood") return null;
  const facts = named(understood.facts, catalog);
  if (facts === null || !COMPARED.has(facts.kind)) return null;
  const copy = schemaCopyOf(catalog);
  const agree =
    copy !== null &&
    columns.length === facts.outputs.length &&
    sameReads(facts, touched, catalog) &&
    sameTargets(facts, touched) &&
    sameOrigins(facts.outputs, columns, isCompound(tokens)) &&
    !picksRows(facts, tokens, touched) &&
    viewsOf(touched).every((view) => viewAgrees(view, catalog, copy));
  if (!agree) return null;
  return {
    ...facts,
    dialect: "sqlite",
    outputs: facts.outputs.map((output, position) => ({
      name: columns[position]?.name ?? output.name,
      sources: output.sources,
      transform: output.transform,
      countOnly: output.countOnly,
      span: output.span,
    })),
    relations: relationsOf(touched, span),
    functions: functionUses(touched.functions, span),
    locksRows: false,
  };
}

const viewsOf = (touched: Touched): readonly Relation[] =>
  [...touched.relations.keys()].filter(({ kind }) => kind === "view");

/** Columns read under a view's name alone may be ones the statement has no use for. */
function sameReads(facts: StatementFacts, touched: Touched, catalog: Catalog): boolean {
  const byLineage = new Set([
    // SQLite asks no leave for what its own keys and checks compare.
    ...facts.reads.filter(({ byKey }) => byKey !== true).map(({ column }) => columnKey(column)),
    ...facts.outputs.flatMap(({ sources }) => sources.map(columnKey)),
    ...facts.flows.flatMap(({ sources }) => sources.map(columnKey)),
  ]);
  const checked = checkedColumns(touched, catalog);
  const names = namesOf(catalog);
  const isView = (inside: string): boolean => names.get(inside)?.relation.kind === "view";
  const bySqlite = new Map([...touched.reads.values()].map((read) => [columnKey(read.id), read.inside]));
  for (const key of byLineage) if (!bySqlite.has(key)) return false;
  for (const [key, inside] of bySqlite) {
    if (byLineage.has(key) || [...inside].every(isView) || checked.has(key)) continue;
    return false;
  }
  return true;
}

/** Columns that foreign keys of and to the written tables make SQLite look at; they show as errors alone. */
function checkedColumns(touched: Touched, catalog: Catalog): ReadonlySet<string> {
  const written = new Set(touched.written.map(({ relation }) => relation.name.toLowerCase()));
  const checked = new Set<string>();
  for (const { schema, name, columns } of catalog.relations) {
    for (const { name: column, references } of columns) {
      if (references === undefined) continue;
      const parent = references.table.toLowerCase();
      if (!written.has(name.toLowerCase()) && !written.has(parent)) continue;
      checked.add(columnKey({ schema, table: name, column }));
      const found = namesOf(catalog).get(parent);
      const key = found?.columns.get(references.column.toLowerCase());
      if (found && key) checked.add(columnKey({ schema, table: found.relation.name, column: key.name }));
    }
  }
  return checked;
}

/** What triggers write has no second reading. */
function sameTargets(facts: StatementFacts, touched: Touched): boolean {
  if (touched.written.some(({ inside }) => inside !== "")) return false;
  const told = facts.targets.map(({ table, operation }) => `${operation} ${table}`);
  const asked = touched.written.map(({ relation, operation }) => `${operation} ${relation.name}`);
  // An upsert is an insert that may update.
  const upsert = facts.kind === "insert";
  const left = asked.filter((one) => !(upsert && one.startsWith("update ")));
  const right = told.filter((one) => !(upsert && one.startsWith("update ")));
  if (new Set(left).size !== new Set(right).size || left.some((one) => !right.includes(one))) return false;
  const updated = touched.written.filter(({ operation }) => operation === "update");
  return updated.every(({ relation, columns }) =>
    columns.every((column) =>
      facts.writes.some((use) => use.column.table === relation.name && use.column.column === column),
    ),
  );
}

/** A column SQLite shows as a table's own must be that to the lineage too, and the other way round. */
function sameOrigins(
  outputs: readonly OutputColumn[],
  columns: readonly CompiledColumn[],
  compound: boolean,
): boolean {
  return outputs.every(({ sources, transform }, position) => {
    const origin = columns[position]?.origin ?? null;
    const same = sources.some(
      ({ table, column }) =>
        origin !== null && table.toLowerCase() === origin.table && column.toLowerCase() === origin.column,
    );
    if (transform === "direct" && !compound) return same;
    return origin === null || same;
  });
}

const EXTREMES = ["min", "max"];
const AGGREGATES = [
  ...EXTREMES,
  "count",
  "sum",
  "total",
  "avg",
  "group_concat",
  "string_agg",
  "json_group_array",
];

/**
 * Beside an aggregate, SQLite takes a bare column from some row, and beside min() or max() from the one that has it:
 * which one that is tells of the aggregated column, and PostgreSQL knows no such thing. Ruled out only where there
 * plainly is no such column, or no extreme and several queries.
 */
function picksRows(facts: StatementFacts, tokens: StatementTokens, touched: Touched): boolean {
  const calls = (names: readonly string[]): boolean => touched.functions.some((name) => names.includes(name));
  if (!calls(AGGREGATES)) return false;
  const selects = tokens.list.filter((_, at) => tokens.word(at) === "SELECT").length;
  if (selects !== 1 || tokens.has("HAVING", "OVER") || viewsOf(touched).length > 0) return calls(EXTREMES);
  const grouped = new Set(
    facts.reads.filter(({ role, bare }) => role === "group" && bare).map(({ column }) => columnKey(column)),
  );
  const told = (column: ColumnId): boolean => grouped.has(columnKey(column));
  const shown = facts.outputs.filter(({ transform }) => transform !== "aggregate");
  const sorted = facts.reads.filter(({ role, bare }) => role === "sort" && bare);
  return !(shown.every(({ sources }) => sources.every(told)) && sorted.every(({ column }) => told(column)));
}

const agreed = new WeakMap<Relation, boolean>();

function viewAgrees(view: Relation, catalog: Catalog, copy: SchemaCopy): boolean {
  const known = agreed.get(view);
  if (known !== undefined) return known;
  // Views cannot be circular; what refers to itself nonetheless agrees with nothing.
  agreed.set(view, false);
  const query = viewQuery(view.definition ?? "");
  const compiled = query === undefined ? undefined : copy.compile(query);
  let agree = false;
  if (query !== undefined && compiled?.kind === "compiled") {
    const tokens = tokensOf(query);
    const touched = touchedBy(compiled.asked, tokens, catalog, false);
    const span = { start: 0, end: query.length };
    agree = secondReading(tokens, span, { touched, columns: compiled.columns }, catalog) !== null;
  }
  agreed.set(view, agree);
  return agree;
}

/** The catalog's own spelling instead of lower case; null where a name is not the catalog's. */
function named(facts: StatementFacts, catalog: Catalog): StatementFacts | null {
  const names = namesOf(catalog);
  let lost = false;
  const id = (column: ColumnId): ColumnId => {
    const found = names.get(column.table);
    const own = found?.columns.get(column.column);
    if (found === undefined || own === undefined) {
      lost = true;
      return column;
    }
    return { schema: found.relation.schema, table: found.relation.name, column: own.name };
  };
  const table = (name: string): string => names.get(name)?.relation.name ?? name;
  const spelled: StatementFacts = {
    ...facts,
    reads: facts.reads.map((use) => ({ ...use, column: id(use.column) })),
    unanchoredSearches: facts.unanchoredSearches.map((one) => ({ ...one, column: id(one.column) })),
    writes: facts.writes.map((use) => ({ ...use, column: id(use.column) })),
    outputs: facts.outputs.map((output) => ({ ...output, sources: output.sources.map(id) })),
    targets: facts.targets.map((target) => ({
      ...target,
      table: table(target.table),
      columns: target.columns.map((column) => names.get(target.table)?.columns.get(column)?.name ?? column),
    })),
    flows: facts.flows.map((flow) => ({ ...flow, target: id(flow.target), sources: flow.sources.map(id) })),
    literals: facts.literals.map((literal) => ({ ...literal, columns: literal.columns.map(id) })),
  };
  return lost ? null : spelled;
}
