import { randomBytes, randomUUID } from "node:crypto";
import type { Actor } from "../../protocol/actor.ts";
import type { OutcomeBody, RecordBody, RecordRef, SealedRecord } from "../../protocol/audit/record.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import type { ActivityEntry, LedgerReport, Problem } from "../../protocol/messages.ts";
import { AgreementStore } from "./agreementStore.ts";
import { AppendQueue } from "./appendQueue.ts";
import { AskedStore } from "./askedStore.ts";
import { checkOnOpen } from "./checkOnOpen.ts";
import { describeSqliteError, grantUsed, isClosed, LedgerError, statementsAtWork } from "./ledgerError.ts";
import { type LedgerDatabase, openLedgerFile, sealedBatch } from "./ledgerFile.ts";
import { prepareLedger } from "./ledgerSql.ts";
import { readActivity } from "./readLedger.ts";
import { RecordWriter } from "./recordWriter.ts";
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
  readonly #listeners = new Set<() => void>();
  readonly #tasks: TaskStore;
  readonly #records: RecordWriter;
  readonly #queue: AppendQueue;
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
    this.uses = new UseStore(database);
    this.#lease = lease;
    this.#sql = prepareLedger(database);
    this.#key = new SigningKey(options.signer, options.renewSigner ?? null, this.#signed, (signer) =>
      this.#records.commit(() => this.#records.write(this.#records.introduction(signer), signer)),
    );
    this.#records = new RecordWriter({
      options,
      database,
      sql: this.#sql,
      writer: lease.writer,
      key: this.#key,
      signed: this.#signed,
      indexed: [this.#tasks, this.agreements, this.asked, this.#signed],
    });
    this.#queue = new AppendQueue(
      (bodies) => this.#records.commit(() => this.#records.write(bodies)),
      () => this.#tell(),
      this.#key,
    );
  }

  /**
   * Durable when it settles. Appends of the same turn of the event loop share one commit.
   * @throws LedgerError where it cannot be written.
   */
  append(body: RecordBody): Promise<RecordRef> {
    return this.#queue.append(body);
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
    this.#queue.flush();
    const [ref] = await this.#records.commitSigned(() => {
      const broken = holds?.() ?? null;
      if (broken !== null) throw new LedgerError(broken);
      if (grant !== undefined && this.#sql.useGrant.run(grant).changes === 0) throw grantUsed();
      return this.#records.write([body]);
    });
    this.#tell();
    if (ref === undefined) throw new TypeError("One record was to be written.");
    return ref;
  }

  /**
   * By what this machine asks for a grant, for its one run: the same for all its processes, before and after a crash.
   * Durable when it is returned. @throws LedgerError
   */
  nonceFor(grant: string): string {
    return this.#records.commit(() => {
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
    return this.#queue.appendSoon(body);
  }

  /** Newest first. */
  listActivity(limit: number): readonly ActivityEntry[] {
    this.#queue.flush();
    return readActivity(this.#database, limit);
  }

  verify(): Promise<LedgerReport> {
    this.#queue.flush();
    return verifyLedger(this.#options.path);
  }

  count(): number {
    this.#queue.flush();
    return this.#sql.head.get()?.seq ?? 0;
  }

  get tasks(): TaskStore {
    this.#queue.flush();
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
    this.#queue.flush();
    this.#records.commit(() => {
      this.#records.write(this.#records.introduction(before), before);
      this.#records.write(this.#records.introduction(next), next);
      const [first] = this.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
      if (first === undefined) throw new TypeError("A ledger whose keys were introduced has a record.");
      this.#records.write([{ kind: "key_succeeded", chain: first.hash, publicKey: next.publicKey }], before);
      this.#records.write([{ kind: "key_revoked", key: before.keyId, reason }], next);
    });
    this.#key.replaceBy(next);
    this.#tell();
  }

  /**
   * Ends every session and the ledger with them: nothing follows this, in whatever process. @throws LedgerError, also
   * where a statement is at work whose outcome is still to come.
   */
  async closeForGood(actor: Actor, reason: string): Promise<void> {
    this.#queue.flush();
    await this.#records.commitSigned(() => {
      const { count } = this.#sql.countAtWork.get() ?? { count: 0 };
      if (count > 0) throw statementsAtWork(count);
      const sessions = this.#sql.writers
        .all()
        .map(({ writer }) => ({ kind: "session_closed", writer, how: "ended" }) as const);
      return this.#records.write([...sessions, { kind: "ledger_closed", actor, reason }]);
    });
    this.#ended = Promise.resolve();
    this.#tell();
  }

  /** Told after records of this process were committed. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The records after `seq`, whoever wrote them: as many as fit, but at least one where there is one. */
  sealedAfter(seq: number, maxRecords: number, maxBytes: number): readonly SealedRecord[] {
    return sealedBatch(this.#database, seq, maxRecords, maxBytes);
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
    await this.#records.commitSigned(() => {
      const { path, origin } = this.#options;
      const bodies = [...this.#records.introduction(this.#key.signer)];
      for (const { writer } of this.#sql.writers.all()) {
        if (isAlive(path, writer)) continue;
        for (const { seq } of this.#sql.openIntents.all(writer)) bodies.push(unknownOutcome(seq));
        bodies.push({ kind: "session_closed", writer, how: "crashed" });
        this.#sql.forgetWriter.run(writer);
        removeLease(path, writer);
      }
      bodies.push({ kind: "session_opened", writer: this.#lease.writer, origin });
      this.#sql.addWriter.run(this.#lease.writer);
      return this.#records.write(bodies);
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
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
