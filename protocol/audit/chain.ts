import type { Sha256 } from "../ids.ts";
import { type AuditRecord, GENESIS, RECORD, type SealedRecord } from "./record.ts";
import { canonicalJson, signedText, type Verifier } from "./seal.ts";

/** Where a chain stops being believable, in words. */
export interface ChainFault {
  readonly seq: number;
  readonly what: string;
}

/**
 * Verifies sealed records one after the other: schema, canonical form, sequence without holes, hash, link to the
 * predecessor, a key introduced before it signs, signature. Memory does not grow with the chain.
 */
export class ChainVerifier {
  readonly #verifier: Verifier;
  readonly #keys = new Map<string, string>();
  #seq = 0;
  #hash: Sha256 = GENESIS;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  get records(): number {
    return this.#seq;
  }
  get head(): Sha256 {
    return this.#hash;
  }
  get keys(): number {
    return this.#keys.size;
  }

  /** Null where the record belongs here; otherwise what is wrong. After a fault the chain is not continued. */
  next(sealed: SealedRecord): ChainFault | null {
    const expected = this.#seq + 1;
    const fault = (what: string): ChainFault => ({ seq: expected, what });
    if (sealed.seq !== expected)
      return fault(`record ${expected} is missing; the next one found is ${sealed.seq}`);
    const record = parseRecord(sealed.canonical);
    if (record === null) return fault("its text is not a record");
    if (canonicalJson(record) !== sealed.canonical) return fault("its text is not in canonical form");
    if (record.seq !== expected) return fault(`it calls itself record ${record.seq}`);
    if (this.#verifier.sha256(sealed.canonical) !== sealed.hash)
      return fault("its content does not match its hash");
    if (record.prev !== this.#hash) return fault("it does not follow from the record before it");
    const { body } = record;
    if (body.kind === "key_introduced") {
      const id = this.#verifier.sha256(fromBase64(body.publicKey)).slice(0, 16);
      if (id !== record.key) return fault("it introduces a key under another key's name");
      this.#keys.set(record.key, body.publicKey);
    }
    const publicKey = this.#keys.get(record.key);
    if (publicKey === undefined)
      return fault(`it is signed by key ${record.key}, which was never introduced`);
    if (!this.#verifier.verify(publicKey, signedText(sealed.canonical), sealed.signature)) {
      return fault("its signature is not valid");
    }
    this.#seq = expected;
    this.#hash = sealed.hash;
    return null;
  }
}

/** The record in its stored text, or null where the text is anything else. */
export function parseRecord(canonical: string): AuditRecord | null {
  try {
    const parsed = RECORD.safeParse(JSON.parse(canonical));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
