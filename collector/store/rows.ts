import type { DeviceState } from "../../protocol/collector/ingest.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Hash } from "../../protocol/log/merkle.ts";
import type { Device, EnrolledKey } from "./device.ts";
import type { Beginning, PlacedRecord, Tree } from "./store.ts";

/** Rows of both stores, which have the same columns. */
export interface TreeRow {
  readonly size: number;
  readonly subtrees: Buffer;
  readonly log: string;
  readonly epoch: number;
  readonly log_key: string;
  readonly own_chain: string | null;
  readonly checkpoint: string;
}

export interface DeviceRow {
  readonly id: number;
  readonly chain: string;
  readonly name: string;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly owner_name: string | null;
  readonly state: DeviceState;
  readonly enrolled_at: number;
  readonly confirmed_at: number | null;
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  readonly received_at: number | null;
}

export interface KeyRow {
  readonly device: number;
  readonly key: string;
  readonly public_key: string;
  readonly introduced: number | null;
  readonly revoked: number | null;
}

export interface PlacedRow {
  readonly chain: string;
  readonly seq: number;
  readonly hash: Buffer;
  readonly signature: Buffer;
  readonly leaf_index: number;
}

export interface TextRow extends PlacedRow {
  readonly canonical: string | null;
}

/** Of both stores; the placeholders are the chain, the first and the last place, and most characters. */
export const textsQuery = (chain: string, from: string, to: string, characters: string): string =>
  `SELECT * FROM (
    SELECT d.chain, r.seq, r.hash, r.signature, r.leaf_index, r.canonical,
      sum(coalesce(length(r.canonical), 0)) OVER (ORDER BY r.seq) - coalesce(length(r.canonical), 0) AS before
    FROM records r JOIN devices d ON d.id = r.device WHERE d.chain = ${chain} AND r.seq BETWEEN ${from} AND ${to}
  ) AS texts WHERE before < ${characters} ORDER BY seq`;

const HASH = 32;

export const treeOf = (row: TreeRow): Tree => ({
  size: row.size,
  subtrees: Array.from(
    { length: row.subtrees.length / HASH },
    (_, place): Hash => Uint8Array.from(row.subtrees.subarray(place * HASH, (place + 1) * HASH)),
  ),
  log: row.log,
  epoch: row.epoch,
  logKey: row.log_key,
  ownChain: row.own_chain === null ? null : sha256(row.own_chain),
  checkpoint: row.checkpoint,
});

export const deviceOf = (row: DeviceRow, keys: readonly KeyRow[]): Device => ({
  chain: sha256(row.chain),
  name: row.name,
  owner:
    row.issuer === null || row.subject === null
      ? null
      : { issuer: row.issuer, subject: row.subject, name: row.owner_name ?? row.subject },
  state: row.state,
  keys: keys.map(
    ({ key, public_key: publicKey, introduced, revoked }): EnrolledKey => ({
      id: key,
      publicKey,
      introduced,
      revoked,
    }),
  ),
  enrolledAt: row.enrolled_at,
  confirmedAt: row.confirmed_at,
  seq: row.seq,
  hash: sha256(row.hash),
  at: row.at,
  receivedAt: row.received_at,
});

export const placedOf = (row: PlacedRow): PlacedRecord => ({
  chain: sha256(row.chain),
  seq: row.seq,
  hash: sha256(row.hash.toString("hex")),
  signature: row.signature.toString("base64"),
  leafIndex: row.leaf_index,
});

export interface BeginningRow {
  readonly chain: string;
  readonly kind: Beginning["kind"];
  readonly ref: string;
  readonly seq: number;
  readonly received_at: number;
}

export const beginningOf = ({ received_at: receivedAt, chain, kind, ref, seq }: BeginningRow): Beginning => ({
  chain: sha256(chain),
  kind,
  ref,
  seq,
  receivedAt,
});
