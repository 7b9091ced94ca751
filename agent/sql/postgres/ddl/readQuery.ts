import type { Node, SelectStmt } from "libpg-query";
import type { Span } from "../../facts.ts";
import { Analysis, type Frame, type QueryColumn, type QueryResult, type Readers } from "../analysis.ts";
import type { CatalogIndex } from "../catalogIndex.ts";
import { nameParts } from "../names.ts";
import { emptyScope } from "../namespace.ts";
import { Unresolved } from "../problem.ts";
import { READERS } from "../readers.ts";
import type { SourceRef } from "../value.ts";
import { ExpressionTypes } from "./expressionTypes.ts";
import type { SchemaState } from "./schemaState.ts";
import { quoteIdentifier } from "./typeNames.ts";

export interface ReadColumn {
  readonly name: string;
  readonly type: string;
  readonly refs: readonly SourceRef[];
}

/** A query of DDL, read: what it returns and where its text depends on the moment it is read. */
export interface ReadQuery {
  readonly columns: readonly ReadColumn[];
  readonly analysis: Analysis;
  /** What each `*` stands for at the moment; undefined where that can't be spelled out. */
  readonly stars: readonly { readonly span: Span; readonly text: string | undefined }[];
}

/** Reads a query by the names as they are; undefined where one doesn't resolve. */
export function readQuery(
  state: SchemaState,
  index: CatalogIndex,
  node: Node,
  frame: Frame,
): ReadQuery | undefined {
  const types = new ExpressionTypes(state, index);
  const stars = new Map<number, { span: Span; text: string | undefined }>();
  const readers: Readers = {
    ...READERS,
    expression: (analysis, one, scope) => {
      const value = READERS.expression(analysis, one, scope);
      const type = types.note(one, value);
      return type === undefined ? value : { ...value, type };
    },
    query: (analysis, select, scope) => {
      const result = typed(types, select, READERS.query(analysis, select, scope));
      if (analysis.frame.kind === "text") noteStars(analysis, select, result.columns, stars);
      return result;
    },
  };
  const analysis = new Analysis(index, frame, readers);
  try {
    const result =
      "SelectStmt" in node
        ? analysis.query(node.SelectStmt, emptyScope)
        : readers.modify(analysis, node, emptyScope);
    const columns = (result?.columns ?? []).map(({ name, value }) => ({
      name,
      type: types.shown(value.type),
      refs: value.refs,
    }));
    return { columns, analysis, stars: [...stars.values()] };
  } catch (error) {
    if (error instanceof Unresolved || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The columns of a set operation or VALUES have the type their parts have in common. */
function typed(types: ExpressionTypes, select: SelectStmt, result: QueryResult): QueryResult {
  const common = types.ofQuery(select, result.columns);
  return {
    ...result,
    columns: result.columns.map((column, position) => {
      const type = common[position];
      return type === undefined ? column : { ...column, value: { ...column.value, type } };
    }),
  };
}

function noteStars(
  analysis: Analysis,
  select: SelectStmt,
  columns: readonly QueryColumn[],
  stars: Map<number, { span: Span; text: string | undefined }>,
): void {
  for (const target of select.targetList ?? []) {
    const value = "ResTarget" in target ? target.ResTarget.val : undefined;
    if (
      value &&
      "A_Indirection" in value &&
      value.A_Indirection.indirection?.some((one) => "A_Star" in one)
    ) {
      stars.set(-1, { span: { start: -1, end: -1 }, text: undefined });
    }
    if (!value || !("ColumnRef" in value)) continue;
    const parts = value.ColumnRef.fields ?? [];
    if (!parts.some((part) => "A_Star" in part)) continue;
    const span = analysis.names(value.ColumnRef.location, parts.length);
    const meant = columns.filter((one) => one.span.start === span.start && one.span.end === span.end);
    stars.set(span.start, { span, text: spelledOut(nameParts(parts), meant, columns) });
  }
}

function spelledOut(
  qualifier: readonly string[],
  meant: readonly QueryColumn[],
  columns: readonly QueryColumn[],
): string | undefined {
  const twice = meant.some((one) => columns.filter((other) => other.name === one.name).length > 1);
  if (meant.length === 0 || (qualifier.length === 0 && twice)) return undefined;
  return meant.map((one) => [...qualifier, one.name].map(quoteIdentifier).join(".")).join(", ");
}
