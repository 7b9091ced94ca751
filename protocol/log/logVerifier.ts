import type { Sha256 } from "../ids.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type Leaf, readLeaf } from "./leaf.ts";
import { historyFault } from "./logTrust.ts";
import { Frontier, type HashBytes, leafHash, sameHash } from "./merkle.ts";
import type { ProofFault } from "./proofReport.ts";

const ascii = new TextDecoder("latin1");

/**
 * Verifies a log from its entries alone: the tree is built again and held against the checkpoint, an older checkpoint
 * against the tree as it was, and each chain has to go on without a hole and never twice. Memory grows with the number
 * of chains only.
 */
export class LogVerifier {
  readonly #sha256: HashBytes;
  readonly #head: Checkpoint;
  readonly #older: Checkpoint | null;
  readonly #frontier: Frontier;
  readonly #chains = new Map<Sha256, number>();
  readonly #faults: ProofFault[] = [];

  constructor(sha256: HashBytes, head: Checkpoint, older: Checkpoint | null) {
    this.#sha256 = sha256;
    this.#head = head;
    this.#older = older;
    this.#frontier = new Frontier(sha256);
    this.#atOlder();
  }

  /** Entries taken so far. */
  get entries(): number {
    return this.#frontier.size;
  }
  /** The newest record of each chain that the entries hold. */
  get chains(): ReadonlyMap<Sha256, number> {
    return this.#chains;
  }
  get faults(): readonly ProofFault[] {
    return this.#faults;
  }

  /** Takes the next entry. Null where it is no record's leaf. */
  next(entry: Uint8Array): Leaf | null {
    const index = this.#frontier.size;
    this.#frontier.append(leafHash(this.#sha256, entry));
    this.#atOlder();
    const leaf = readLeaf(ascii.decode(entry));
    if (leaf === null) {
      this.#fault("log", null, null, `entry ${index} is no record's`);
      return null;
    }
    const expected = (this.#chains.get(leaf.chain) ?? 0) + 1;
    if (leaf.seq !== expected) {
      const what = `entry ${index} is its record ${leaf.seq}, where record ${expected} belongs`;
      this.#fault("log", leaf.chain, leaf.seq, what);
    } else if (leaf.seq === 1 && leaf.hash !== leaf.chain)
      this.#fault("wrong-chain", leaf.chain, 1, `entry ${index} begins a chain under another record's name`);
    this.#chains.set(leaf.chain, Math.max(leaf.seq, expected - 1));
    return leaf;
  }

  /** Call after the last entry of the checkpoint's tree. */
  end(): void {
    const { size, root } = this.#head;
    if (this.#frontier.size !== size)
      this.#fault("log", null, null, `the log has ${this.#frontier.size} of the ${size} entries it signed`);
    else if (!sameHash(this.#frontier.root, root))
      this.#fault("log", null, null, `its ${size} entries are not those the checkpoint was signed for`);
    if (this.#older !== null && this.#older.size > size) {
      const what = historyFault(this.#sha256, this.#older, this.#head, null);
      if (what !== null) this.#fault("history", null, null, what);
    }
  }

  #atOlder(): void {
    if (this.#older === null || this.#older.size !== this.#frontier.size) return;
    if (sameHash(this.#older.root, this.#frontier.root)) return;
    const what = `its first ${this.#older.size} entries are not those the older checkpoint was signed for`;
    this.#fault("history", null, null, what);
  }

  #fault(kind: ProofFault["kind"], chain: Sha256 | null, seq: number | null, what: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ kind, line: null, chain, seq, what });
  }
}

/** Of a log that is wrong in every entry nobody reads more. */
const MOST_FAULTS = 100;
