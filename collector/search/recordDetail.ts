import { parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import { proofText } from "../../protocol/collector/ingest.ts";
import type { RecordAlert, RecordDetail } from "../../protocol/collector/search.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { SearchDatabase } from "./database.ts";
import { recordApprovals } from "./recordApprovals.ts";
import { hitOf, RECORD_COLUMNS, type RecordRow, storedRecord } from "./recordRow.ts";
import { isOwnDevice, reaches, type Scope } from "./scope.ts";

/** Records after a statement among which its outcome, or the request for its approval, is looked for. */
const NEAR = 500;

/** One record, with all that proves it. @throws Refusal where there is none, or it is not the caller's to read. */
export async function recordDetail(
  collector: Pick<Collector, "search" | "store" | "sequencer" | "proofs" | "now">,
  caller: Caller,
  scope: Scope,
  chain: Sha256,
  seq: number,
): Promise<RecordDetail> {
  const { search, store, sequencer, proofs } = collector;
  const [device, [row]] = [await store.device(chain), await rowsOf(search, chain, seq, seq)];
  if (device === null || row === undefined) throw noRecord();
  const related = await relatedTo(search, row);
  const own = isOwnDevice(caller, device);
  if (!mayRead(scope, row, related, own)) throw noRecord();
  const [placed] = await store.placed(chain, seq, seq);
  if (placed === undefined) throw noRecord();
  const tree = await sequencer.published();
  const key = row.canonical === null ? null : parseRecord(row.canonical)?.key;
  return {
    hit: hitOf(row),
    chain,
    seq,
    canonical: row.canonical,
    dropped: await droppedBy(search, row),
    hash: placed.hash,
    signature: placed.signature,
    device: { name: device.name, owner: device.owner?.name ?? null, state: device.state },
    publicKey: device.keys.find(({ id }) => id === key)?.publicKey ?? null,
    proof: {
      index: placed.leafIndex,
      checkpoint: tree.checkpoint,
      inclusion: proofText(await proofs.inclusion(placed.leafIndex, tree.size)),
    },
    related: related.map(hitOf),
    approvals: await recordApprovals(collector, caller, [row, ...requestsIn(related)].flatMap(bodyOf)),
    alerts: scope.kind === "all" ? await alertsOn(search, chain, seq) : [],
  };
}

const bodyOf = ({ canonical }: RecordRow): readonly RecordBody[] =>
  canonical === null ? [] : [storedRecord(canonical).body];

const requestsIn = (rows: readonly RecordRow[]): readonly RecordRow[] =>
  rows.filter(({ kind }) => kind === "approval_requested");

interface AlertOnRecord {
  readonly kind: string;
  readonly what: string;
  readonly seq: number;
  readonly first_seq: number | null;
  readonly first_what: string | null;
  readonly raised_at: number;
  readonly acknowledged_by: string | null;
}

/** Of what was seen several times the store keeps the first and the newest: what lies between may be about the record. */
async function alertsOn(search: SearchDatabase, chain: Sha256, seq: number): Promise<readonly RecordAlert[]> {
  const alerts = await search.all<AlertOnRecord>(
    `SELECT kind, what, seq, first_seq, first_what, raised_at, acknowledged_by FROM alerts
     WHERE chain = $1 AND (seq = $2 OR first_seq = $2 OR (count > 2 AND $2 > first_seq AND $2 < seq))
     ORDER BY raised_at, kind`,
    [chain, seq],
  );
  return alerts.map(({ kind, what, seq: newest, first_seq, first_what, raised_at, acknowledged_by }) => ({
    kind,
    what: newest === seq ? what : (first_what ?? what),
    certain: newest === seq || first_seq === seq,
    acknowledgedBy: acknowledged_by,
    raisedAt: new Date(raised_at).toISOString(),
  }));
}

async function droppedBy(
  search: SearchDatabase,
  { dropped_by }: RecordRow,
): Promise<RecordDetail["dropped"]> {
  if (dropped_by === null) return null;
  const [by] = await search.all<{ chain: string; seq: number; at: number }>(
    "SELECT d.chain, r.seq, r.at FROM records r JOIN devices d ON d.id = r.device WHERE r.leaf_index = $1",
    [dropped_by],
  );
  return by === undefined ? null : { at: new Date(by.at).toISOString(), chain: by.chain, seq: by.seq };
}

/** Rows of one chain, in its order. */
export async function rowsOf(
  search: SearchDatabase,
  chain: Sha256,
  from: number,
  to: number,
): Promise<readonly RecordRow[]> {
  return search.all<RecordRow>(
    `SELECT ${RECORD_COLUMNS} FROM records r JOIN devices d ON d.id = r.device
     WHERE d.chain = $1 AND r.seq BETWEEN $2 AND $3 ORDER BY r.seq`,
    [chain, from, to],
  );
}

/** An outcome is its intent's actor's; what names nobody is its device's owner's. */
export function mayRead(
  scope: Scope,
  row: RecordRow,
  related: readonly RecordRow[],
  ownDevice: boolean,
): boolean {
  if (scope.kind === "all") return true;
  if (row.actor !== null) return reaches(scope, row.actor);
  if (row.kind === "outcome") return reaches(scope, related[0]?.actor ?? null);
  return ownDevice;
}

/** The outcome of an intent, the intent of an outcome, the request that followed a statement that was held. */
async function relatedTo(search: SearchDatabase, row: RecordRow): Promise<readonly RecordRow[]> {
  if (row.canonical === null) return [];
  const { body } = storedRecord(row.canonical);
  const chain = sha256(row.chain);
  if (body.kind === "outcome") return rowsOf(search, chain, body.intent, body.intent);
  if (body.kind !== "intent" && (body.kind !== "refused" || body.verdict !== "approve")) return [];
  const after = await rowsOf(search, chain, row.seq + 1, row.seq + NEAR);
  const follows = after.filter(({ actor, canonical }) => {
    if (canonical === null) return false;
    const next = storedRecord(canonical).body;
    if (next.kind === "outcome") return next.intent === row.seq;
    return (
      body.kind === "refused" &&
      next.kind === "approval_requested" &&
      actor === row.actor &&
      next.connection.id === body.connection.id &&
      next.statement === body.statement
    );
  });
  // Asked again and again: the first request is the one that this led to.
  return body.kind === "refused" ? follows.slice(0, 1) : follows;
}

/** The same whether there is none or it is another's: nobody learns which. */
const noRecord = (): Refusal =>
  new Refusal("not-found", "There is no such record that you may read.", "Search for it.");
