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
import {
  describeSqliteError,
  grantUsed,
  isClosed,
  KeyRevokedError,
  LedgerError,
  ledgerClosed,
  replaced,
  statementsAtWork,
} from "./ledgerError.ts";
import { type LedgerDatabase, openLedgerFile, sealedRecords } from "./ledgerFile.ts";
import { prepareLedger } from "./ledgerSql.ts";
import { readActivity } from "./readLedger.ts";
import { SignedRecords } from "./signedRecords.ts";
import { type RenewSigner, SigningKey } from "./signingKey.ts";
import { SyncStore } from "./sync/syncStore.ts";
import { TaskStore } from "./taskStore.ts";
import { UseStore } from "./useStore.ts";
import { verifyLedger } from "./verifyLedger.ts";
import { isAlive, removeLease, takeLease, type WriterLease } from "./writerLease.ts";

/** What a new ledger's first record says of the one before it. */
export type LedgerBefore = NonNullable<Extract<RecordBody, { kind: "key_introduced" }>["follows"]>;

export interface LedgerOptions {
  readonly path: string;
  readonly signer: Signer;
  /** Without it a process whose key was revoked writes nothing more. */
  readonly renewSigner?: RenewSigner;
  /** The ledger that was closed before this one, where this one is new. */
  readonly follows?: LedgerBefore;
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
  /** Of masked columns. */
  readonly uses: UseStore;
  readonly #signed: SignedRecords;
  readonly #key: SigningKey;
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
    this.#key = new SigningKey(options.signer, options.renewSigner ?? null, this.#signed, (signer) =>
      this.#commit(() => this.#write(this.#introduction(signer), signer)),
    );
    this.agreements = new AgreementStore(database, this.#signed);
    this.asked = new AskedStore(database, this.#signed);
    this.uses = new UseStore(database);
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
    const [ref] = await this.#commitSigned(() => {
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

  get path(): string {
    return this.#options.path;
  }

  /** The key in hand, for what no collector looks at. */
  get signer(): Signer {
    return this.#key.signer;
  }

  /** The key that signs now: another process may have handed over to a new one. @throws LedgerError */
  currentSigner(): Promise<Signer> {
    return this.#key.current();
  }

  isRevoked(key: string): boolean {
    return this.#signed.revokedAt(key) !== null;
  }

  /** The records by which keys of this chain handed over to others, in order. */
  successions(): readonly SealedRecord[] {
    return this.#signed
      .successions()
      .flatMap((seq) => this.sealedAfter(seq - 1, 1, Number.POSITIVE_INFINITY));
  }

  /**
   * Hands over from one key to the next, all in one commit: the next one begins, the one before says that it has its
   * place, and signs nothing more. @throws LedgerError
   */
  handOver(before: Signer, next: Signer, reason: string): void {
    this.#flush();
    this.#commit(() => {
      this.#write(this.#introduction(before), before);
      this.#write(this.#introduction(next), next);
      const [first] = this.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
      if (first === undefined) throw new TypeError("A ledger whose keys were introduced has a record.");
      this.#write([{ kind: "key_succeeded", chain: first.hash, publicKey: next.publicKey }], before);
      this.#write([{ kind: "key_revoked", key: before.keyId, reason }], next);
    });
    this.#key.replaceBy(next);
    for (const listener of this.#listeners) listener();
  }

  /**
   * Ends every session and the ledger with them: nothing follows this, in whatever process. @throws LedgerError, also
   * where a statement is at work whose outcome is still to come.
   */
  async closeForGood(actor: Actor, reason: string): Promise<void> {
    this.#flush();
    await this.#commitSigned(() => {
      const { count } = this.#sql.countAtWork.get() ?? { count: 0 };
      if (count > 0) throw statementsAtWork(count);
      const sessions = this.#sql.writers
        .all()
        .map(({ writer }) => ({ kind: "session_closed", writer, how: "ended" }) as const);
      return this.#write([...sessions, { kind: "ledger_closed", actor, reason }]);
    });
    this.#ended = Promise.resolve();
    for (const listener of this.#listeners) listener();
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

  /** Closes the session in the chain; nothing is appended any more. */
  endSession(): Promise<void> {
    this.#ended ??= this.append({ kind: "session_closed", writer: this.#lease.writer, how: "ended" }).then(
      () => {},
      (error: unknown) => {
        // Whoever closed the ledger has ended every session of it.
        if (!isClosed(error)) throw error;
      },
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
  async open(): Promise<void> {
    await this.#commitSigned(() => {
      const { path, origin } = this.#options;
      const bodies = [...this.#introduction(this.#key.signer)];
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

  /** What puts a key into the chain; nothing where it is there. */
  #introduction({ keyId, publicKey }: Signer): readonly RecordBody[] {
    if (this.#signed.knowsKey(keyId)) return [];
    const { origin, follows } = this.#options;
    const known = this.#sql.keyKnown.get(`%"kind":"key_introduced"%${publicKey}%`) !== undefined;
    this.#signed.addKey(keyId, publicKey, origin);
    if (known) return [];
    const first = this.#sql.head.get() === undefined && follows !== undefined;
    return [{ kind: "key_introduced", publicKey, origin, ...(first ? { follows } : {}) }];
  }

  #enqueue(body: RecordBody): Promise<RecordRef> {
    return new Promise((resolve, reject) => this.#waiting.push({ body, resolve, reject }));
  }

  #flush(): void {
    this.#flushing = "no";
    // What waits goes out with the key that is being taken up.
    if (this.#waiting.length === 0 || this.#key.isBeingRenewed) return;
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const refs = this.#commit(() => this.#write(batch.map(({ body }) => body)));
      for (const [position, ref] of refs.entries()) batch[position]?.resolve(ref);
      for (const listener of this.#listeners) listener();
    } catch (error) {
      if (error instanceof KeyRevokedError && this.#key.canBeRenewed) this.#flushRenewed(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  #flushRenewed(batch: readonly Waiting[]): void {
    this.#waiting = [...batch, ...this.#waiting];
    this.#key.renewed().then(
      () => this.#flush(),
      (error: unknown) => {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const { reject } of waiting) reject(error);
      },
    );
  }

  /** Commits what this process signs; anew with another key, where the one in hand was revoked. */
  async #commitSigned<T>(work: () => T): Promise<T> {
    for (;;) {
      try {
        return this.#commit(work);
      } catch (error) {
        if (!(error instanceof KeyRevokedError)) throw error;
        await this.#key.renewed();
      }
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

  #write(bodies: readonly RecordBody[], signer = this.#key.signer): readonly RecordRef[] {
    if (this.#sql.closed.get() !== undefined) throw ledgerClosed(this.#options.path);
    this.#key.check(signer);
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
        key: signer.keyId,
        body,
      };
      const sealed = seal(record, signer, nodeVerifier);
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
    this.#signed.index(seq, body);
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
      case "ledger_closed":
        this.#sql.addClosing.run(seq);
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
  let lease: WriterLease | null = null;
  try {
    lease = takeLease(options.path, randomUUID());
    const ledger = new Ledger(options, database, lease);
    await ledger.open();
    return ledger;
  } catch (error) {
    database.close();
    lease?.release();
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
