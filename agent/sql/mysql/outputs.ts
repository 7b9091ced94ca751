import type { Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis, QueryColumn } from "../postgres/analysis.ts";
import { nameParts } from "../postgres/names.ts";
import type { NamespaceItem, Scope } from "../postgres/namespace.ts";
import { constant, opaque, reference } from "../postgres/value.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { itemNamed } from "./names.ts";
import { extentOf } from "./parser/nodes.ts";
import { foldColumn } from "./settings.ts";

/** The columns of a select list or RETURNING, with `*` and `t.*` expanded. */
export function readOutputs(
  analysis: Analysis,
  targets: readonly Node[] | undefined,
  scope: Scope,
): readonly QueryColumn[] {
  return (targets ?? []).flatMap((node): readonly QueryColumn[] => {
    if (!("ResTarget" in node) || !node.ResTarget.val) return [];
    const { val, name: shown = "" } = node.ResTarget;
    const expanded = expandStar(analysis, val, scope);
    if (expanded) return expanded;
    const value = analysis.expression(val, scope);
    const extent = extentOf(node.ResTarget);
    const span = extent ? placedAt(analysis, extent) : analysis.token(node.ResTarget.location);
    return [{ name: foldColumn(shown), value: { ...value, shown }, span }];
  });
}

const placedAt = (analysis: Analysis, { start, end }: Span): Span =>
  analysis.frame.kind === "text" ? analysis.frame.source.span(start, end) : { start: 0, end: 0 };

function expandStar(analysis: Analysis, node: Node, scope: Scope): readonly QueryColumn[] | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const parts = node.ColumnRef.fields ?? [];
  if (!parts.some((part) => "A_Star" in part)) return undefined;
  const span = analysis.names(node.ColumnRef.location, parts.length);
  const qualifier = nameParts(parts);
  if (qualifier.length === 0) {
    const visible = scope.items.filter((item) => item.columnsVisible);
    if (visible.length === 0) analysis.fail("there are no tables that * could mean", span);
    return visible.flatMap((item) => columnsOf(analysis, item, span));
  }
  const item = itemNamed(analysis, { ...scope, parent: undefined }, qualifier, span);
  return item
    ? columnsOf(analysis, item, span)
    : analysis.fail(`no table is called "${qualifier.join(".")}"`, span);
}

function columnsOf(analysis: Analysis, item: NamespaceItem, span: Span): readonly QueryColumn[] {
  const columns = item.fields.map(
    (one): QueryColumn => ({
      name: one.name,
      value: { ...reference(one, span, item.id), shown: one.shown ?? one.name },
      span,
    }),
  );
  analysis.touched.push(item.id);
  const { variant } = asMysql(analysis).session.settings;
  if (!item.open) return columns;
  const reason = item.open.reason ?? `Nobody can say which columns stand here in ${variant}.`;
  analysis.unknown(reason, span);
  return [...columns, { name: "*", value: opaque({ ...constant, refs: item.open.refs }, reason), span }];
}
