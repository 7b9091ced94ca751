import { randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import {
  type AuditRecord,
  GENESIS,
  type OutcomeBody,
  type RecordBody,
  type RecordRef,
  type SealedRecord,
} from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { ActivityEntry, LedgerReport, Problem } from "../../protocol/messages.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { AgreementStore } from "./agreementStore.ts";
import { AskedStore } from "./askedStore.ts";
import { checkOnOpen } from "./checkOnOpen.ts";
import { describeSqliteError, grantUsed, LedgerError, replaced } from "./ledgerError.ts";
import { type LedgerDatabase, openLedgerFile, sealedRecords } from "./ledgerFile.ts";
import { prepareLedger, type UseCounts } from "./ledgerSql.ts";
import { readActivity } from "./readLedger.ts";
import { SignedRecords } from "./signedRecords.ts";
import { SyncStore } from "./sync/syncStore.ts";
import { TaskStore } from "./taskStore.ts";
import { verifyLedger } from "./verifyLedger.ts";
import { isAlive, removeLease, takeLease, type WriterLease } from "./writerLease.ts";

export type { UseCounts };

export interface LedgerOptions {
  readonly path: string;
  readonly signer: Signer;
  readonly origin: "editor" | "cli";
  readonly now?: () => Date;
  /** Pages of 4 KiB the file may grow to; for machines that give it a quota. */
  readonly maxPages?: number;
}

interface Waiting {
  readonly body: RecordBody;
  readonly resolve: (ref: RecordRef) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The signed chain of everything that was asked, decided and done on this machine account. Any number of
 * processes may hold it open: each append reads the head inside its own write transaction, so there is one chain.
 */
export class Ledger {
  readonly collectors: SyncStore;
  readonly agreements: AgreementStore;
  /** What was asked of others through collectors. */
  readonly asked: AskedStore;
  readonly #signed: SignedRecords;
  readonly #options: LedgerOptions;
  readonly #database: LedgerDatabase;
  readonly #lease: WriterLease;
  readonly #sql: ReturnType<typeof prepareLedger>;
  readonly #inode: number | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #tasks: TaskStore;
  #waiting: Waiting[] = [];
  #flushing: "no" | "soon" | "now" = "no";
  #ended: Promise<void> | null = null;
  #closed = false;

  constructor(options: LedgerOptions, database: LedgerDatabase, lease: WriterLease) {
    this.#options = options;
    this.#database = database;
    this.collectors = new SyncStore(database);
    this.#tasks = new TaskStore(database);
    this.#signed = new SignedRecords(database);
    this.agreements = new AgreementStore(database, this.#signed);
    this.asked = new AskedStore(database, this.#signed);
    this.#lease = lease;
    this.#sql = prepareLedger(database);
    this.#inode = inodeOf(options.path);
  }

  /**
   * Durable when it settles. Appends of the same turn of the event loop share one commit.
   * @throws LedgerError where it cannot be written.
   */
  append(body: RecordBody): Promise<RecordRef> {
    if (this.#flushing !== "now") {
      this.#flushing = "now";
      queueMicrotask(() => this.#flush());
    }
    return this.#enqueue(body);
  }

  /**
   * Appends what a grant allows, once: of two that use one grant, in whatever processes, the second fails. `holds` looks,
   * in the same transaction, whether what the record rests on still stands; the problem where it does not.
   * @throws LedgerError where it does not, the grant was used before, or it cannot be written.
   */
  async appendIf(
    {
      grant,
      holds,
    }: { readonly grant?: string | undefined; readonly holds?: (() => Problem | null) | undefined },
    body: RecordBody,
  ): Promise<RecordRef> {
    this.#flush();
    const [ref] = this.#commit(() => {
      const broken = holds?.() ?? null;
      if (broken !== null) throw new LedgerError(broken);
      if (grant !== undefined && this.#sql.useGrant.run(grant).changes === 0) throw grantUsed();
      return this.#write([body]);
    });
    for (const listener of this.#listeners) listener();
    if (ref === undefined) throw new TypeError("One record was to be written.");
    return ref;
  }

  /**
   * By what this machine asks for a grant, for its one run: the same for all its processes, before and after a crash.
   * Durable when it is returned. @throws LedgerError
   */
  nonceFor(grant: string): string {
    return this.#commit(() => {
      this.#sql.addNonce.run(grant, randomBytes(32).toString("hex"));
      const kept = this.#sql.nonce.get(grant);
      if (kept === undefined) throw new TypeError("What was just written is there.");
      return kept.nonce;
    });
  }

  /** Whether a statement ran under this grant on this machine. */
  hasUsed(grant: string): boolean {
    return this.#sql.usedGrant.get(grant) !== undefined;
  }

  /**
   * For what nobody waits for: goes with the next commit, at the latest when the event loop has handed on what is
   * ready. Whoever reads this ledger in this process sees it.
   * @throws LedgerError where it cannot be written.
   */
  appendSoon(body: RecordBody): Promise<RecordRef> {
    if (this.#flushing === "no") {
      this.#flushing = "soon";
      setImmediate(() => this.#flush());
    }
    return this.#enqueue(body);
  }

  /** Newest first. */
  listActivity(limit: number): readonly ActivityEntry[] {
    this.#flush();
    return readActivity(this.#database, limit);
  }

  verify(): Promise<LedgerReport> {
    this.#flush();
    return verifyLedger(this.#options.path);
  }

  count(): number {
    this.#flush();
    return this.#sql.head.get()?.seq ?? 0;
  }

  get tasks(): TaskStore {
    this.#flush();
    return this.#tasks;
  }

  /** Of the process that writes. */
  get origin(): LedgerOptions["origin"] {
    return this.#options.origin;
  }

  get signer(): Signer {
    return this.#options.signer;
  }

  /** Told after records of this process were committed. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The records after `seq`, whoever wrote them: as many as fit, but at least one where there is one. */
  sealedAfter(seq: number, maxRecords: number, maxBytes: number): readonly SealedRecord[] {
    const found: SealedRecord[] = [];
    let bytes = 0;
    for (const record of sealedRecords(this.#database, seq + 1)) {
      bytes += record.canonical.length;
      if (found.length > 0 && (found.length === maxRecords || bytes > maxBytes)) break;
      found.push(record);
      if (found.length === maxRecords) break;
    }
    return found;
  }

  /** How often this actor has matched or inferred from masked columns since `since`. */
  countUses(actor: Actor, since: Date): UseCounts {
    return this.#sql.uses.get(actorIdentity(actor), since.getTime()) ?? { matches: 0, inferences: 0 };
  }

  /** Closes the session in the chain; nothing is appended any more. */
  endSession(): Promise<void> {
    this.#ended ??= this.append({ kind: "session_closed", writer: this.#lease.writer, how: "ended" }).then(
      () => {},
    );
    return this.#ended;
  }

  /** Closes the session in the chain, then the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.endSession();
    } finally {
      this.#database.close();
      this.#lease.release();
    }
  }

  /** Introduces the key where it is new, opens this session, and closes what dead writers left open. */
  open(): void {
    const bodies: RecordBody[] = [];
    const { signer, origin, path } = this.#options;
    this.#commit(() => {
      if (!this.#signed.knowsKey(signer.keyId)) {
        if (this.#sql.keyKnown.get(`%"kind":"key_introduced"%${signer.publicKey}%`) === undefined)
          bodies.push({ kind: "key_introduced", publicKey: signer.publicKey, origin });
        this.#signed.addKey(signer.keyId, signer.publicKey, origin);
      }
      for (const { writer } of this.#sql.writers.all()) {
        if (isAlive(path, writer)) continue;
        for (const { seq } of this.#sql.openIntents.all(writer)) bodies.push(unknownOutcome(seq));
        bodies.push({ kind: "session_closed", writer, how: "crashed" });
        this.#sql.forgetWriter.run(writer);
        removeLease(path, writer);
      }
      bodies.push({ kind: "session_opened", writer: this.#lease.writer, origin });
      this.#sql.addWriter.run(this.#lease.writer);
      return this.#write(bodies);
    });
  }

  #enqueue(body: RecordBody): Promise<RecordRef> {
    return new Promise((resolve, reject) => this.#waiting.push({ body, resolve, reject }));
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#flushing = "no";
    if (batch.length === 0) return;
    try {
      const refs = this.#commit(() => this.#write(batch.map(({ body }) => body)));
      for (const [position, ref] of refs.entries()) batch[position]?.resolve(ref);
      for (const listener of this.#listeners) listener();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #commit<T>(work: () => T): T {
    try {
      // SQLite would go on writing to a file that nobody can find any more.
      if (inodeOf(this.#options.path) !== this.#inode) throw replaced(this.#options.path);
      return this.#database.transaction(work).immediate();
    } catch (error) {
      throw describeSqliteError(this.#options.path, error);
    }
  }

  #write(bodies: readonly RecordBody[]): readonly RecordRef[] {
    const head = this.#sql.head.get();
    let seq = head?.seq ?? 0;
    let prev: Sha256 = head === undefined ? GENESIS : sha256(head.hash);
    const now = this.#options.now?.() ?? new Date();
    return bodies.map((body) => {
      seq += 1;
      const record: AuditRecord = {
        v: 1,
        seq,
        at: now.toISOString(),
        prev,
        key: this.#options.signer.keyId,
        body,
      };
      const sealed = seal(record, this.#options.signer, nodeVerifier);
      this.#sql.insert.run(seq, sealed.canonical, sealed.hash, sealed.signature);
      this.#index(seq, now, body);
      prev = sealed.hash;
      return { seq, hash: sealed.hash };
    });
  }

  #index(seq: number, now: Date, body: RecordBody): void {
    this.#tasks.index(seq, now, body);
    this.agreements.index(seq, this.#options.origin, body);
    this.asked.index(seq, body);
    switch (body.kind) {
      case "intent":
        this.#sql.openIntent.run(seq, this.#lease.writer);
        this.#sql.addStatement.run(
          seq,
          now.getTime(),
          actorIdentity(body.actor),
          body.matches,
          body.inferences,
        );
        return;
      case "refused":
      case "label_corrected":
        this.#sql.addStatement.run(seq, now.getTime(), actorIdentity(body.actor), 0, 0);
        return;
      case "outcome":
        this.#sql.closeIntent.run(body.intent);
        this.#sql.addOutcome.run(seq, body.intent);
        return;
      case "session_closed":
        this.#sql.forgetWriter.run(body.writer);
        return;
      default:
        return;
    }
  }
}

/**
 * Opens the ledger, checks what can be checked at once and refuses a damaged file; creates it where there is
 * none. @throws LedgerError
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  checkOnOpen(options.path);
  const database = openLedgerFile(options.path, options.maxPages);
  try {
    const ledger = new Ledger(options, database, takeLease(options.path, randomUUID()));
    ledger.open();
    return ledger;
  } catch (error) {
    database.close();
    throw describeSqliteError(options.path, error);
  }
}

const inodeOf = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.ino;

const unknownOutcome = (intent: number): OutcomeBody => ({
  kind: "outcome",
  intent,
  outcome: "unknown",
  rows: null,
  affected: null,
  maskedCells: 0,
  milliseconds: 0,
  errorClass: "process-died",
});
