import type { Sha256 } from "../../protocol/ids.ts";
import { type Checkpoint, CheckpointError } from "../../protocol/log/checkpoint.ts";
import type { Leaf } from "../../protocol/log/leaf.ts";
import { type LogTrust, trustedCheckpoint } from "../../protocol/log/logTrust.ts";
import { LogVerifier } from "../../protocol/log/logVerifier.ts";
import { leafHash } from "../../protocol/log/merkle.ts";
import {
  type DroppedRange,
  type ProofFault,
  type ProofNotice,
  type ProvenLog,
  provenLog,
} from "../../protocol/log/proofReport.ts";
import type { DropEvidence } from "../../protocol/retention/dropEvidence.ts";
import { checkTexts, type LedgerTexts } from "./droppedTexts.ts";
import { type LedgerDatabase, readLedgerFile } from "./ledgerFile.ts";
import { LogEvidence } from "./logEvidence.ts";
import { LogReadError } from "./logReadError.ts";
import type { LogReader } from "./logReader.ts";
import { proofCrypto } from "./proofCrypto.ts";
import { type LedgerProof, proveLedger } from "./proveLedger.ts";

export interface LogReport {
  readonly kind: "intact" | "broken";
  /** Null where its checkpoint is not believed. */
  readonly log: ProvenLog | null;
  readonly entries: number;
  readonly chains: number;
  /** The ledger that was held against the log; null for none. */
  readonly ledger: {
    readonly chain: Sha256;
    readonly records: number;
    readonly inLog: number;
    /** Of those in the log: whose text the collector has dropped. */
    readonly dropped: readonly DroppedRange[];
  } | null;
  /** Records of the whole log whose text was dropped by retention; null where none was, or nobody may see it. */
  readonly dropped: DropEvidence["dropped"];
  readonly faults: readonly ProofFault[];
  readonly notices: readonly ProofNotice[];
}

/**
 * Reads a whole log, builds its tree again, and holds a ledger's records against it; for whoever is signed in also what
 * the collector says it dropped, and the texts it has of the ledger's chain. @throws LogReadError where the log
 * cannot be read.
 */
export async function verifyLog(
  reader: LogReader,
  trust: LogTrust,
  ledger: string | null,
): Promise<LogReport> {
  const own = ledger === null ? null : await proveLedger(ledger);
  const faults: ProofFault[] = own === null ? [] : faultsOf(own);
  const heads = await trustedHeads(reader, trust);
  if (!("head" in heads)) {
    faults.push(heads);
    return {
      kind: "broken",
      log: null,
      entries: 0,
      chains: 0,
      ledger: null,
      dropped: null,
      faults,
      notices: [],
    };
  }
  const { head, older } = heads;
  const log = new LogVerifier(proofCrypto.sha256, head, older);
  const shown = await evidenceOf(reader, head.size);
  const evidence = shown ?? new LogEvidence([], true);
  const comparison =
    ledger === null || own === null || own.chain === null ? null : new Comparison(ledger, own, own.chain);
  try {
    for await (const entry of reader.entries(head.size)) {
      const index = log.entries;
      const leaf = log.next(entry);
      if (leaf === null) continue;
      evidence.entry(index, leaf, leafHash(proofCrypto.sha256, entry));
      comparison?.take(leaf);
    }
  } finally {
    comparison?.close();
  }
  log.end();
  faults.push(...log.faults, ...evidence.faults(), ...(comparison?.faults() ?? []));
  const texts =
    shown === null || ledger === null || comparison === null || faults.length > 0
      ? null
      : await textsOf(reader, ledger, comparison.report(), shown.drops);
  if (texts?.fault != null) faults.push(texts.fault);
  return {
    kind: faults.length === 0 ? "intact" : "broken",
    log: provenLog(head),
    entries: log.entries,
    chains: log.chains.size,
    ledger: comparison === null ? null : { ...comparison.report(), dropped: texts?.dropped ?? [] },
    dropped: evidence.drops.dropped,
    faults,
    notices: [
      ...(own?.notices ?? []),
      ...(comparison?.notices() ?? []),
      ...(reader.signedIn &&
      (shown === null || (comparison !== null && texts === null && faults.length === 0))
        ? [TEXTS_NOT_READ]
        : []),
    ],
  };
}

