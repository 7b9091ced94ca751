import type { Capture, CapturePlan, RawRow } from "../capturePlan.ts";
import {
  changedByOthers,
  changedElsewhere,
  type NotCaptured,
  notCaptured,
  notReadable,
  rowsTooLarge,
  tooManyRows,
} from "../captureReasons.ts";
import { ServerError } from "../databaseSession.ts";
import { digestOf } from "../rowDigest.ts";
import type { ChildAnswer, ChildRequest, Images } from "./childMessages.ts";

/** Asks the process that holds the file. @throws ServerError, ConnectError */
export type AskChild = (request: ChildRequest) => Promise<ChildAnswer>;

/** The rows a write will change, as they were; none for an INSERT. */
export interface Before {
  readonly kind: "before";
  readonly images: readonly RawRow[];
}

/** Reads what the write will change. Nobody else can write: the transaction holds the file. */
export async function captureBefore(ask: AskChild, plan: CapturePlan): Promise<Before | NotCaptured> {
  if (plan.operation === "insert") return { kind: "before", images: [] };
  const { maxRows, maxBytes } = plan;
  try {
    const answer = await ask({ kind: "images", sql: plan.beforeText, within: { maxRows, maxBytes } });
    if (answer.kind !== "images") return notReadable();
    return why(answer.images, plan, "changes") ?? { kind: "before", images: answer.images.rows };
  } catch (error) {
    if (error instanceof ServerError) return notReadable();
    throw error;
  }
}

/** What the write made of the rows, and that it changed these and no others. */
export function captureAfter(
  plan: CapturePlan,
  { images }: Before,
  returned: Images | undefined,
  everywhere: number,
): Capture {
  if (returned === undefined) return notReadable();
  const does = plan.operation === "insert" ? "inserts" : "changes";
  const reason = why(returned, plan, does);
  if (reason !== null) return reason;
  if (everywhere !== returned.count) return changedElsewhere();
  const keyOf = (row: RawRow): string => JSON.stringify(plan.key.map((at) => row[at]));
  const isKeyless = (row: RawRow): boolean => plan.key.some((at) => row[at] === null);
  if (returned.rows.some(isKeyless)) return notCaptured("a row of it has no key");
  if (plan.operation === "insert") {
    const rows = returned.rows.map((row) => ({ before: row, after: digestOf(row) }));
    return { kind: "captured", captured: { rows, settings: [] } };
  }
  const after = new Map(returned.rows.map((row) => [keyOf(row), row]));
  if (after.size !== returned.count || images.length !== returned.count) return changedByOthers();
  if (!images.every((row) => after.has(keyOf(row)))) return changedByOthers();
  const rows = images.map((before) => {
    const row = plan.operation === "delete" ? undefined : after.get(keyOf(before));
    return { before, after: row === undefined ? null : digestOf(row) };
  });
  return { kind: "captured", captured: { rows, settings: [] } };
}

function why(images: Images, plan: CapturePlan, does: "changes" | "inserts"): NotCaptured | null {
  if (images.count > plan.maxRows) return tooManyRows(plan.maxRows, does);
  if (images.inexact) return notCaptured("a text in its rows is not valid Unicode");
  return images.bytes > plan.maxBytes ? rowsTooLarge(does) : null;
}
