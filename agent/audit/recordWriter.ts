import fs from "node:fs";
import { actorIdentity } from "../../protocol/actor.ts";
import { type AuditRecord, GENESIS, type RecordBody, type RecordRef } from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { LedgerOptions } from "./ledger.ts";
import { describeSqliteError, KeyRevokedError, ledgerClosed, replaced } from "./ledgerError.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";
import type { prepareLedger } from "./ledgerSql.ts";
import type { SignedRecords } from "./signedRecords.ts";
import type { SigningKey } from "./signingKey.ts";
import type { WrittenRecord } from "./writtenRecord.ts";

/** What follows from records and is kept beside them, so that it need not be read from them again. */
interface Indexed {
  index(written: WrittenRecord): void;
}

export interface RecordWriterParts {
  readonly options: Pick<LedgerOptions, "path" | "origin" | "follows" | "now">;
  readonly database: LedgerDatabase;
  readonly sql: ReturnType<typeof prepareLedger>;
  /** Of this process. */
  readonly writer: string;
  readonly key: SigningKey;
  readonly signed: SignedRecords;
  readonly indexed: readonly Indexed[];
}

/**
 * Writes records of this process. Each transaction reads the head, and whether the key still signs, inside of itself, so
 * that any number of processes make one chain.
 */
export class RecordWriter {
  readonly #parts: RecordWriterParts;
  readonly #inode: number | undefined;

  constructor(parts: RecordWriterParts) {
    this.#parts = parts;
    this.#inode = inodeOf(parts.options.path);
  }

  /** Durable when it returns. @throws LedgerError */
  commit<T>(work: () => T): T {
    const { options, database } = this.#parts;
    try {
      // SQLite would go on writing to a file that nobody can find any more.
      if (inodeOf(options.path) !== this.#inode) throw replaced(options.path);
      return database.transaction(work).immediate();
    } catch (error) {
      throw describeSqliteError(options.path, error);
    }
  }

  /** Commits what this process signs; anew with another key, where the one in hand was revoked. @throws LedgerError */
  async commitSigned<T>(work: () => T): Promise<T> {
    for (;;) {
      try {
        return this.commit(work);
      } catch (error) {
        if (!(error instanceof KeyRevokedError)) throw error;
        await this.#parts.key.renewed();
      }
    }
  }

  /** To be called inside of a commit. @throws LedgerError */
  write(bodies: readonly RecordBody[], signer = this.#parts.key.signer): readonly RecordRef[] {
    const { sql, key, options } = this.#parts;
    if (sql.closed.get() !== undefined) throw ledgerClosed(options.path);
    key.check(signer);
    const head = sql.head.get();
    let seq = head?.seq ?? 0;
    let prev: Sha256 = head === undefined ? GENESIS : sha256(head.hash);
    const now = options.now?.() ?? new Date();
    return bodies.map((body) => {
      seq += 1;
      const record: AuditRecord = { v: 1, seq, at: now.toISOString(), prev, key: signer.keyId, body };
      const sealed = seal(record, signer, nodeVerifier);
      sql.insert.run(seq, sealed.canonical, sealed.hash, sealed.signature);
      const written = { seq, at: now, origin: options.origin, body };
      for (const store of this.#parts.indexed) store.index(written);
      this.#index(written);
      prev = sealed.hash;
      return { seq, hash: sealed.hash };
    });
  }

  /** What puts a key into the chain; nothing where it is there. To be called inside of the commit that writes it. */
  introduction({ keyId, publicKey }: Signer): readonly RecordBody[] {
    const { sql, signed, options } = this.#parts;
    if (signed.knowsKey(keyId)) return [];
    const { origin, follows } = options;
    const known = sql.keyKnown.get(`%"kind":"key_introduced"%${publicKey}%`) !== undefined;
    signed.addKey(keyId, publicKey, origin);
    if (known) return [];
    const first = sql.head.get() === undefined && follows !== undefined;
    return [{ kind: "key_introduced", publicKey, origin, ...(first ? { follows } : {}) }];
  }

  #index({ seq, at, body }: WrittenRecord): void {
    const { sql, writer } = this.#parts;
    switch (body.kind) {
      case "intent":
        sql.openIntent.run(seq, writer);
        sql.addStatement.run(seq, at.getTime(), actorIdentity(body.actor), body.matches, body.inferences);
        return;
      case "refused":
      case "label_corrected":
        sql.addStatement.run(seq, at.getTime(), actorIdentity(body.actor), 0, 0);
        return;
      case "outcome":
        sql.closeIntent.run(body.intent);
        sql.addOutcome.run(seq, body.intent);
        return;
      case "session_closed":
        sql.forgetWriter.run(body.writer);
        return;
      case "ledger_closed":
        sql.addClosing.run(seq);
        return;
      default:
        return;
    }
  }
}

const inodeOf = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.ino;
