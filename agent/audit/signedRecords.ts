import { z } from "zod";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { AuditRecord } from "../../protocol/audit/record.ts";
import { signedText } from "../../protocol/audit/seal.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";
import type { WrittenRecord } from "./writtenRecord.ts";

export const KEY_SCHEMA = `
CREATE TABLE IF NOT EXISTS signing_keys (key TEXT PRIMARY KEY, public_key TEXT NOT NULL, origin TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS revoked_keys (key TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS key_successions (seq INTEGER PRIMARY KEY) STRICT;
`;

const SEALED = z.object({ canonical: z.string(), signature: z.string() });
const KEY = z.object({ public_key: z.string(), origin: z.string() });
const PLACE = z.object({ seq: z.number() });

/** Records by their place, with the keys that may have signed them. */
export class SignedRecords {
  readonly #record;
  readonly #key;
  readonly #addKey;
  readonly #revoked;
  readonly #addRevoked;
  readonly #successions;
  readonly #addSuccession;

  constructor(database: LedgerDatabase) {
    this.#record = database.prepare("SELECT canonical, signature FROM records WHERE seq = ?");
    this.#key = database.prepare("SELECT public_key, origin FROM signing_keys WHERE key = ?");
    this.#addKey = database.prepare(
      "INSERT OR IGNORE INTO signing_keys (key, public_key, origin) VALUES (?, ?, ?)",
    );
    this.#revoked = database.prepare("SELECT seq FROM revoked_keys WHERE key = ?");
    this.#addRevoked = database.prepare("INSERT OR IGNORE INTO revoked_keys (key, seq) VALUES (?, ?)");
    this.#successions = database.prepare("SELECT seq FROM key_successions ORDER BY seq");
    this.#addSuccession = database.prepare("INSERT INTO key_successions (seq) VALUES (?)");
  }

  index({ seq, body }: WrittenRecord): void {
    if (body.kind === "key_revoked") this.#addRevoked.run(body.key, seq);
    if (body.kind === "key_succeeded") this.#addSuccession.run(seq);
  }

  /** Place of the record that revoked the key; null where none has. */
  revokedAt(key: string): number | null {
    return PLACE.safeParse(this.#revoked.get(key)).data?.seq ?? null;
  }

  /** Places of the records by which keys handed over to others. */
  successions(): readonly number[] {
    return this.#successions.all().map((row) => PLACE.parse(row).seq);
  }

  knowsKey(key: string): boolean {
    return this.#key.get(key) !== undefined;
  }

  /** A key as the chain introduced it. */
  addKey(key: string, publicKey: string, origin: string): void {
    this.#addKey.run(key, publicKey, origin);
  }

  /** Null where there is none, or it cannot be read. */
  at(seq: number): AuditRecord | null {
    const sealed = SEALED.safeParse(this.#record.get(seq));
    return sealed.success ? parseRecord(sealed.data.canonical) : null;
  }

  /** The same, where a key of this ledger has signed it; of that origin, where one is named. */
  signedAt(seq: number, origin?: string): AuditRecord | null {
    const sealed = SEALED.safeParse(this.#record.get(seq));
    const record = sealed.success ? parseRecord(sealed.data.canonical) : null;
    if (!sealed.success || record === null) return null;
    const key = KEY.safeParse(this.#key.get(record.key));
    if (!key.success || (origin !== undefined && key.data.origin !== origin)) return null;
    // Whoever has got hold of a key that was given up says nothing by it any more.
    const revoked = this.revokedAt(record.key);
    if (revoked !== null && revoked < seq) return null;
    const { canonical, signature } = sealed.data;
    return nodeVerifier.verify(key.data.public_key, signedText(canonical), signature) ? record : null;
  }
}
