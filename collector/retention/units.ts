import type { RecordBody } from "../../protocol/audit/record.ts";
import type { HeldUnit } from "../../protocol/retention/hold.ts";
import { intentSeq, placeKey, recordOf, type StretchRow } from "../search/stretch.ts";

/** Records whose texts are dropped together, or not at all. */
export interface Unit {
  readonly rows: readonly StretchRow[];
  readonly held: HeldUnit;
  /** Place in the log of the record that decides when it is old. */
  readonly at: number;
  /** Approvals it is about. */
  readonly approvals: readonly string[];
}

/** Without their texts chains cannot be verified, or it shows that something is open which is not. */
const KEPT: ReadonlySet<string> = new Set([
  "key_introduced",
  "key_succeeded",
  "key_revoked",
  "ledger_closed",
  "session_opened",
  "session_closed",
]);

/**
 * What of a stretch may be dropped. A statement goes with its outcome, when that is old: one without outcome stays, and
 * so does what the collector says of itself.
 */
export function unitsOf(
  rows: readonly StretchRow[],
  intents: ReadonlyMap<string, StretchRow>,
): readonly Unit[] {
  const taken = new Set<number>();
  return rows.flatMap((row) => {
    if (row.issuer === null || row.canonical === null || KEPT.has(row.kind) || row.kind === "intent")
      return [];
    if (row.kind !== "outcome") return [unitOf(row, [], false)];
    const seq = intentSeq(row);
    const intent = seq === null ? undefined : intents.get(placeKey({ device: row.device, seq }));
    // Nobody knows whose outcome it is where the statement is not there.
    if (intent === undefined || intent.canonical === null) return [unitOf(row, [], true)];
    const first = !taken.has(intent.leaf_index);
    taken.add(intent.leaf_index);
    return [unitOf(row, [intent], false, first)];
  });
}

function unitOf(row: StretchRow, beside: readonly StretchRow[], unknown: boolean, dropsAll = true): Unit {
  const all = [...beside, row];
  const bodies = all.flatMap((one) => recordOf(one)?.body ?? []);
  const times = all.flatMap(({ at, received_at }) => [at, received_at]);
  return {
    rows: dropsAll ? all : [row],
    held: { bodies, unknown, from: Math.min(...times), to: Math.max(...times) },
    at: row.leaf_index,
    approvals: bodies.flatMap(approvalsOf),
  };
}

const approvalsOf = (body: RecordBody): readonly string[] =>
  body.kind === "approval_requested" || body.kind === "approval_decided" ? [body.approval] : [];
