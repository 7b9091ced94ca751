import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type NotKeepable, notKeepable as not } from "../keepable.ts";
import { unfit } from "../unfit.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { quoted } from "./quoted.ts";
import { selectionOf, writtenBy } from "./writeSelection.ts";

/** The schema of a session's own tables, as the catalog calls it. */
export const TEMPORARY = "pg_temp";

/** A write whose rows can be read before and after it and be put back one by one. */
export interface CapturableWrite {
  readonly kind: "capturable";
  readonly operation: "update" | "delete";
  readonly relation: Relation;
  /** The columns that have to be put back, by position in `relation.columns`. */
  readonly stored: readonly number[];
  readonly key: readonly number[];
  /** `FROM … WHERE …` in the statement's own words, with its own alias. */
  readonly selection: string;
  /** What stands for the table in `selection`, quoted. */
  readonly alias: string;
}

/** Whether the rows a write changes can be found by reading, and put back exactly by their primary key. */
export function capturable(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
): CapturableWrite | NotKeepable {
  if (facts.kind !== "update" && facts.kind !== "delete") {
    return not(`only the rows of INSERT, UPDATE and DELETE are kept`);
  }
  const written = writtenBy(statement);
  const [target, another] = facts.targets;
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (written === undefined || target === undefined || relation === undefined || facts.unknowns.length > 0) {
    return not("what it changes is not fully known");
  }
  if (another !== undefined || written.node.withClause !== undefined || written.joins) {
    return not("it uses more than one table");
  }
  const columns = relation.columns.map((column, position) => ({ ...column, position }));
  const assigned = new Set(target.columns);
  const key = columns.filter((column) => column.inPrimaryKey);
  const stored = columns.filter(
    ({ name, generated }) => !generated && (facts.kind === "delete" || assigned.has(name)),
  );
  if (key.length === 0) return not(`${relation.schema}.${relation.name} has no primary key`);
  if (facts.kind === "update" && key.some(({ name }) => assigned.has(name))) {
    return not("it changes the primary key");
  }
  const reason =
    unfit(relation, facts, index, relation.schema === TEMPORARY) ??
    (stored.length === 0 ? "it assigns no column that is stored" : null);
  if (reason !== null) return not(reason);

  const alias = quoted(written.relation.alias?.aliasname ?? relation.name);
  const selection = selectionOf(statement, facts, written, relation);
  if (selection === undefined) return not("its condition cannot be asked on its own");
  return {
    kind: "capturable",
    operation: facts.kind,
    relation,
    stored: stored.map(({ position }) => position),
    key: key.map(({ position }) => position),
    selection,
    alias,
  };
}
