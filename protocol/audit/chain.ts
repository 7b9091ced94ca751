import type { Sha256 } from "../ids.ts";
import { fromBase64 } from "../log/base64.ts";
import { isCanonicalForm } from "./canonicalForm.ts";
import { type AuditRecord, GENESIS, RECORD, type SealedRecord } from "./record.ts";
import { type Digest, signedText, type Verifier } from "./seal.ts";

/** What can be wrong with a record in its place; programs go by it, people by the words. */
export type ChainFaultKind =
  | "missing-record"
  | "repeated-record"
  | "altered"
  | "not-a-record"
  | "not-canonical"
  | "wrong-place"
  | "broken-link"
  | "wrong-key-name"
  | "unknown-key"
  | "revoked-key"
  | "bad-signature";

/** Where a chain stops being believable, in words. */
export interface ChainFault {
  readonly kind: ChainFaultKind;
  readonly seq: number;
  readonly what: string;
}

/** A key that a chain has introduced. */
export interface ChainKey {
  readonly publicKey: string;
  readonly revoked: boolean;
}

/** Where a reading goes on. */
export interface ChainPosition {
  readonly seq: number;
  readonly hash: Sha256;
  /** By key id. */
  readonly keys: ReadonlyMap<string, ChainKey>;
}

/** A record in its place, and the key that has to have signed it. */
export type ChainReading =
  | { readonly kind: "fault"; readonly fault: ChainFault }
  | { readonly kind: "record"; readonly record: AuditRecord; readonly publicKey: string };

const BEGINNING: ChainPosition = { seq: 0, hash: GENESIS, keys: new Map() };

/**
 * Reads sealed records one after the other and checks all but their signatures: schema, canonical form, sequence
 * without holes, hash, link to the predecessor, a key introduced before it signs and not revoked since. Memory does not
 * grow with the chain.
 */
export class ChainReader {
  readonly #digest: Digest;
  readonly #keys: Map<string, ChainKey>;
  #seq: number;
  #hash: Sha256;

  constructor(digest: Digest, from: ChainPosition = BEGINNING) {
    this.#digest = digest;
    this.#seq = from.seq;
    this.#hash = from.hash;
    this.#keys = new Map(from.keys);
  }

  get position(): ChainPosition {
    return { seq: this.#seq, hash: this.#hash, keys: this.#keys };
  }

  /** After a fault the chain is not continued. */
  next(sealed: SealedRecord): ChainReading {
    const expected = this.#seq + 1;
    const fault = (kind: ChainFaultKind, what: string): ChainReading => ({
      kind: "fault",
      fault: { kind, seq: expected, what },
    });
    if (sealed.seq !== expected) return { kind: "fault", fault: misplaced(expected, sealed.seq) };
    if (this.#digest.sha256(sealed.canonical) !== sealed.hash)
      return fault("altered", "its content does not match its hash");
    const raw = parsedJson(sealed.canonical);
    const record = recordOf(raw);
    if (record === null) return fault("not-a-record", "its text is not a record");
    if (!isCanonicalForm(sealed.canonical, raw, record))
      return fault("not-canonical", "its text is not in canonical form");
    if (record.seq !== expected) return fault("wrong-place", `it calls itself record ${record.seq}`);
    if (record.prev !== this.#hash)
      return fault("broken-link", "it does not follow from the record before it");
    // The name of the chain, which is its first record's hash, has to stand for what it followed.
    if (record.body.kind === "key_introduced" && record.body.follows !== undefined && expected !== 1)
      return fault("wrong-place", "it names a ledger before this one, which only a first record does");
    if (this.#isClosed()) return fault("wrong-place", "it comes after the record that closed this ledger");
    const introduced = this.#introduce(record);
    if (introduced !== null) return fault("wrong-key-name", introduced);
    const key = this.#keys.get(record.key);
    if (key === undefined)
      return fault("unknown-key", `it is signed by key ${record.key}, which was never introduced`);
    // Whoever holds a revoked key may not take the others with it.
    if (key.revoked) return fault("revoked-key", `it is signed by key ${record.key}, which was revoked`);
    // One record, one signature: another spelling of the same bytes would be another leaf of the log.
    if (fromBase64(sealed.signature)?.length !== 64)
      return fault("bad-signature", "its signature is no Ed25519 signature");
    const revoked = this.#revoke(record);
    if (revoked !== null) return fault("unknown-key", revoked);
    this.#seq = expected;
    this.#hash = sealed.hash;
    return { kind: "record", record, publicKey: key.publicKey };
  }

  #introduce({ key, body }: AuditRecord): string | null {
    if (body.kind !== "key_introduced") return null;
    const known = this.#keys.get(key);
    const id = keyIdOf(this.#digest, body.publicKey);
    if (id !== key || (known !== undefined && known.publicKey !== body.publicKey))
      return "it introduces a key under another key's name";
    this.#keys.set(key, known ?? { publicKey: body.publicKey, revoked: false });
    return null;
  }

  /** Some key of a chain may always sign: the one that revoked the others. Only a closing revokes all of them. */
  #isClosed(): boolean {
    for (const { revoked } of this.#keys.values()) if (!revoked) return false;
    return this.#keys.size > 0;
  }

  #revoke({ key, body }: AuditRecord): string | null {
    if (body.kind === "ledger_closed")
      for (const [id, known] of this.#keys) this.#keys.set(id, { ...known, revoked: true });
    if (body.kind !== "key_revoked") return null;
    const revoked = this.#keys.get(body.key);
    if (revoked === undefined) return `it revokes key ${body.key}, which was never introduced`;
    if (body.key === key) return "a key revokes itself";
    this.#keys.set(body.key, { ...revoked, revoked: true });
    return null;
  }
}

/** Verifies a whole chain, signatures and all. */
export class ChainVerifier {
  readonly #verifier: Verifier;
  readonly #reader: ChainReader;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
    this.#reader = new ChainReader(verifier);
  }

  get records(): number {
    return this.#reader.position.seq;
  }
  get head(): Sha256 {
    return this.#reader.position.hash;
  }
  get keys(): number {
    return this.#reader.position.keys.size;
  }

  /** Null where the record belongs here; otherwise what is wrong. After a fault the chain is not continued. */
  next(sealed: SealedRecord): ChainFault | null {
    const reading = this.#reader.next(sealed);
    if (reading.kind === "fault") return reading.fault;
    return this.#verifier.verify(reading.publicKey, signedText(sealed.canonical), sealed.signature)
      ? null
      : { kind: "bad-signature", seq: sealed.seq, what: "its signature is not valid" };
  }
}

/** The record in its stored text, or null where the text is anything else. */
export const parseRecord = (canonical: string): AuditRecord | null => recordOf(parsedJson(canonical));

function recordOf(raw: unknown): AuditRecord | null {
  const parsed = RECORD.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

/** Undefined where the text is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Found another record than the one expected. */
const misplaced = (expected: number, found: number): ChainFault =>
  found < expected
    ? {
        kind: "repeated-record",
        seq: found,
        what: `record ${found} is there twice or out of order; ${expected} was expected`,
      }
    : {
        kind: "missing-record",
        seq: expected,
        what: `record ${expected} is missing; the next one found is ${found}`,
      };

/** First 16 hex of the hash of a raw public key; null where the text is no key. */
function keyIdOf(digest: Digest, publicKey: string): string | null {
  const bytes = fromBase64(publicKey);
  return bytes?.length === 32 ? digest.sha256(bytes).slice(0, 16) : null;
}
