import type { MergeStmt } from "libpg-query";
import type { Analysis, QueryResult } from "./analysis.ts";
import { Assignments, readAssignments } from "./assignments.ts";
import { readWith } from "./ctes.ts";
import { readFromItem } from "./fromItems.ts";
import type { Scope } from "./namespace.ts";
import { readReturning } from "./returning.ts";
import { addTarget, aliased, noteRemoval, predicateOf, writeTarget } from "./writeTargets.ts";

/** MERGE: the source joined to the target, and what each WHEN clause does to the rows. */
export function readMerge(analysis: Analysis, node: MergeStmt, outer: Scope): QueryResult | undefined {
  const scope = readWith(analysis, node.withClause, outer);
  if (!node.relation || !node.sourceRelation) return undefined;
  const target = writeTarget(analysis, node.relation, "update");
  const item = aliased(analysis, target.item, node.relation);
  const plain: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  const source = readFromItem(analysis, node.sourceRelation, plain, plain);
  const both: Scope = { ...plain, items: [item, ...source.all] };
  if (node.joinCondition) analysis.predicate(node.joinCondition, both);
  const assigned = new Assignments(analysis, target, true);
  let unrestricted = false;
  for (const clause of node.mergeWhenClauses ?? []) {
    if (!("MergeWhenClause" in clause)) continue;
    const { matchKind, commandType, condition, targetList, values } = clause.MergeWhenClause;
    const bySource = matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE";
    const byTarget = matchKind === "MERGE_WHEN_NOT_MATCHED_BY_TARGET";
    const inside: Scope = { ...plain, items: bySource ? [item] : byTarget ? source.all : both.items };
    if (condition) analysis.predicate(condition, inside);
    if (bySource && !condition && commandType === "CMD_DELETE") unrestricted = true;
    if (commandType === "CMD_DELETE") noteRemoval(analysis, target);
    if (commandType === "CMD_UPDATE") readAssignments(analysis, targetList, inside, assigned);
    if (commandType === "CMD_INSERT") {
      const named = (targetList ?? []).flatMap((one) => ("ResTarget" in one ? [one.ResTarget] : []));
      for (const [index, value] of (values ?? []).entries()) {
        const name = named.length > 0 ? named[index]?.name : target.item.fields[index]?.name;
        const at = named[index] ? analysis.names(named[index]?.location, 1) : target.span;
        if (name !== undefined) assigned.add(name, analysis.expression(value, inside), at);
      }
    }
  }
  const joined = node.joinCondition ? predicateOf(node.joinCondition, target, item) : "none";
  addTarget(analysis, target, "merge", unrestricted ? "always_true" : joined, assigned.names, node.relation);
  return readReturning(analysis, node.returningClause, plain, source.all, item, assigned, true);
}
