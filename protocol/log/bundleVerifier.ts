import type { Verifier } from "../audit/seal.ts";
import type { Sha256 } from "../ids.ts";
import { DropEvidence } from "../retention/dropEvidence.ts";
import { fromBase64 } from "./base64.ts";
import { type BundledRecord, type BundleHeader, type BundleLine, readBundleLine } from "./bundle.ts";
import { BundledChain, type BundledFault } from "./bundledChain.ts";
import { type Checkpoint, CheckpointError } from "./checkpoint.ts";
import { leafText, readLeaf } from "./leaf.ts";
import { historyFault, type LogTrust, type ProofCrypto, trustedCheckpoint } from "./logTrust.ts";
import { type Hash, leafHash, verifyInclusion } from "./merkle.ts";
import {
  type ProofFault,
  type ProofFaultKind,
  type ProofNotice,
  type ProvenChain,
  type ProvenLog,
  provenLog,
} from "./proofReport.ts";
import { TILE_WIDTH } from "./tile.ts";

export interface BundleReport {
  readonly kind: "intact" | "broken";
  /** Null where no log stands behind the records, or its checkpoint is not believed. */
  readonly log: ProvenLog | null;
  readonly records: number;
  /** Every entry of the log is in the bundle, so nothing can be missing. */
  readonly complete: boolean;
  readonly chains: readonly ProvenChain[];
  /** Records of the bundle whose text was dropped by retention; their hashes are kept, and proven. */
  readonly dropped: number;
  readonly faults: readonly ProofFault[];
  readonly notices: readonly ProofNotice[];
}

const utf8 = new TextEncoder();

/**
 * Verifies a bundle line by line; memory does not grow with it. A fault in a chain ends that chain, and the others go
 * on; a fault of the file itself ends everything.
 */
export class BundleVerifier {
  readonly #crypto: ProofCrypto;
  readonly #verifier: Verifier;
  readonly #trust: LogTrust;
  readonly #faults: ProofFault[] = [];
  readonly #notices: ProofNotice[] = [];
  readonly #chains = new Map<Sha256, ProvenChain>();
  /** Every chain so far, those that are here as evidence for others among them. */
  readonly #named = new Set<Sha256>();
  readonly #evidence: DropEvidence;
  #line = 0;
  #header: BundleHeader | null = null;
  #checkpoint: Checkpoint | null = null;
  #older: Checkpoint | null = null;
  #tile: { readonly tile: number; readonly path: readonly Hash[] } | null = null;
  #open: BundledChain | null = null;
  /** The open chain has a fault. */
  #skipping = false;
  /** `record` lines of the open chain, sound or not. */
  #lines = 0;
  #records = 0;
  #ended = false;
  #stopped = false;

  constructor(crypto: ProofCrypto, verifier: Verifier, trust: LogTrust) {
    this.#crypto = crypto;
    this.#verifier = verifier;
    this.#trust = trust;
    this.#evidence = new DropEvidence(crypto.sha256);
  }

  /** Nothing that follows can be believed. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes the next line, without its line feed. */
  next(text: string): void {
    if (this.#stopped) return;
    this.#line += 1;
    const fault = this.#ended ? format("it comes after the last line") : this.#read(text);
    if (fault !== null) this.#stop(fault);
  }

  /** Call after the last line. */
  report(): BundleReport {
    if (!this.#stopped && !this.#ended) {
      this.#line += 1;
      this.#stop({ kind: "cut", what: "the file ends before its last line" });
    }
    const size = this.#checkpoint?.size ?? null;
    const intact = this.#faults.length === 0;
    const chains = [...this.#chains.values()];
    const dropped = chains
      .flatMap((chain) => chain.dropped)
      .reduce((sum, { from, to }) => sum + to - from + 1, 0);
    return {
      kind: intact ? "intact" : "broken",
      log: this.#checkpoint === null ? null : provenLog(this.#checkpoint),
      records: this.#records,
      complete: intact && size === this.#records,
      chains,
      dropped,
      faults: this.#faults,
      notices:
        dropped === 0 || this.#evidence.holdsKnown ? this.#notices : [...this.#notices, HOLDS_NOT_SHOWN],
    };
  }

  #read(text: string): FileFault | null {
    const line = readBundleLine(text);
    if (typeof line === "string") return format(line);
    if (this.#header !== null) return this.#take(line);
    return line.kind === "bundle" ? this.#begin(line) : format("the first line is no bundle's");
  }

  #begin(header: BundleHeader): FileFault | null {
    this.#header = header;
    const { key, older } = this.#trust;
    if (header.log === null) {
      if (key.kind === "given")
        return { kind: "checkpoint", what: "the bundle holds no checkpoint of a log" };
      return older === null
        ? null
        : { kind: "history", what: "the bundle holds no checkpoint to go on from the older one" };
    }
    try {
      this.#checkpoint = trustedCheckpoint(this.#crypto, key, header.log);
      if (older === null) return null;
      this.#older = trustedCheckpoint(this.#crypto, key, { key: header.log.key, checkpoint: older });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      const which = this.#checkpoint === null ? "the checkpoint" : "the older checkpoint";
      return { kind: "checkpoint", what: `${which} is refused: ${error.message}` };
    }
    // Sizes that need no proof are settled here, so that a bundle need not hold one.
    const settled = this.#older.size >= this.#checkpoint.size || this.#older.size === 0;
    return settled ? this.#settleHistory(null) : null;
  }

  #settleHistory(proof: readonly Hash[] | null): FileFault | null {
    if (this.#older === null || this.#checkpoint === null) return null;
    const what = historyFault(this.#crypto.sha256, this.#older, this.#checkpoint, proof);
    this.#older = null;
    return what === null ? null : { kind: "history", what };
  }

  #take(line: BundleLine): FileFault | null {
    const open = this.#open;
    if (open === null) return this.#takeBetweenChains(line);
    switch (line.kind) {
      case "tile":
        this.#tile = { tile: line.tile, path: hashes(line.path) };
        return null;
      case "key":
      case "drop":
      case "record":
        if (line.kind === "record") this.#lines += 1;
        if (!this.#skipping) this.#record(open, line);
        return null;
      case "chain_end":
        this.#endChain(open, line.records);
        return null;
      case "end":
        return { kind: "cut", what: "the file ends within a chain" };
      default:
        return format(`a "${line.kind}" line stands within a chain`);
    }
  }

  #takeBetweenChains(line: BundleLine): FileFault | null {
    switch (line.kind) {
      case "consistency":
        if (this.#named.size > 0) return format("it stands after a chain has begun");
        return line.from === this.#older?.size ? this.#settleHistory(hashes(line.proof)) : null;
      case "chain":
        if (this.#named.has(line.chain))
          return { ...format("the bundle holds this chain twice"), chain: line.chain };
        this.#openChain(line.chain);
        return this.#settleHistory(null);
      case "end":
        this.#ended = true;
        return line.chains === this.#named.size
          ? this.#settleHistory(null)
          : {
              kind: "cut",
              what: `the bundle had ${line.chains} chains, and ${this.#named.size} are here`,
            };
      default:
        return format(`a "${line.kind}" line stands outside of a chain`);
    }
  }

  #openChain(chain: Sha256): void {
    this.#named.add(chain);
    this.#tile = null;
    this.#lines = 0;
    this.#skipping = false;
    this.#open = new BundledChain({
      verifier: this.#verifier,
      chain,
      from: this.#header?.from ?? null,
      tree: this.#checkpoint === null ? null : this.#placedUnder(this.#checkpoint, chain),
      evidence: this.#evidence,
      leaf: (line) => this.#leafOf(chain, line),
    });
  }

