import { leafText } from "../../protocol/log/leaf.ts";
import { Frontier, type Hash, leafHash, type TreeNode } from "../../protocol/log/merkle.ts";
import { TILE_HEIGHT, TILE_WIDTH } from "../../protocol/log/tile.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { PlacedRecord, TileGrowth, Tree } from "../store/store.ts";

/** A tree to which leaves are being added. */
export class TreeGrowth {
  readonly #frontier: Frontier;
  readonly #from: number;
  readonly #nodes: TreeNode[] = [];

  constructor(tree: Pick<Tree, "size" | "subtrees">) {
    this.#frontier = new Frontier(sha256Bytes, tree.size, tree.subtrees);
    this.#from = tree.size;
  }

  get size(): number {
    return this.#frontier.size;
  }
  get grown(): boolean {
    return this.size > this.#from;
  }
  get subtrees(): readonly Hash[] {
    return this.#frontier.subtrees;
  }
  get root(): Hash {
    return this.#frontier.root;
  }
  /** Every complete subtree that came to be. */
  get nodes(): readonly TreeNode[] {
    return this.#nodes;
  }

  /** Returns the leaf's place. */
  append(leaf: Omit<PlacedRecord, "leafIndex">): number {
    const index = this.#frontier.size;
    this.#nodes.push(...this.#frontier.append(leafHash(sha256Bytes, Buffer.from(leafText(leaf)))));
    return index;
  }

  /** The new hashes by the tiles they stand in. */
  tiles(): readonly TileGrowth[] {
    const grown = new Map<string, { level: number; index: number; from: number; hashes: Hash[] }>();
    for (const { level, index, hash } of this.#nodes) {
      if (level % TILE_HEIGHT !== 0) continue;
      const tile = { level: level / TILE_HEIGHT, index: Math.floor(index / TILE_WIDTH) };
      const key = `${tile.level}/${tile.index}`;
      const growth = grown.get(key) ?? { ...tile, from: index % TILE_WIDTH, hashes: [] };
      growth.hashes.push(hash);
      grown.set(key, growth);
    }
    return [...grown.values()].map(({ hashes, ...tile }) => ({ ...tile, hashes: Buffer.concat(hashes) }));
  }
}
