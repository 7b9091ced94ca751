import type { Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis, QueryColumn } from "./analysis.ts";
import { columnName } from "./columnNames.ts";
import { readIndirection, rowOfType } from "./expression.ts";
import { itemNamed, nameParts } from "./names.ts";
import type { NamespaceItem, Scope } from "./namespace.ts";
import { constant, type Field, opaque, reference, type Value } from "./value.ts";

/** The columns of a SELECT list or RETURNING, with `*`, `t.*` and `(row).*` expanded. */
export function readTargets(
  analysis: Analysis,
  targets: readonly Node[] | undefined,
  scope: Scope,
): readonly QueryColumn[] {
  return (targets ?? []).flatMap((node): readonly QueryColumn[] => {
    if (!("ResTarget" in node) || !node.ResTarget.val) return [];
    const value = node.ResTarget.val;
    const expanded = expandStar(analysis, value, scope);
    if (expanded) return expanded;
    const read = analysis.expression(value, scope);
    const name = node.ResTarget.name ?? columnName(analysis, value);
    return [{ name, value: read, span: outputSpan(analysis, value, read, node.ResTarget.location) }];
  });
}

function outputSpan(analysis: Analysis, node: Node, value: Value, location: number | undefined): Span {
  if ("ColumnRef" in node) return analysis.names(location, node.ColumnRef.fields?.length ?? 1);
  const start = analysis.token(location);
  const spans = [start, ...value.refs.map((ref) => ref.span), ...value.literals].filter((one) => one.end > 0);
  return {
    start: Math.min(start.start, ...spans.map((one) => one.start)),
    end: Math.max(start.end, ...spans.map((one) => one.end)),
  };
}

function expandStar(analysis: Analysis, node: Node, scope: Scope): readonly QueryColumn[] | undefined {
  if ("ColumnRef" in node) {
    const parts = node.ColumnRef.fields ?? [];
    if (!parts.some((part) => "A_Star" in part)) return undefined;
    const span = analysis.names(node.ColumnRef.location, parts.length);
    const qualifier = nameParts(parts);
    if (qualifier.length === 0) {
      if (scope.items.length === 0) analysis.fail("SELECT * with no tables specified is not valid", span);
      return scope.items
        .filter((item) => item.columnsVisible)
        .flatMap((item) => columnsOf(analysis, item.fields, span, item));
    }
    const item = itemNamed(analysis, scope, qualifier, span);
    if (!item) {
      const row = analysis.variables?.lookup(qualifier.at(-1) ?? "");
      if (row?.fields) return columnsOf(analysis, row.fields, span, undefined);
      return analysis.fail(`missing FROM-clause entry for table "${qualifier.join(".")}"`, span);
    }
    return columnsOf(analysis, item.fields, span, item);
  }
  if (!("A_Indirection" in node)) return undefined;
  const steps = node.A_Indirection.indirection ?? [];
  const last = steps.at(-1);
  if (!last || !("A_Star" in last)) return undefined;
  const row = readIndirection(analysis, { ...node.A_Indirection, indirection: steps.slice(0, -1) }, scope);
  const fields = row.fields ?? row.elements ?? rowOfType(analysis, row);
  const [at] = row.refs;
  const span = at?.span ?? analysis.token(undefined);
  if (!fields) {
    const reason = "Nobody can say which columns this row has.";
    analysis.unknown(reason, span);
    return [{ name: "*", value: opaque(row, reason), span }];
  }
  return fields.map((one) => ({
    name: one.name,
    value: { ...withSpan(one, span), fallible: row.fallible, items: row.items },
    span,
  }));
}

function withSpan(one: Field, span: Span): Value {
  return { ...reference(one, span, -1), origin: undefined, items: [] };
}

function columnsOf(
  analysis: Analysis,
  fields: readonly Field[],
  span: Span,
  item: NamespaceItem | undefined,
): readonly QueryColumn[] {
  const columns = fields.map((one) => ({
    name: one.name,
    value: reference(one, span, item?.id ?? -1),
    span,
  }));
  if (item) analysis.touched.push(item.id);
  if (!item?.open || (item.open.refs.length === 0 && item.open.transform !== "opaque")) return columns;
  const reason = item.open.reason ?? "Nobody can say which columns stand here.";
  analysis.unknown(reason, span);
  return [...columns, { name: "*", value: opaque({ ...constant, refs: item.open.refs }, reason), span }];
}
