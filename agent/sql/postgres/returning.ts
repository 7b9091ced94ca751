import type { ReturningClause } from "libpg-query";
import type { Analysis, QueryResult } from "./analysis.ts";
import type { Assignments } from "./assignments.ts";
import type { NamespaceItem, Scope } from "./namespace.ts";
import { readTargets } from "./targetList.ts";

/** RETURNING sees the row as stored, `old` and `new` where the server has them. */
export function readReturning(
  analysis: Analysis,
  clause: ReturningClause | undefined,
  scope: Scope,
  others: readonly NamespaceItem[],
  target: NamespaceItem,
  assigned: Assignments | undefined,
  sourceFirst = false,
): QueryResult | undefined {
  if (!clause) return undefined;
  const stored = target.fields.map((one) => assigned?.after(one) ?? one);
  const item: NamespaceItem = { ...target, fields: stored };
  const options = new Map<string, string>();
  for (const node of clause.options ?? []) {
    if ("ReturningOption" in node)
      options.set(node.ReturningOption.option ?? "", node.ReturningOption.value ?? "");
  }
  const names = [
    [options.get("RETURNING_OPTION_OLD") ?? "old", target.fields],
    [options.get("RETURNING_OPTION_NEW") ?? "new", stored],
  ] as const;
  const taken = new Set([item, ...others].map((one) => one.name));
  const rows = names
    .filter(([name]) => !taken.has(name))
    .map(
      ([name, fields]): NamespaceItem => ({
        ...withoutRelation(item),
        id: analysis.nextItem(),
        name,
        fields,
        columnsVisible: false,
      }),
    );
  // `RETURNING *` of a MERGE begins with the columns of its source.
  const visible = sourceFirst ? [...others, item] : [item, ...others];
  const inside: Scope = { ...scope, items: [...visible, ...rows] };
  const columns = readTargets(analysis, clause.exprs, inside);
  return { columns, hasOrderBy: false, singleRow: false };
}

function withoutRelation(item: NamespaceItem): NamespaceItem {
  const { relation: _, ...rest } = item;
  return rest;
}
