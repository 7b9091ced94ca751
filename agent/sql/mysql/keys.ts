import type { Node, SelectStmt } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis, QueryColumn } from "../postgres/analysis.ts";
import { nameParts } from "../postgres/names.ts";
import { fieldsNamed, type NamespaceItem, type Scope } from "../postgres/namespace.ts";
import { combine, either, type Field, field, type Value } from "../postgres/value.ts";
import { foldColumn } from "./settings.ts";

/** The select list as something whose names can be used behind it; of several with one name, any may be meant. */
export function aliasItem(analysis: Analysis, columns: readonly QueryColumn[]): NamespaceItem {
  const fields = new Map<string, Field>();
  for (const column of columns) {
    const before = fields.get(column.name);
    const own = field(column.name, column.value);
    fields.set(column.name, before ? either(before, own) : own);
  }
  return {
    id: analysis.nextItem(),
    name: undefined,
    fields: [...fields.values()],
    nameVisible: false,
    columnsVisible: true,
    hasSystemColumns: false,
  };
}

/** The tables first, and the select list for what they don't have: names inside of expressions. */
const tablesFirst = (analysis: Analysis, scope: Scope, columns: readonly QueryColumn[]): Scope => ({
  ...scope,
  parent: { items: [aliasItem(analysis, columns)], parent: scope.parent, ctes: scope.ctes },
});

/**
 * A key of ORDER BY or GROUP BY: the position or the name of an output, or an expression. A bare name means an
 * output before a column in ORDER BY, and after it in GROUP BY.
 */
export function readKey(
  analysis: Analysis,
  role: "sort" | "group",
  node: Node,
  scope: Scope,
  columns: readonly QueryColumn[],
): void {
  const position = positionOf(analysis, node, columns);
  if (position) {
    analysis.use(role, position.column.value, position.column.value.plain, position.span);
    return;
  }
  const output = outputNamed(node, columns);
  if (output) {
    const found = columns.filter((one) => one.name === output.name).map((one) => one.value);
    const value = found.length === 1 && found[0] ? found[0] : combine(found);
    analysis.use(role, value, value.plain, spanOf(analysis, node));
    // A column of that name may be meant instead; which, the server does not decide by the text alone.
    if (role === "sort" || columnsNamed(scope, output.name) !== 1) return;
  }
  analysis.use(role, analysis.expression(node, tablesFirst(analysis, scope, columns)));
}

const columnsNamed = (scope: Scope, name: string): number =>
  scope.items
    .filter((item) => item.columnsVisible)
    .reduce((count, item) => count + fieldsNamed(item.fields, name).length, 0);

const hasColumn = (scope: Scope, name: string): boolean => columnsNamed(scope, name) > 0;

function outputNamed(node: Node, columns: readonly QueryColumn[]): QueryColumn | undefined {
  if (!("ColumnRef" in node) || node.ColumnRef.fields?.length !== 1) return undefined;
  const name = foldColumn(nameParts(node.ColumnRef.fields)[0] ?? "");
  return columns.find((one) => one.name === name);
}

/** The output a number means. */
export function positionOf(
  analysis: Analysis,
  node: Node,
  columns: readonly QueryColumn[],
): { readonly column: QueryColumn; readonly span: Span } | undefined {
  if (!("A_Const" in node) || !node.A_Const.ival) return undefined;
  const position = node.A_Const.ival.ival ?? 0;
  const span = analysis.token(node.A_Const.location);
  const column = columns[position - 1];
  return column ? { column, span } : analysis.fail(`there is no column ${position}`, span);
}

const spanOf = (analysis: Analysis, node: Node): Span =>
  analysis.token("ColumnRef" in node ? node.ColumnRef.location : undefined);

/** HAVING finds names in the select list and the keys of GROUP BY; where both have one, either may be meant. */
export function readHaving(
  analysis: Analysis,
  select: SelectStmt,
  scope: Scope,
  columns: readonly QueryColumn[],
): void {
  if (!select.havingClause) return;
  const item = aliasItem(analysis, columns);
  const fields = item.fields.map((one) => (hasColumn(scope, one.name) ? merged(scope, one) : one));
  const inside: Scope = {
    items: [{ ...item, fields }],
    parent: { ...scope, parent: scope.parent },
    ctes: scope.ctes,
    ...(scope.windows ? { windows: scope.windows } : {}),
  };
  analysis.predicate(select.havingClause, inside);
}

/** The output and the column of one name, where they are not the same. */
function merged(scope: Scope, output: Field): Field {
  const columns = scope.items
    .filter((item) => item.columnsVisible)
    .flatMap((item) => fieldsNamed(item.fields, output.name));
  const known = new Set(output.refs.map((ref) => ref.column));
  const same = columns.every((one) => one.refs.every((ref) => known.has(ref.column)));
  if (same) return output;
  const values = [output, ...columns].map((one): Value => ({ ...one, fallible: false, items: [] }));
  return { ...field(output.name, combine(values)), plain: false };
}
