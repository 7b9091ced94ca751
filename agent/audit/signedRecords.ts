import { z } from "zod";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { AuditRecord } from "../../protocol/audit/record.ts";
import { signedText } from "../../protocol/audit/seal.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";

export const KEY_SCHEMA = `
CREATE TABLE IF NOT EXISTS signing_keys (key TEXT PRIMARY KEY, public_key TEXT NOT NULL, origin TEXT NOT NULL) STRICT;
`;

const SEALED = z.object({ canonical: z.string(), signature: z.string() });
const KEY = z.object({ public_key: z.string(), origin: z.string() });

/** Records by their place, with the keys that may have signed them. */
export class SignedRecords {
  readonly #record;
  readonly #key;
  readonly #addKey;

  constructor(database: LedgerDatabase) {
    this.#record = database.prepare("SELECT canonical, signature FROM records WHERE seq = ?");
    this.#key = database.prepare("SELECT public_key, origin FROM signing_keys WHERE key = ?");
    this.#addKey = database.prepare(
      "INSERT OR IGNORE INTO signing_keys (key, public_key, origin) VALUES (?, ?, ?)",
    );
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
    const { canonical, signature } = sealed.data;
    return nodeVerifier.verify(key.data.public_key, signedText(canonical), signature) ? record : null;
  }
}
