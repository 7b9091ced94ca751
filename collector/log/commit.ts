import type { RecordBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { signCheckpoint } from "../../protocol/log/checkpoint.ts";
import type { TreeNode } from "../../protocol/log/merkle.ts";
import { nodeVerifier, sha256Bytes } from "../../protocol/node/crypto.ts";
import { AlertChanges } from "../alerts/alertChanges.ts";
import type { ApprovalTables } from "../approvals/tables.ts";
import type { ConnectionTables } from "../connections/tables.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { RetentionTables } from "../retention/tables.ts";
import type { AlertKind, Sighting } from "../store/alert.ts";
import type { Device } from "../store/device.ts";
import { searchFields } from "../store/searchFields.ts";
import type { LoggedRecord, Transaction, Tree } from "../store/store.ts";
import type { StreamTables } from "../streams/tables.ts";
import type { LogKeys } from "./logKeys.ts";
import { newOwnChain, nextOwnRecord } from "./ownChain.ts";
import { TreeGrowth } from "./treeGrowth.ts";
import { Unended } from "./unended.ts";

/** What holds once the transaction does. */
interface Written {
  readonly tree: Tree;
  readonly nodes: readonly TreeNode[];
  /** Kinds of the alerts that there were not before. */
  readonly raised: readonly AlertKind[];
}

/**
 * Everything that one transaction changes, gathered by the jobs that share it and written once at its end. A job looks
 * first, and changes only what it will not take back.
 */
export class Commit {
  readonly #transaction: Transaction;
  readonly #keys: LogKeys;
  readonly #now: Date;
  readonly #growth: TreeGrowth;
  readonly #devices = new Map<Sha256, Device>();
  readonly #changed = new Set<Sha256>();
  readonly #keyed = new Set<Sha256>();
  readonly #records: LoggedRecord[] = [];
  readonly unended = new Unended();
  readonly alerts: AlertChanges;
  readonly #raised: AlertKind[] = [];
  #tree: Tree;

  constructor(transaction: Transaction, tree: Tree, keys: LogKeys, now: Date) {
    this.#transaction = transaction;
    this.#tree = tree;
    this.#keys = keys;
    this.#now = now;
    this.#growth = new TreeGrowth(tree);
    this.alerts = new AlertChanges(transaction);
  }

  get log(): string {
    return this.#tree.log;
  }
  /** Written at once, inside of the same transaction. */
  get approvals(): ApprovalTables {
    return this.#transaction.approvals;
  }
  /** Likewise. */
  get connections(): ConnectionTables {
    return this.#transaction.connections;
  }
  /** Likewise. */
  get streams(): StreamTables {
    return this.#transaction.streams;
  }
  /** Likewise. */
  get retention(): RetentionTables {
    return this.#transaction.retention;
  }
  get now(): Date {
    return this.#now;
  }
  /** Leaves added so far. */
  get size(): number {
    return this.#growth.size;
  }

  /** Reads devices at once that will be asked for. */
  async expect(chains: readonly Sha256[]): Promise<void> {
    const missing = [...new Set(chains)].filter((chain) => !this.#devices.has(chain));
    if (missing.length === 0) return;
    for (const device of await this.#transaction.devices(missing)) this.#devices.set(device.chain, device);
  }

  /** As this transaction leaves it so far. */
  async device(chain: Sha256): Promise<Device | null> {
    await this.expect([chain]);
    return this.#devices.get(chain) ?? null;
  }

  put(device: Device): void {
    if (this.#devices.get(device.chain)?.keys !== device.keys) this.#keyed.add(device.chain);
    this.#devices.set(device.chain, device);
    this.#changed.add(device.chain);
  }

  /** Adds verified records at the end of the device's chain, which they follow. */
  append(device: Device, records: readonly VerifiedRecord[]): Device {
    const receivedAt = this.#now.getTime();
    let after = device;
    for (const { record, sealed } of records) {
      const leafIndex = this.#growth.append({ chain: device.chain, ...sealed });
      after = { ...withKeys(after, record.seq, record.body, record.key), seq: sealed.seq, hash: sealed.hash };
      const fields = searchFields(record, receivedAt);
      this.#records.push({ device, sealed, leafIndex, receivedAt, fields });
      this.unended.take(device.chain, record, receivedAt);
      after = { ...after, at: Math.max(after.at, Date.parse(record.at)), receivedAt };
    }
    this.put(after);
    return after;
  }

  /** Puts something into the collector's own chain; its place there. */
  async say(body: RecordBody): Promise<{ readonly chain: Sha256; readonly seq: number }> {
    const own = this.#tree.ownChain === null ? null : await this.device(this.#tree.ownChain);
    const device = own ?? this.#beginOwnChain();
    const { chain, seq } = this.append(device, [nextOwnRecord(device, this.#keys.records, this.#now, body)]);
    return { chain, seq };
  }

  /** Whether a job of this commit has put something of that kind into the collector's own chain. */
  hasSaid(kind: RecordBody["kind"]): boolean {
    return this.#records.some(({ device, fields }) => device.owner === null && fields.kind === kind);
  }

  /** When the collector began its own chain, which it does anew where its store was set back. */
  async logBegan(): Promise<number> {
    const own = this.#tree.ownChain === null ? null : await this.device(this.#tree.ownChain);
    return own?.enrolledAt ?? this.#now.getTime();
  }

  /** When the store was last set back to a backup, which begins another log; null where it never was. */
  async setBackAt(): Promise<number | null> {
    return this.#tree.epoch > 1 ? this.logBegan() : null;
  }

  /** From here on the log has this name, and the collector a new chain. */
  beginLog(log: string, epoch: number): void {
    this.#tree = { ...this.#tree, log, epoch, ownChain: null };
  }

  /** Keeps what was seen, and records it where it is news. */
  async raise(sighting: Sighting): Promise<void> {
    const { kind, chain, seq, what, evidence } = sighting;
    const at = this.#now.getTime();
    const own = (await this.device(chain))?.owner === null;
    const news = own ? await this.alerts.raiseOnce(sighting, at) : await this.alerts.raise(sighting, at);
    if (!news) return;
    this.#raised.push(kind);
    await this.say({
      kind: "alert_raised",
      alert: kind,
      chain,
      seq,
      what,
      evidence: nodeVerifier.sha256(evidence),
    });
  }

  /** Writes everything. What is returned holds once the transaction does. */
  async write(): Promise<Written> {
    const { grown } = this.#growth;
    if (!grown && this.#changed.size === 0 && this.alerts.all.length === 0)
      return { tree: this.#tree, nodes: [], raised: [] };
    const tree = this.#signed();
    await this.#transaction.write({
      tree,
      grown: grown ? { at: this.#now.getTime() } : null,
      devices: this.#among(this.#changed),
      keyed: this.#among(this.#keyed),
      records: this.#records,
      tiles: this.#growth.tiles(),
      begun: this.unended.begun,
      ended: this.unended.ended,
      alerts: this.alerts.all,
    });
    return { tree, nodes: this.#growth.nodes, raised: this.#raised };
  }

  #among(chains: ReadonlySet<Sha256>): readonly Device[] {
    return [...chains].flatMap((chain) => this.#devices.get(chain) ?? []);
  }

  #signed(): Tree {
    const { size, subtrees, root } = this.#growth;
    const { log } = this.#tree;
    const checkpoint = signCheckpoint(sha256Bytes, { origin: log, size, root }, this.#keys.checkpoints(log));
    return { ...this.#tree, size, subtrees, checkpoint };
  }

  #beginOwnChain(): Device {
    const { device, first } = newOwnChain(this.#tree.log, this.#keys.records, this.#now);
    this.#tree = { ...this.#tree, ownChain: device.chain };
    return this.append(device, [first]);
  }
}

function withKeys(device: Device, seq: number, body: RecordBody, signedBy: string): Device {
  const set = (id: string, change: { introduced: number } | { revoked: number }): Device => ({
    ...device,
    keys: device.keys.map((key) => (key.id === id ? { ...key, ...change } : key)),
  });
  if (body.kind === "key_introduced") {
    const known = device.keys.find(({ id }) => id === signedBy);
    return known?.introduced === null ? set(signedBy, { introduced: seq }) : device;
  }
  // Nothing follows a closing: no key of it signs, is lent or is granted anything any more.
  if (body.kind === "ledger_closed")
    return { ...device, keys: device.keys.map((key) => ({ ...key, revoked: key.revoked ?? seq })) };
  return body.kind === "key_revoked" ? set(body.key, { revoked: seq }) : device;
}
