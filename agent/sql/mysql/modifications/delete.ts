import type { RangeVar } from "libpg-query";
import type { Span } from "../../facts.ts";
import type { QueryColumn } from "../../postgres/analysis.ts";
import { readWith } from "../../postgres/ctes.ts";
import { isCrossJoin, readFrom } from "../../postgres/fromItems.ts";
import { emptyScope, type Scope } from "../../postgres/namespace.ts";
import { noteRemoval } from "../../postgres/writeTargets.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { readOutputs } from "../outputs.ts";
import type { DeleteStatement } from "../parser/statement.ts";
import { currentSchema, spanOfRelation } from "../relations.ts";
import { addTarget, predicateOf } from "../writes.ts";
import { readSortAndLimit } from "./sortAndLimit.ts";
import { becomeTarget, type Candidate, candidatesIn } from "./tables.ts";
import { bounded, whereAt } from "./update.ts";

/** DELETE from one table, or from several of a join; the result is that of RETURNING. */
export function readDelete(
  analysis: MysqlAnalysis,
  statement: DeleteStatement,
  span: Span,
): readonly QueryColumn[] {
  analysis.raise("write");
  const scope = readWith(analysis, statement.withClause, emptyScope);
  const from = readFrom(analysis, statement.tables, scope);
  const inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  const candidates = candidatesIn(analysis, statement.tables, inside);
  const chosen = statement.targets?.map((target) => chosenBy(analysis, target, candidates)) ?? candidates;
  const targets = chosen.map((one) => ({ one, target: becomeTarget(analysis, one, "delete") }));
  const ties = [...from.ties];
  if (statement.where) analysis.predicate(statement.where, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin(from.tables, ties)) analysis.crossJoin = true;
  readSortAndLimit(analysis, statement, inside);
  for (const { one, target } of targets) {
    const predicate = bounded(predicateOf(statement.where, target.relation, one.item), statement);
    const at = statement.returning.length > 0 ? undefined : whereAt(analysis, statement, span);
    noteRemoval(analysis, target);
    addTarget(analysis, target, "delete", predicate, [], span, at);
  }
  return statement.returning.length > 0 ? readOutputs(analysis, statement.returning, inside) : [];
}

/** The table of FROM that a target means: by its alias, or by its own name where it has none. */
function chosenBy(analysis: MysqlAnalysis, target: RangeVar, candidates: readonly Candidate[]): Candidate {
  const schema = target.schemaname;
  const name = target.relname ?? "";
  const found = candidates.filter(
    (one) => one.name === name && (schema === undefined || one.schema === schema),
  );
  // `DELETE schema.t FROM schema.t AS x` means the table, whatever its alias.
  const byTable = candidates.filter(
    (one) => one.table === name && one.schema === (schema ?? currentSchema(analysis)),
  );
  const [only, another] = found.length > 0 ? found : byTable;
  const span = spanOfRelation(analysis, target);
  if (!only) return analysis.fail(`no table of this DELETE is called "${name}"`, span);
  return another ? analysis.fail(`table "${name}" is ambiguous`, span) : only;
}