  #record(open: BundledChain, line: BundledRecord): void {
    const fault = open.next(line);
    if (fault !== null) this.#skip(open, fault);
  }

  #placedUnder(head: Checkpoint, chain: Sha256): (line: BundledRecord) => BundledFault | null {
    return (line) => {
      const { seq, hash, signature, leaf } = line;
      const fault = (kind: ProofFaultKind, what: string): BundledFault => ({ kind, seq, what });
      if (leaf === null) return fault("not-in-tree", "nothing proves that it is in the log");
      if (readLeaf(leafText({ chain, seq, hash, signature })) === null)
        return fault("bad-signature", "its signature is none");
      if (this.#tile?.tile !== Math.floor(leaf.index / TILE_WIDTH))
        return fault("not-in-tree", "the proof of its tile is not here");
      const { sha256 } = this.#crypto;
      const proof = [...hashes(leaf.path), ...this.#tile.path];
      return verifyInclusion(sha256, this.#leafOf(chain, line), leaf.index, head, proof)
        ? null
        : fault("not-in-tree", `it is not entry ${leaf.index} of the log`);
    };
  }

  #leafOf(chain: Sha256, { seq, hash, signature }: BundledRecord): Hash {
    return leafHash(this.#crypto.sha256, utf8.encode(leafText({ chain, seq, hash, signature })));
  }

  #endChain(open: BundledChain, records: number): void {
    if (!this.#skipping && (records !== this.#lines || (records === 0 && !open.isEvidence))) {
      const what = `the chain had ${records} records in the bundle, and ${this.#lines} are here`;
      this.#skip(open, { kind: "cut", seq: null, what });
    }
    this.#records += open.records;
    if (this.#skipping || !open.isEvidence) this.#chains.set(open.chain, open.report());
    if (!this.#skipping) for (const notice of open.notices()) this.#notices.push(notice);
    this.#open = null;
  }

  #skip({ chain }: BundledChain, { kind, seq, what }: BundledFault): void {
    this.#skipping = true;
    this.#faults.push({ kind, line: this.#line, chain, seq, what });
  }

  #stop({ kind, what, chain }: FileFault): void {
    this.#faults.push({ kind, line: this.#line, chain: chain ?? null, seq: null, what });
    this.#stopped = true;
    if (this.#open === null) return;
    this.#records += this.#open.records;
    this.#chains.set(this.#open.chain, this.#open.report());
  }
}

const HOLDS_NOT_SHOWN: ProofNotice = {
  kind: "holds-not-shown",
  chain: null,
  seq: null,
  what: "the bundle does not show which legal holds were in force when texts were dropped",
};

/** A fault of the file itself. */
interface FileFault {
  readonly kind: ProofFaultKind;
  readonly what: string;
  readonly chain?: Sha256;
}
const format = (what: string): FileFault => ({ kind: "format", what });

/** Hashes of a line, whose form its schema has checked; a spelling that is none makes a proof that leads nowhere. */
const hashes = (texts: readonly string[]): readonly Hash[] =>
  texts.map((text) => fromBase64(text) ?? new Uint8Array());
