import type { ConnectionProfile } from "../protocol/connection.ts";
import { counted } from "../protocol/counted.ts";
import type { UndoOffer } from "../protocol/messages.ts";
import type { CapturedChanges } from "./capturedChanges.ts";
import type { Capture, CapturePlan, TransactionState } from "./connect/databaseSession.ts";
import type { SplitStatement, StatementFacts } from "./sql/facts.ts";
import { type CapturableWrite, capturable } from "./sql/postgres/capturable.ts";
import type { CatalogIndex } from "./sql/postgres/catalogIndex.ts";
import { lockingText, type RestoringTexts, restoringTexts } from "./sql/postgres/restoringTexts.ts";
import { type UndoableInsert, undoableInsert } from "./sql/postgres/undoableInsert.ts";

/** A write that the planner expects to change more is not kept. */
const MOST_PLANNED_ROWS = 1_000;
const MOST_ROWS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** How a write is kept, so that it can be undone; or why it cannot be. */
export type KeepPlan =
  | {
      readonly kind: "keep";
      readonly capture: CapturePlan;
      readonly write: CapturableWrite | UndoableInsert;
      readonly texts: RestoringTexts;
    }
  | Extract<UndoOffer, { kind: "none" }>;

/** Undefined for a statement that changes no rows: nobody expects it to be undone. */
export function planKeeping(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  state: { readonly transaction: TransactionState; readonly plannedRows: number | undefined },
): KeepPlan | undefined {
  if (facts.effect !== "write" || facts.targets.length === 0) return undefined;
  if (facts.dialect !== "postgres") return none("rows are kept on PostgreSQL only");
  if (state.transaction !== "none") {
    return none("it is part of a transaction: ROLLBACK undoes that, and nothing does once it is committed");
  }
  const { plannedRows } = state;
  if (plannedRows !== undefined && plannedRows > MOST_PLANNED_ROWS) {
    return none(
      `the planner expected ${counted(plannedRows, "row")}, and more than ${counted(MOST_PLANNED_ROWS, "row")} are not kept`,
    );
  }
  const write =
    facts.kind === "insert" ? undoableInsert(statement, facts, index) : capturable(statement, facts, index);
  if (write.kind === "not_capturable") return none(write.reason);
  const texts = restoringTexts(write);
  const rows = { rowText: texts.row, key: write.key, maxRows: MOST_ROWS, maxBytes: MOST_BYTES };
  return { kind: "keep", write, texts, capture: { ...rows, ...readingOf(write) } };
}

/** How the rows come to be read: before a write that finds them, or as an INSERT makes them. */
const readingOf = (write: CapturableWrite | UndoableInsert) =>
  write.operation === "insert"
    ? {
        operation: write.operation,
        returningText: write.returning,
        addedColumns: write.relation.columns.length,
        relationOid: write.relation.oid,
      }
    : { operation: write.operation, beforeText: lockingText(write, MOST_ROWS) };

/** Keeps what a write changed, and tells whether it can be undone. */
export function keepChange(
  changes: CapturedChanges,
  plan: KeepPlan,
  capture: Capture | undefined,
  made: { readonly seq: number; readonly connection: ConnectionProfile },
): UndoOffer | undefined {
  if (plan.kind === "none") return plan;
  if (capture === undefined) return none("its rows were not read");
  if (capture.kind === "none") return none(capture.reason);
  if (capture.captured.rows.length === 0) return undefined;
  const { relation, key } = plan.write;
  const { texts } = plan;
  return changes.keep({
    ...made,
    relation: {
      oid: relation.oid,
      version: relation.version,
      name: `${relation.schema}.${relation.name}`,
    },
    text: texts.restoring,
    restore: {
      operation: plan.write.operation,
      rowText: texts.row,
      key,
      parameters: texts.parameters,
      captured: capture.captured,
    },
  });
}

const none = (reason: string): Extract<UndoOffer, { kind: "none" }> => ({ kind: "none", reason });
