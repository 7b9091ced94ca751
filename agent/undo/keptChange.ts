import type { ConnectionProfile } from "../../protocol/connection.ts";
import { counted } from "../../protocol/counted.ts";
import type { UndoOffer } from "../../protocol/messages.ts";
import type { Capture, CapturePlan } from "../connect/capturePlan.ts";
import type { SplitStatement, StatementFacts } from "../sql/facts.ts";
import type { KeepableWrite } from "../sql/keepable.ts";
import type { StatementSession } from "../statementSession.ts";
import type { CapturedChange } from "./capturedChanges.ts";

/** A write that the planner expects to change more is not kept. */
const MOST_PLANNED_ROWS = 1_000;
const MOST_ROWS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

type None = Extract<UndoOffer, { kind: "none" }>;

/** How a write is kept, so that it can be undone; or why it cannot be. */
export type KeepPlan =
  | { readonly kind: "keep"; readonly capture: CapturePlan; readonly write: KeepableWrite }
  | None;

/** Undefined for a statement that changes no rows: nobody expects it to be undone. */
export async function planKeeping(
  session: StatementSession,
  statement: SplitStatement,
  facts: StatementFacts,
  plannedRows: number | undefined,
): Promise<KeepPlan | undefined> {
  if (facts.effect !== "write" || facts.targets.length === 0) return undefined;
  if (plannedRows !== undefined && plannedRows > MOST_PLANNED_ROWS) {
    return none(
      `the planner expected ${counted(plannedRows, "row")}, and more than ${counted(MOST_PLANNED_ROWS, "row")} are not kept`,
    );
  }
  const write = await session.keepable(statement, facts, MOST_ROWS);
  if (write.kind === "not_keepable") return none(write.reason);
  return { kind: "keep", write, capture: capturePlan(write) };
}

/** How the rows come to be read: before a write that finds them, or as an INSERT makes them. */
function capturePlan(write: KeepableWrite): CapturePlan {
  const { relation, key, rowText, beforeText = "", returningText, madeKeys, texts, operation } = write;
  const rows = {
    relationOid: relation.oid,
    columns: relation.columns.length,
    key,
    rowText,
    maxRows: MOST_ROWS,
    maxBytes: MOST_BYTES,
    ...(returningText === undefined ? {} : { returningText }),
    ...(texts === undefined ? {} : { texts }),
  };
  return operation === "insert"
    ? { ...rows, operation, ...(madeKeys === undefined ? {} : { madeKeys }) }
    : { ...rows, operation, beforeText };
}

/** What a write changed, so that it can be put back; or why it cannot be. Undefined where it changed nothing. */
export function changeOf(
  plan: KeepPlan,
  capture: Capture | undefined,
  made: { readonly seq: number; readonly connection: ConnectionProfile },
): CapturedChange | None | undefined {
  if (plan.kind === "none") return plan;
  if (capture === undefined) return none("its rows were not read");
  if (capture.kind === "none") return none(capture.reason);
  if (capture.captured.rows.length === 0) return undefined;
  const { relation, key, rowText, restoringText, parameters, texts, operation } = plan.write;
  return {
    kind: "change",
    ...made,
    relation: {
      oid: relation.oid,
      version: relation.version,
      name: `${relation.schema}.${relation.name}`,
    },
    text: restoringText,
    restore: {
      operation,
      rowText,
      key,
      parameters,
      captured: capture.captured,
      ...(texts === undefined ? {} : { texts }),
    },
  };
}

const none = (reason: string): None => ({ kind: "none", reason });
