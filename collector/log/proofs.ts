import { consistencyProof, type Hash, inclusionProof } from "../../protocol/log/merkle.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { NodeCache } from "./nodeCache.ts";

/** Proves places and growth of the log. */
export class Proofs {
  readonly #nodes: NodeCache;

  constructor(nodes: NodeCache) {
    this.#nodes = nodes;
  }

  inclusion(index: number, size: number): Promise<readonly Hash[]> {
    return inclusionProof(sha256Bytes, index, size, this.#nodes.read);
  }

  /** Empty where there is nothing to go on from, or nothing was added. */
  async consistency(from: number, to: number): Promise<readonly Hash[]> {
    return from === 0 ? [] : consistencyProof(sha256Bytes, from, to, this.#nodes.read);
  }
}
