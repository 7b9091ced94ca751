import { type ChainPosition, ChainReader, parseRecord } from "../audit/chain.ts";
import type { AuditRecord } from "../audit/record.ts";
import { signedText, type Verifier } from "../audit/seal.ts";
import type { Sha256 } from "../ids.ts";
import type { DropEvidence } from "../retention/dropEvidence.ts";
import type { BundledRecord } from "./bundle.ts";
import type { Hash } from "./merkle.ts";
import { OpenEnds } from "./openEnds.ts";
import type { DroppedRange, ProofFaultKind, ProofNotice, ProvenChain } from "./proofReport.ts";

export interface BundledFault {
  readonly kind: ProofFaultKind;
  readonly seq: number | null;
  readonly what: string;
}

/** What a chain of a bundle is verified against. */
export interface ChainTerms {
  readonly verifier: Verifier;
  readonly chain: Sha256;
  /** The range begins here; null where the chain has to begin with its first record. */
  readonly from: string | null;
  /** What is wrong with a record's place in the log's tree; null where no log stands behind the bundle. */
  readonly tree: ((line: BundledRecord) => BundledFault | null) | null;
  /** What the collector's chains before this one say of texts that were dropped. */
  readonly evidence: DropEvidence;
  /** Hash of the record's leaf. */
  readonly leaf: (line: BundledRecord) => Hash;
}

const fault = (kind: ProofFaultKind, seq: number, what: string): BundledFault => ({ kind, seq, what });

/**
 * One chain of a bundle, verified line by line: whole, or a part of it after the records that say which keys it had by
 * then. After a fault it is not continued.
 */
export class BundledChain {
  readonly #terms: ChainTerms;
  #reader: ChainReader;
  /** The newest record; null where its text was dropped. */
  #last: AuditRecord | null = null;
  readonly #ends = new OpenEnds();
  readonly #dropped: DroppedRange[] = [];
  /** The chain is the log's own. */
  #isCollectors = false;
  #records = 0;
  #keyLines = 0;
  #dropLines = 0;
  #from = 0;
  #to = 0;

  constructor(terms: ChainTerms) {
    this.#terms = terms;
    this.#reader = new ChainReader(terms.verifier);
  }

  get chain(): Sha256 {
    return this.#terms.chain;
  }
  /** `record` lines that were sound. */
  get records(): number {
    return this.#records;
  }

  /** Nothing of it is here but what shows which texts of others were dropped. */
  get isEvidence(): boolean {
    return this.#records === 0 && this.#dropLines > 0;
  }

