import type { DeleteStmt, InsertStmt, Node, UpdateStmt } from "libpg-query";
import type { Analysis, QueryResult } from "./analysis.ts";
import { Assignments, readAssignments } from "./assignments.ts";
import { readWith } from "./ctes.ts";
import { isCrossJoin, readFrom } from "./fromItems.ts";
import { readMerge } from "./merge.ts";
import type { NamespaceItem, Scope } from "./namespace.ts";
import { readReturning } from "./returning.ts";
import { constant } from "./value.ts";
import { addTarget, aliased, noteRemoval, predicateOf, writeTarget } from "./writeTargets.ts";

/** Reads INSERT, UPDATE, DELETE or MERGE; the result is that of RETURNING, if there is one. */
export function readModification(analysis: Analysis, node: Node, outer: Scope): QueryResult | undefined {
  analysis.raise("write");
  if ("InsertStmt" in node) return readInsert(analysis, node.InsertStmt, outer);
  if ("UpdateStmt" in node) return readUpdate(analysis, node.UpdateStmt, outer);
  if ("DeleteStmt" in node) return readDelete(analysis, node.DeleteStmt, outer);
  if ("MergeStmt" in node) return readMerge(analysis, node.MergeStmt, outer);
  const [kind] = Object.keys(node);
  analysis.unknown(
    `${kind ?? "This statement"} is not understood inside a query.`,
    analysis.token(undefined),
  );
  return undefined;
}

function readInsert(analysis: Analysis, node: InsertStmt, outer: Scope): QueryResult | undefined {
  const scope = readWith(analysis, node.withClause, outer);
  if (!node.relation) return undefined;
  const target = writeTarget(analysis, node.relation, "insert");
  const inner: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  const select = node.selectStmt && "SelectStmt" in node.selectStmt ? node.selectStmt.SelectStmt : undefined;
  const source = select ? analysis.query(select, inner) : undefined;
  const named = (node.cols ?? []).flatMap((one) => ("ResTarget" in one ? [one.ResTarget] : []));
  const names =
    named.length > 0 ? named.map((one) => one.name ?? "") : target.item.fields.map((one) => one.name);
  if (source && source.columns.length > names.length) {
    analysis.fail(
      "INSERT has more expressions than target columns",
      source.columns[names.length]?.span ?? target.span,
    );
  }
  const changes = node.onConflictClause?.action === "ONCONFLICT_UPDATE";
  const assigned = new Assignments(analysis, target, changes);
  for (const [index, name] of names.entries()) {
    const value = source?.columns[index]?.value;
    if (!value && named.length === 0) break;
    const at = named[index] ? analysis.names(named[index]?.location, 1) : target.span;
    assigned.add(name, value ?? constant, at);
  }
  const item = node.relation.alias?.aliasname
    ? { ...target.item, name: node.relation.alias.aliasname }
    : target.item;
  const conflict = node.onConflictClause;
  if (conflict) {
    const own: Scope = { ...inner, items: [item] };
    for (const element of conflict.infer?.indexElems ?? []) {
      if ("IndexElem" in element && element.IndexElem.expr) analysis.expression(element.IndexElem.expr, own);
    }
    if (conflict.infer?.whereClause) analysis.predicate(conflict.infer.whereClause, own);
    const excluded: NamespaceItem = {
      id: analysis.nextItem(),
      name: "excluded",
      fields: target.item.fields.map((one) => assigned.proposed(one)),
      nameVisible: true,
      columnsVisible: false,
      hasSystemColumns: false,
    };
    const both: Scope = { ...own, items: [item, excluded] };
    readAssignments(analysis, conflict.targetList, both, assigned);
    if (conflict.whereClause) analysis.predicate(conflict.whereClause, both);
  }
  addTarget(analysis, target, "insert", "not_applicable", assigned.names, node.relation);
  return readReturning(analysis, node.returningClause, inner, [], item, assigned);
}

function readUpdate(analysis: Analysis, node: UpdateStmt, outer: Scope): QueryResult | undefined {
  const scope = readWith(analysis, node.withClause, outer);
  if (!node.relation) return undefined;
  const target = writeTarget(analysis, node.relation, "update");
  const item = aliased(analysis, target.item, node.relation);
  const from = readFrom(analysis, node.fromClause, scope, [item]);
  const inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  const assigned = new Assignments(analysis, target, true);
  readAssignments(analysis, node.targetList, inside, assigned);
  const ties = [...from.ties];
  if (node.whereClause) analysis.predicate(node.whereClause, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin([item.id, ...from.tables], ties)) analysis.crossJoin = true;
  addTarget(
    analysis,
    target,
    "update",
    predicateOf(node.whereClause, target, item),
    assigned.names,
    node.relation,
  );
  return readReturning(analysis, node.returningClause, inside, from.items.slice(1), item, assigned);
}

function readDelete(analysis: Analysis, node: DeleteStmt, outer: Scope): QueryResult | undefined {
  const scope = readWith(analysis, node.withClause, outer);
  if (!node.relation) return undefined;
  const target = writeTarget(analysis, node.relation, "delete");
  const item = aliased(analysis, target.item, node.relation);
  const from = readFrom(analysis, node.usingClause, scope, [item]);
  const inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  const ties = [...from.ties];
  if (node.whereClause) analysis.predicate(node.whereClause, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin([item.id, ...from.tables], ties)) analysis.crossJoin = true;
  noteRemoval(analysis, target);
  addTarget(analysis, target, "delete", predicateOf(node.whereClause, target, item), [], node.relation);
  return readReturning(analysis, node.returningClause, inside, from.items.slice(1), item, undefined);
}
