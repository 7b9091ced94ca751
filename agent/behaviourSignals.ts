import type { Signal } from "../protocol/behaviour/signal.ts";
import type { Catalog } from "../protocol/catalog.ts";
import { isSensitive, type Label } from "../protocol/label.ts";
import { statedIntent } from "./behaviour/intent/statedIntent.ts";
import type { ProfiledStatement } from "./behaviour/statementProfile.ts";
import type { JudgeRequest } from "./judge.ts";
import {
  type ColumnId,
  columnKey,
  type RelationUse,
  type StatementFacts,
  type Understanding,
} from "./sql/facts.ts";
import { deedOf, tableWords } from "./statementDeed.ts";

/** Who knows what actors usually do. */
export interface BehaviourJudge {
  /** Settles where everything that is recorded counts. */
  ready(): Promise<void>;
  signals(
    statement: ProfiledStatement,
    rows: number | undefined,
    others: readonly Signal[],
  ): readonly Signal[];
}

interface View {
  readonly catalog: Catalog;
  readonly plannedRows: number | undefined;
  labelOf(id: ColumnId): Label | undefined;
  estimatedRows(relation: RelationUse): number | undefined;
}

/** In what a statement differs from what its actor usually does, and from what it is said to be for. */
export function signalsOf(
  request: JudgeRequest,
  understanding: Understanding,
  view: View,
  behaviour: BehaviourJudge,
): readonly Signal[] {
  const { actor, session, purpose } = request;
  const { id } = session.database.profile;
  if (understanding.kind === "syntax_error" || understanding.kind === "unresolved") {
    const nothing = {
      reads: [],
      writes: [],
      labels: [],
      effect: "unknown",
      statementKind: understanding.kind,
    };
    return behaviour.signals({ actor, connection: { id }, ...nothing }, undefined, []);
  }
  const { facts } = understanding;
  const uses = [...facts.reads, ...facts.writes];
  const labels = new Map(
    uses.flatMap(({ column }) => {
      const label = view.labelOf(column);
      if (label === undefined || !isSensitive(label)) return [];
      const key = columnKey(column);
      return [[key, { column: key, infoType: label.infoType, level: label.level }] as const];
    }),
  );
  const profiled: ProfiledStatement = {
    actor,
    connection: { id },
    statementKind: facts.kind,
    effect: facts.effect,
    reads: facts.reads.map(({ column, role }) => ({ column: columnKey(column), role })),
    writes: facts.writes.map(({ column }) => columnKey(column)),
    labels: [...labels.values()],
  };
  const mismatch = statedIntent(purpose, deedOf(facts, new Set(labels.keys())), (word) =>
    tableWords(view.catalog).has(word),
  );
  return behaviour.signals(profiled, expectedRows(facts, view), mismatch === null ? [] : [mismatch]);
}

function expectedRows(facts: StatementFacts, { plannedRows, estimatedRows }: View): number | undefined {
  const known = facts.relations.flatMap((relation) => estimatedRows(relation) ?? []);
  const filtered = facts.reads.some(({ role }) => role.startsWith("filter_"));
  const grouped =
    facts.outputs.length > 0 && facts.outputs.every(({ transform }) => transform === "aggregate");
  if (grouped) return undefined;
  const rows = plannedRows ?? (filtered || known.length === 0 ? undefined : Math.max(...known));
  return rows === undefined ? undefined : Math.min(rows, facts.limit ?? rows);
}
