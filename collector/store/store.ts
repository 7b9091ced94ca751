import type { AuditRecord, RecordBody, SealedRecord } from "../../protocol/audit/record.ts";
import type { DeviceState } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Leaf } from "../../protocol/log/leaf.ts";
import type { Hash } from "../../protocol/log/merkle.ts";
import type { AlertReads } from "../alerts/alertChanges.ts";
import type { ApprovalReads, ApprovalTables } from "../approvals/tables.ts";
import type { ConnectionReads, ConnectionTables } from "../connections/tables.ts";
import type { RetentionReads, RetentionTables } from "../retention/tables.ts";
import type { StreamReads, StreamTables } from "../streams/tables.ts";
import type { Alert, AlertKind, AlertSearch } from "./alert.ts";
import type { Device, Owner } from "./device.ts";
import type { SearchFields } from "./searchFields.ts";

/** The log as it stands: everything needed to add to it. */
export interface Tree {
  readonly size: number;
  /** Hashes of `subtreesOf(size)`. */
  readonly subtrees: readonly Hash[];
  /** Name of the log. */
  readonly log: string;
  /** Counts the logs of this store, from 1: each restored backup begins another. */
  readonly epoch: number;
  /** Raw public key of the log, base64: another process may not sign with another. */
  readonly logKey: string;
  /** The collector's own chain; null before its first record. */
  readonly ownChain: Sha256 | null;
  /** Newest signed checkpoint; empty before the first. */
  readonly checkpoint: string;
}

/** A record in its place. */
export interface LoggedRecord {
  readonly device: Device;
  readonly sealed: SealedRecord;
  readonly leafIndex: number;
  readonly receivedAt: number;
  readonly fields: SearchFields;
}

/** What of a record proves it. */
export interface PlacedRecord extends Leaf {
  readonly leafIndex: number;
}

/** A record with its text; null where that was dropped. */
export interface ReadRecord extends PlacedRecord {
  readonly canonical: string | null;
}

/**
 * Something a chain has begun and not ended: a session by its writer, a statement by its intent's number; a gap, from the
 * first time its device showed a record whose predecessors have not come, to when they have; a lease by its id, until the
 * device's own records tell of it.
 */
export interface Beginning {
  readonly chain: Sha256;
  readonly kind: "session" | "intent" | "gap" | "lease";
  readonly ref: string;
  readonly seq: number;
  /** The collector's clock. */
  readonly receivedAt: number;
}

export type Ending = Pick<Beginning, "chain" | "kind" | "ref">;

/** New hashes at the end of a tile that holds `from` already. */
export interface TileGrowth {
  readonly level: number;
  readonly index: number;
  readonly from: number;
  readonly hashes: Uint8Array;
}

/** What one commit writes, all or nothing. */
export interface Changes {
  readonly tree: Tree;
  /** Set where the tree has grown. */
  readonly grown: { readonly at: number } | null;
  /** As they are after the commit, by chain. */
  readonly devices: readonly Device[];
  /** Those of them whose keys have changed. */
  readonly keyed: readonly Device[];
  readonly records: readonly LoggedRecord[];
  readonly tiles: readonly TileGrowth[];
  readonly begun: readonly Beginning[];
  readonly ended: readonly Ending[];
  /** New ones, and those that were changed. */
  readonly alerts: readonly Alert[];
}

/** Inside of a commit: nobody else's is running, in this process or any other. */
export interface Transaction extends AlertReads {
  readonly approvals: ApprovalTables;
  readonly connections: ConnectionTables;
  readonly streams: StreamTables;
  readonly retention: RetentionTables;
  /** Null before the first start. */
  tree(): Promise<Tree | null>;
  devices(chains: readonly Sha256[]): Promise<readonly Device[]>;
  write(changes: Changes): Promise<void>;
}

/** A place in the list of devices. */
export type DevicePlace = Pick<Device, "name" | "chain">;

/** Where the collector keeps everything. One process over SQLite, or any number over one PostgreSQL. */
export interface Store {
  readonly approvals: ApprovalReads;
  readonly connections: ConnectionReads;
  readonly streams: StreamReads;
  readonly retention: RetentionReads;
  /** One at a time over all processes. Nothing is written where `work` throws. */
  commit<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  tree(): Promise<Tree | null>;
  device(chain: Sha256): Promise<Device | null>;
  /** By name; of one owner, or of all; those that come after a place of the list. */
  devices(owner: Owner | null, after: DevicePlace | null, limit: number): Promise<readonly Device[]>;
  /** Devices of people in that state. */
  deviceCount(state: DeviceState): Promise<number>;
  /** In order. */
  placed(chain: Sha256, fromSeq: number, toSeq: number): Promise<readonly PlacedRecord[]>;
  /** In order, with their texts: as many as go into so many characters, one at least. */
  texts(chain: Sha256, fromSeq: number, toSeq: number, characters: number): Promise<readonly ReadRecord[]>;
  /** Leaves of the tree, `to` excluded, in order. */
  leaves(from: number, to: number): Promise<readonly Leaf[]>;
  /** As far as it is filled; empty where the tree has not come that far. */
  tile(level: number, index: number): Promise<Uint8Array>;
  /** What the collector said of that kind in its own chains, newest first, but for the newest `skip`. */
  said(kind: RecordBody["kind"], limit: number, skip?: number): Promise<readonly AuditRecord[]>;
  alert(id: number): Promise<Alert | null>;
  /** What was seen last first, each with the beginning of its evidence. */
  alerts(limit: number, search?: AlertSearch): Promise<readonly Alert[]>;
  /** How many of each kind nobody has acknowledged. */
  openAlerts(): Promise<ReadonlyMap<AlertKind, number>>;
  /** Begun before that time and not ended, oldest first. */
  unended(kind: Beginning["kind"], before: number, limit: number): Promise<readonly Beginning[]>;
  close(): Promise<void>;
}
