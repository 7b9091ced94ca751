import type { Hash, ReadNode, TreeNode } from "../../protocol/log/merkle.ts";
import { nodesOfTiles } from "../../protocol/log/tileNodes.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { Store } from "../store/store.ts";

const MOST = 50_000;

/** Hashes of complete subtrees, which never change, so that a proof reads few tiles. */
export class NodeCache {
  readonly #known = new Map<string, Hash>();
  readonly #inTiles: ReadNode;

  constructor(store: Pick<Store, "tile">) {
    this.#inTiles = nodesOfTiles(sha256Bytes, (level, index) => store.tile(level, index));
  }

  readonly read: ReadNode = async (level, index) => {
    const known = this.#known.get(`${level}/${index}`);
    if (known !== undefined) return known;
    const hash = Uint8Array.from(await this.#inTiles(level, index));
    this.#set(level, index, hash);
    return hash;
  };

  /** Takes nodes of a commit that holds. */
  keep(nodes: readonly TreeNode[]): void {
    for (const { level, index, hash } of nodes) this.#set(level, index, hash);
  }

  #set(level: number, index: number, hash: Hash): void {
    this.#known.set(`${level}/${index}`, hash);
    if (this.#known.size <= MOST) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
