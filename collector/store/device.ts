import type { ChainHead, DeviceState } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";

/** Whom a device belongs to, by the provider's word. */
export interface Owner {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
}

export interface EnrolledKey {
  /** First 16 hex of the SHA-256 of the raw public key. */
  readonly id: string;
  readonly publicKey: string;
  /** Sequence number from which it signs; null until its chain says so. */
  readonly introduced: number | null;
  /** Sequence number after which it signs no more. */
  readonly revoked: number | null;
}

/** A chain's writer, and how far its chain has come. */
export interface Device {
  readonly chain: Sha256;
  readonly name: string;
  /** Null for the collector itself. */
  readonly owner: Owner | null;
  readonly state: DeviceState;
  readonly keys: readonly EnrolledKey[];
  readonly enrolledAt: number;
  /** When an administrator confirmed that it is the person's; null where none has. */
  readonly confirmedAt: number | null;
  /** 0 before the first record. */
  readonly seq: number;
  readonly hash: Sha256;
  /** The latest time of its records, by the device's own clock; 0 before the first. */
  readonly at: number;
  /** Last time records came; null before. */
  readonly receivedAt: number | null;
}

export const chainHead = ({ state, seq, hash, keys }: Device): ChainHead => ({
  state,
  seq,
  hash,
  keys: keys.map(({ id }) => id),
});

export const isOwnedBy = (device: Device, owner: Owner): boolean =>
  device.owner !== null && device.owner.issuer === owner.issuer && device.owner.subject === owner.subject;
