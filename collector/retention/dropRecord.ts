import type { RecordBody } from "../../protocol/audit/record.ts";
import { sha256 } from "../../protocol/ids.ts";
import { leafText } from "../../protocol/log/leaf.ts";
import { leafHash } from "../../protocol/log/merkle.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { DroppedChain } from "../../protocol/retention/droppedChain.ts";
import { DroppedDigest } from "../../protocol/retention/droppedDigest.ts";
import { type Hold, isOfTimeAlone, overlaps } from "../../protocol/retention/hold.ts";
import type { StretchRow } from "../search/stretch.ts";
import type { Unit } from "./units.ts";

/** What one record of the collector's says was dropped. */
export interface Batch {
  readonly units: readonly Unit[];
  readonly from: number;
  readonly to: number;
}

/**
 * Units that share a record. Where the times from the first to the last would touch a hold on times, another record
 * begins, so that anybody sees from it alone that it has left the hold alone.
 */
export function batchesOf(units: readonly Unit[], holds: readonly Hold[]): readonly Batch[] {
  const times = holds.filter(({ scope }) => isOfTimeAlone(scope));
  const batches: Batch[] = [];
  for (const unit of units) {
    const last = batches.at(-1);
    const { from, to } = unit.held;
    const wider = {
      from: Math.min(last?.from ?? from, from),
      to: Math.max(last?.to ?? to, to),
    };
    if (last === undefined || times.some(({ scope }) => overlaps(scope, wider)))
      batches.push({ units: [unit], from, to });
    else batches[batches.length - 1] = { units: [...last.units, unit], ...wider };
  }
  return batches;
}

export const rowsOf = ({ units }: Batch): readonly StretchRow[] => units.flatMap(({ rows }) => rows);

/** The record that says what of a batch is gone. */
export function dropRecord(batch: Batch, days: number, holds: readonly Hold[]): RecordBody {
  const rows = rowsOf(batch);
  return {
    kind: "bodies_dropped",
    olderThanDays: days,
    from: new Date(batch.from).toISOString(),
    to: new Date(batch.to).toISOString(),
    count: rows.length,
    dropped: [...Map.groupBy(rows, ({ chain }) => chain)]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([chain, of]) => droppedChain(chain, of)),
    holds: holds.map(({ id }) => id).sort(),
  };
}

function droppedChain(chain: string, rows: readonly StretchRow[]): DroppedChain {
  const digest = new DroppedDigest(sha256Bytes);
  const places: { from: number; to: number }[] = [];
  for (const { seq, hash, signature } of rows.toSorted((one, other) => one.seq - other.seq)) {
    const leaf = {
      chain: sha256(chain),
      seq,
      hash: sha256(hash.toString("hex")),
      signature: signature.toString("base64"),
    };
    digest.add(leafHash(sha256Bytes, Buffer.from(leafText(leaf))));
    const last = places.at(-1);
    if (last?.to === seq - 1) last.to = seq;
    else places.push({ from: seq, to: seq });
  }
  return { chain, places, digest: digest.hex };
}
