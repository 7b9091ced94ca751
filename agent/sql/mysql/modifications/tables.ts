import type { Node, RangeVar } from "libpg-query";
import type { NamespaceItem, Scope } from "../../postgres/namespace.ts";
import type { Target } from "../../postgres/writeTargets.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { type Found, findTable, spanOfRelation } from "../relations.ts";
import { foldTable } from "../settings.ts";
import { databaseOf } from "../temporarySchema.ts";
import { targetOf } from "../writes.ts";

/** A table among those of an UPDATE or DELETE, with the item that stands for it. */
export interface Candidate {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly item: NamespaceItem;
  readonly found: Found;
  readonly relation: RangeVar;
}

/** The tables named in FROM, joins included, whose rows could be written. */
export function candidatesIn(
  analysis: MysqlAnalysis,
  nodes: readonly Node[],
  scope: Scope,
): readonly Candidate[] {
  const names = nodes.flatMap(tablesIn);
  return names.flatMap((relation): readonly Candidate[] => {
    const name = relation.alias?.aliasname ?? relation.relname ?? "";
    const item = scope.items.find((one) => one.name === name && one.relationOid !== undefined);
    if (!item) return [];
    const found = findTable(analysis, relation, spanOfRelation(analysis, relation));
    const real = found.kind === "user" ? found.relation : found;
    return [
      {
        name,
        schema: foldTable(analysis.session.settings, databaseOf(real.schema)),
        table: real.name,
        item,
        found,
        relation,
      },
    ];
  });
}

function tablesIn(node: Node): readonly RangeVar[] {
  if ("RangeVar" in node) return [node.RangeVar];
  if ("RangeTableSample" in node && node.RangeTableSample.relation)
    return tablesIn(node.RangeTableSample.relation);
  if (!("JoinExpr" in node)) return [];
  const { larg, rarg } = node.JoinExpr;
  return [...(larg ? tablesIn(larg) : []), ...(rarg ? tablesIn(rarg) : [])];
}

/** Notes that rows of a table read so far are written. */
export function becomeTarget(
  analysis: MysqlAnalysis,
  candidate: Candidate,
  operation: "update" | "delete",
): Target {
  const span = spanOfRelation(analysis, candidate.relation);
  const at = analysis.relations.findIndex(
    (use) => use.oid === candidate.item.relationOid && use.access === "read" && use.span.start === span.start,
  );
  const use = analysis.relations[at];
  if (use) analysis.relations[at] = { ...use, access: "write" };
  return targetOf(analysis, candidate.found, candidate.item, [operation], span);
}
