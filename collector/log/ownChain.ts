import type { AuditRecord, RecordBody } from "../../protocol/audit/record.ts";
import { GENESIS } from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Device } from "../store/device.ts";

/** The next record of the collector's own chain. */
export function nextOwnRecord(device: Device, signer: Signer, now: Date, body: RecordBody): VerifiedRecord {
  const record: AuditRecord = {
    v: 1,
    seq: device.seq + 1,
    at: now.toISOString(),
    prev: device.hash,
    key: signer.keyId,
    body,
  };
  return { record, sealed: seal(record, signer, nodeVerifier) };
}

/** A chain of the collector's, with the record that begins it. */
export function newOwnChain(
  log: string,
  signer: Signer,
  now: Date,
): { device: Device; first: VerifiedRecord } {
  const blank: Omit<Device, "chain"> = {
    name: log,
    owner: null,
    state: "active",
    keys: [{ id: signer.keyId, publicKey: signer.publicKey, introduced: null, revoked: null }],
    enrolledAt: now.getTime(),
    confirmedAt: null,
    seq: 0,
    hash: GENESIS,
    at: 0,
    receivedAt: null,
  };
  const first = nextOwnRecord({ ...blank, chain: GENESIS }, signer, now, {
    kind: "key_introduced",
    publicKey: signer.publicKey,
    origin: "collector",
  });
  return { device: { ...blank, chain: first.sealed.hash }, first };
}
