import type { WithClause } from "libpg-query";
import { nowhere } from "../postgres/analysis.ts";
import { readWith } from "../postgres/ctes.ts";
import type { CteScope, Scope } from "../postgres/namespace.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";

/**
 * The scope inside of a WITH clause. Within the queries of one that is itself inside of a query, MariaDB does not see
 * those of a WITH further out: a name of theirs means the table of that name, which is there or not.
 */
export function readNestedWith(analysis: MysqlAnalysis, clause: WithClause | undefined, outer: Scope): Scope {
  const { ctes } = outer;
  if (!clause || !ctes || analysis.session.settings.variant !== "mariadb") {
    return readWith(analysis, clause, outer);
  }
  const hidden = doubted(analysis, ctes);
  const inside = readWith(analysis, clause, { ...outer, ctes: hidden });
  return { ...inside, ctes: behind(inside.ctes, hidden, ctes) };
}

/** The same queries; whoever names one may mean a table. */
function doubted(analysis: MysqlAnalysis, { entries, parent }: CteScope): CteScope {
  const named = [...entries].map(([name, entry]) => {
    const columns: typeof entry.columns = () => {
      analysis.unknown(`Whether "${name}" means the WITH further out or a table is not told apart.`, nowhere);
      return entry.columns();
    };
    return [name, { ...entry, columns }] as const;
  });
  return { entries: new Map(named), parent: parent && doubted(analysis, parent) };
}

/** The scope's own queries in front of others than those they were read with. */
function behind(own: CteScope | undefined, before: CteScope, after: CteScope): CteScope {
  if (!own || own === before) return after;
  return { entries: own.entries, parent: behind(own.parent, before, after) };
}
