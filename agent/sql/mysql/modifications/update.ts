import type { Span } from "../../facts.ts";
import { readWith } from "../../postgres/ctes.ts";
import { isCrossJoin, readFrom } from "../../postgres/fromItems.ts";
import { emptyScope, fieldsNamed, type Scope } from "../../postgres/namespace.ts";
import type { Target } from "../../postgres/writeTargets.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { itemNamed } from "../names.ts";
import type { Assignment, UpdateStatement } from "../parser/statement.ts";
import { addTarget, predicateOf } from "../writes.ts";
import { assignedValue, MysqlAssignments } from "./assigning.ts";
import { readSortAndLimit } from "./sortAndLimit.ts";
import { becomeTarget, type Candidate, candidatesIn } from "./tables.ts";

/** UPDATE of one table or several: every table with an assigned column is a target. */
export function readUpdate(analysis: MysqlAnalysis, statement: UpdateStatement, span: Span): void {
  analysis.raise("write");
  const scope = readWith(analysis, statement.withClause, emptyScope);
  const from = readFrom(analysis, statement.tables, scope);
  const inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  const candidates = candidatesIn(analysis, statement.tables, inside);
  const targets = new Map<Candidate, { readonly target: Target; readonly assigned: MysqlAssignments }>();
  for (const assignment of statement.assignments) {
    const candidate = ownerOf(analysis, assignment, inside, candidates);
    if (!candidate) continue;
    let found = targets.get(candidate);
    if (!found) {
      const target = becomeTarget(analysis, candidate, "update");
      found = { target, assigned: new MysqlAssignments(analysis, target, statement.ignores, true) };
      targets.set(candidate, found);
    }
    const { name, value, location } = assignment;
    const at = analysis.names(location, name.length);
    found.assigned.add(name.at(-1) ?? "", assignedValue(analysis, value, inside), at);
  }
  const ties = [...from.ties];
  if (statement.where) analysis.predicate(statement.where, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin(from.tables, ties)) analysis.crossJoin = true;
  readSortAndLimit(analysis, statement, inside);
  for (const [candidate, { target, assigned }] of targets) {
    const predicate = predicateOf(statement.where, target.relation, candidate.item);
    addTarget(
      analysis,
      target,
      "update",
      bounded(predicate, statement),
      assigned.names,
      span,
      whereAt(analysis, statement, span),
    );
  }
}

/** LIMIT restricts which rows are written, though not which they are. */
export const bounded = (
  predicate: ReturnType<typeof predicateOf>,
  statement: { readonly limit: unknown },
): ReturnType<typeof predicateOf> =>
  predicate === "none" && statement.limit !== undefined ? "some" : predicate;

/** A WHERE goes to the end, unless ORDER BY or LIMIT stand there. */
export const whereAt = (
  analysis: MysqlAnalysis,
  statement: Pick<UpdateStatement, "sort" | "limit">,
  span: Span,
): number | undefined =>
  statement.sort.length > 0 || statement.limit !== undefined || analysis.frame.kind !== "text"
    ? undefined
    : span.end;

function ownerOf(
  analysis: MysqlAnalysis,
  { name, location }: Assignment,
  scope: Scope,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const column = name.at(-1) ?? "";
  const at = analysis.names(location, name.length);
  const qualifier = name.slice(0, -1);
  const item = qualifier.length > 0 ? itemNamed(analysis, scope, qualifier, at) : undefined;
  if (qualifier.length > 0 && !item) return analysis.fail(`no table is called "${qualifier.join(".")}"`, at);
  const owners = candidates.filter(
    (one) => (!item || one.item.id === item.id) && fieldsNamed(one.item.fields, column).length > 0,
  );
  const [owner, another] = owners;
  if (another) return analysis.fail(`column "${column}" is ambiguous`, at);
  return owner ?? analysis.fail(`column "${name.join(".")}" does not exist, or can't be written`, at);
}
