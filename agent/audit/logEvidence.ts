import { ChainReader, parseRecord } from "../../protocol/audit/chain.ts";
import type { AuditRecord, SealedRecord } from "../../protocol/audit/record.ts";
import { signedText } from "../../protocol/audit/seal.ts";
import type { EvidencePage } from "../../protocol/collector/retention.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Leaf } from "../../protocol/log/leaf.ts";
import type { ProofFault } from "../../protocol/log/proofReport.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { DropEvidence } from "../../protocol/retention/dropEvidence.ts";
import { proofCrypto } from "./proofCrypto.ts";

export type EvidenceRecord = EvidencePage["records"][number];

/**
 * What a collector shows of the texts it dropped, held against its log as that is read: each record is signed by a key of
 * the collector's chain and stands in the log where it says.
 */
export class LogEvidence {
  readonly drops = new DropEvidence(proofCrypto.sha256);
  readonly #waiting = new Map<number, EvidenceRecord>();
  readonly #faults: ProofFault[] = [];

  /** `holds`: what is said of holds is among the records. */
  constructor(records: readonly EvidenceRecord[], holds: boolean) {
    const chains = new Map<Sha256, ChainReader>();
    for (const record of records) {
      const reader = chains.get(record.chain) ?? new ChainReader(nodeVerifier);
      const read = readEvidence(reader, record);
      if (typeof read === "string") {
        this.#fault("bad-signature", record, `what the collector shows of its own chain is wrong: ${read}`);
        continue;
      }
      chains.set(record.chain, read.reader);
      this.#waiting.set(record.index, record);
      const wrong = this.drops.take(read.record, holds);
      if (wrong !== null) this.#fault(wrong.kind, record, wrong.what);
    }
  }

  /** Takes the log's next entry. */
  entry(index: number, leaf: Leaf, hash: Uint8Array): void {
    const record = this.#waiting.get(index);
    this.#waiting.delete(index);
    if (
      record !== undefined &&
      (record.chain !== leaf.chain ||
        record.seq !== leaf.seq ||
        record.hash !== leaf.hash ||
        record.signature !== leaf.signature)
    )
      this.#fault(
        "not-in-tree",
        record,
        "what the collector shows of its own chain is not what its log holds",
      );
    const wrong = this.drops.leaf(leaf.chain, leaf.seq, hash);
    if (wrong !== null) this.#fault(wrong.kind, leaf, wrong.what);
  }

  /** Call after the last entry. */
  faults(): readonly ProofFault[] {
    for (const record of this.#waiting.values())
      this.#fault("not-in-tree", record, "what the collector shows of its own chain is not in its log");
    this.#waiting.clear();
    return this.#faults;
  }

  #fault(kind: ProofFault["kind"], { chain, seq }: { chain: Sha256; seq: number }, what: string): void {
    this.#faults.push({ kind, line: null, chain, seq, what });
  }
}

/** One record of many that are not here; in words what is wrong with it. */
function readEvidence(
  reader: ChainReader,
  { seq, canonical, hash, signature, chain }: EvidenceRecord,
): { readonly record: AuditRecord; readonly reader: ChainReader } | string {
  const parsed = parseRecord(canonical);
  if (parsed === null) return "it is no record";
  if (seq === 1 && hash !== chain) return "it is named after another first record";
  const { position } = reader;
  const skipping =
    seq > position.seq + 1
      ? new ChainReader(nodeVerifier, { ...position, seq: seq - 1, hash: parsed.prev })
      : reader;
  const sealed: SealedRecord = { seq, canonical, hash, signature };
  const reading = skipping.next(sealed);
  if (reading.kind === "fault") return reading.fault.what;
  if (!nodeVerifier.verify(reading.publicKey, signedText(canonical), signature)) return "it is not signed";
  return { record: reading.record, reader: skipping };
}
