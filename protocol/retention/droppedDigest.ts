import type { Hash, HashBytes } from "../log/merkle.ts";

/** Commits to leaves one after the other: it says of what was dropped that it was exactly this. */
export class DroppedDigest {
  readonly #sha256: HashBytes;
  #state: Hash = new Uint8Array(32);

  constructor(sha256: HashBytes) {
    this.#sha256 = sha256;
  }

  /** Takes the hash of the next leaf. */
  add(leaf: Hash): void {
    const both = new Uint8Array(this.#state.length + leaf.length);
    both.set(this.#state);
    both.set(leaf, this.#state.length);
    this.#state = this.#sha256(both);
  }

  get hex(): string {
    return [...this.#state].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