  report(): ProvenChain {
    const keys = this.#reader.position.keys.size;
    return { chain: this.chain, from: this.#from, to: this.#to, keys, dropped: this.#dropped };
  }

  notices(): readonly ProofNotice[] {
    return this.#ends.notices(this.chain);
  }

  next(line: BundledRecord): BundledFault | null {
    return line.kind === "record" ? this.#record(line) : this.#before(line);
  }

  /** A record before the part that is here, which that part, or another chain, needs. */
  #before(line: BundledRecord): BundledFault | null {
    const { seq } = line;
    if (this.#records > 0) return fault("format", seq, `a ${line.kind} line comes after the first record`);
    if (this.#keyLines === 0 && (seq !== 1 || line.kind !== "key"))
      return fault("format", seq, "the lines before the first record do not begin with record 1");
    const record = line.canonical === null ? null : parseRecord(line.canonical);
    if (record === null || !this.#belongsBefore(line, record))
      return fault("format", seq, `a ${line.kind} line says nothing that is needed`);
    const wrong = this.#jumpTo(seq, record) ?? this.#sealed(line) ?? this.#placed(line);
    if (wrong !== null) return wrong;
    if (line.kind === "key") this.#keyLines += 1;
    else this.#dropLines += 1;
    return line.kind === "drop" ? this.#took(seq, record, false) : null;
  }

  #belongsBefore({ kind }: BundledRecord, { body }: AuditRecord): boolean {
    if (kind === "drop") return this.#isCollectors && body.kind === "bodies_dropped";
    return body.kind === "key_introduced" || body.kind === "key_revoked";
  }

  #record(line: BundledRecord): BundledFault | null {
    const { seq } = line;
    const wrong =
      (this.#records === 0 ? this.#begins(line) : null) ?? this.#sealed(line) ?? this.#placed(line);
    if (wrong !== null) return wrong;
    if (this.#records === 0) this.#from = seq;
    this.#to = seq;
    this.#records += 1;
    const last = this.#last;
    const gone = last === null ? this.#gone(seq) : null;
    if (gone !== null) return gone;
    const mismatch = this.#terms.evidence.leaf(this.chain, seq, this.#terms.leaf(line));
    if (mismatch !== null) return { ...mismatch, seq };
    if (last === null) return null;
    this.#ends.take(last);
    return this.#isCollectors ? this.#took(seq, last, this.#from === 1) : null;
  }

  /** What the log says of itself. */
  #took(seq: number, record: AuditRecord, whole: boolean): BundledFault | null {
    const wrong = this.#terms.evidence.take(record, whole);
    return wrong === null ? null : { ...wrong, seq };
  }

  /** A text may be gone only where the collector has recorded that it dropped it. */
  #gone(seq: number): BundledFault | null {
    if (this.#isCollectors)
      return fault("not-dropped", seq, "its text is gone, and the collector's own records are never dropped");
    const drop = this.#terms.evidence.dropOf(this.chain, seq);
    if (drop === null)
      return fault(
        "not-dropped",
        seq,
        "its text is gone, and no record of the collector says that it was dropped",
      );
    this.#droppedText(seq, drop.at);
    return null;
  }

  /** A part of a chain begins where somebody can see that nothing of the range lies before it. */
  #begins({ seq, canonical }: BundledRecord): BundledFault | null {
    if (seq === 1) return null;
    const { from, tree } = this.#terms;
    if (from === null || tree === null)
      return fault("missing-record", 1, `record 1 is missing; the next one found is ${seq}`);
    if (this.#keyLines === 0)
      return fault("missing-record", 1, "record 1 is missing, which introduces the chain's first key");
    const record = canonical === null ? null : parseRecord(canonical);
    if (record === null || record.at >= from)
      return fault("missing-record", seq - 1, `records before ${seq} may belong to the range`);
    return this.#jumpTo(seq, record);
  }

  /** Leaves out the records before `seq`; what proves its place is the tree. The keys stay known. */
  #jumpTo(seq: number, { prev }: AuditRecord): BundledFault | null {
    const { position } = this.#reader;
    if (seq > position.seq + 1) this.#goOn({ ...position, seq: seq - 1, hash: prev });
    return null;
  }

  #goOn(position: ChainPosition): void {
    this.#reader = new ChainReader(this.#terms.verifier, position);
  }

  #sealed({ seq, canonical, hash, signature }: BundledRecord): BundledFault | null {
    if (seq === 1 && hash !== this.chain)
      return fault("wrong-chain", seq, "the chain is named after another first record");
    this.#last = null;
    if (canonical === null) return this.#passOver(seq, hash);
    const sealed = { seq, canonical, hash, signature };
    const reading = this.#reader.next(sealed);
    if (reading.kind === "fault") return reading.fault;
    this.#last = reading.record;
    const { body } = reading.record;
    if (seq === 1) this.#isCollectors = body.kind === "key_introduced" && body.origin === "collector";
    return this.#terms.verifier.verify(reading.publicKey, signedText(canonical), signature)
      ? null
      : fault("bad-signature", seq, "its signature is not valid");
  }

  /** The text is gone and only its hash is left: what follows still has to link to it. */
  #passOver(seq: number, hash: Sha256): BundledFault | null {
    if (this.#terms.tree === null) return fault("unproven", seq, "its text is gone, and no log proves it");
    const { position } = this.#reader;
    const expected = position.seq + 1;
    if (seq > expected)
      return fault("missing-record", expected, `record ${expected} is missing; the next one found is ${seq}`);
    if (seq < expected) return fault("repeated-record", seq, `record ${seq} is there twice or out of order`);
    this.#goOn({ ...position, seq, hash });
    return null;
  }

  #placed(line: BundledRecord): BundledFault | null {
    const { tree } = this.#terms;
    if (tree !== null) return tree(line);
    return line.leaf === null ? null : fault("format", line.seq, "it has a place in a tree that is not here");
  }

  #droppedText(seq: number, at: string): void {
    const before = this.#dropped.at(-1);
    if (before?.to === seq - 1 && before.at === at)
      this.#dropped[this.#dropped.length - 1] = { ...before, to: seq };
    else this.#dropped.push({ from: seq, to: seq, at });
  }
}