const TEXTS_NOT_READ: ProofNotice = {
  kind: "texts-not-read",
  chain: null,
  seq: null,
  what: "the collector does not show to this person which texts it has",
};

/** What the collector shows of dropped texts, of a tree of that size; null where it shows nothing to this person. */
async function evidenceOf(reader: LogReader, size: number): Promise<LogEvidence | null> {
  if (!reader.signedIn) return null;
  const answer = await shownOnly(() => reader.evidence());
  if (answer === null) return null;
  return new LogEvidence(
    answer.records.filter(({ index }) => index < size),
    answer.holds,
  );
}

const textsOf = (
  reader: LogReader,
  path: string,
  { chain, inLog }: { readonly chain: Sha256; readonly inLog: number },
  drops: DropEvidence,
): Promise<LedgerTexts | null> => shownOnly(() => checkTexts(reader, { path, chain, records: inLog }, drops));

/** Null where the collector refuses it to this person: the log itself is for everybody. */
async function shownOnly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LogReadError && error.problem.code === "collector-forbids") return null;
    throw error;
  }
}

interface Heads {
  readonly head: Checkpoint;
  readonly older: Checkpoint | null;
}

async function trustedHeads(reader: LogReader, { key, older }: LogTrust): Promise<Heads | ProofFault> {
  const checkpoint = await reader.checkpoint();
  const written = key.kind === "as-written" ? (await reader.info()).logKey : "";
  let which = "the checkpoint";
  try {
    const head = trustedCheckpoint(proofCrypto, key, { key: written, checkpoint });
    if (older === null) return { head, older };
    which = "the older checkpoint";
    return { head, older: trustedCheckpoint(proofCrypto, key, { key: written, checkpoint: older }) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const what = `${which} is refused: ${error.message}`;
    return { kind: "checkpoint", line: null, chain: null, seq: null, what };
  }
}

const faultsOf = ({ chain, fault }: LedgerProof): ProofFault[] =>
  fault === null ? [] : [{ ...fault, line: null, chain, what: `in the ledger, ${fault.what}` }];

/** A ledger's records beside the leaves of its chain, as they come. */
class Comparison {
  readonly #database: LedgerDatabase;
  readonly #proof: LedgerProof;
  readonly #chain: Sha256;
  readonly #record;
  #inLog = 0;
  #fault: ProofFault | null = null;

  constructor(path: string, proof: LedgerProof, chain: Sha256) {
    this.#database = readLedgerFile(path);
    this.#proof = proof;
    this.#chain = chain;
    this.#record = this.#database.prepare<[number], { hash: string; signature: string }>(
      "SELECT hash, signature FROM records WHERE seq = ?",
    );
  }

  take({ chain, seq, hash, signature }: Leaf): void {
    if (chain !== this.#chain) return;
    this.#inLog = Math.max(this.#inLog, seq);
    if (this.#fault !== null) return;
    const found = this.#record.get(seq);
    if (found?.hash === hash && found.signature === signature) return;
    const what =
      found === undefined
        ? "the log has it and the ledger has not: records were taken out of the ledger"
        : "the ledger and the log hold different records";
    this.#fault = { kind: "differs", line: null, chain, seq, what };
  }

  close(): void {
    this.#database.close();
  }

  faults(): readonly ProofFault[] {
    return this.#fault === null ? [] : [this.#fault];
  }

  notices(): readonly ProofNotice[] {
    const seq = this.#inLog + 1;
    const late = this.#proof.records - this.#inLog;
    const what = `from here on the log has nothing yet (${late} of ${this.#proof.records} records)`;
    return late > 0 ? [{ kind: "not-in-log-yet", chain: this.#chain, seq, what }] : [];
  }

  report(): { readonly chain: Sha256; readonly records: number; readonly inLog: number } {
    return { chain: this.#chain, records: this.#proof.records, inLog: this.#inLog };
  }
}
