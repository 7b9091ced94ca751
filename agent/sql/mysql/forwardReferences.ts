import type { WithClause } from "libpg-query";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";

/** In MySQL a query of WITH RECURSIVE does not see those after it: a name of theirs is a table's there. */
export function checkForwardReferences(analysis: MysqlAnalysis, clause: WithClause | undefined): void {
  if (!clause?.recursive || analysis.session.settings.variant !== "mysql") return;
  const queries = (clause.ctes ?? []).flatMap((node) =>
    "CommonTableExpr" in node ? [node.CommonTableExpr] : [],
  );
  for (const [index, query] of queries.entries()) {
    const text = JSON.stringify(query.ctequery);
    for (const later of queries.slice(index + 1)) {
      if (!text.includes(`"relname":${JSON.stringify(later.ctename)}`)) continue;
      analysis.unknown(`${later.ctename} is named before it is defined.`, analysis.token(query.location));
    }
  }
}
