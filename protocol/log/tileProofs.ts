import { Frontier, type Hash, type HashBytes, inclusionProof } from "./merkle.ts";
import { TILE_WIDTH } from "./tile.ts";
import { nodesOfTiles, type ReadTile } from "./tileNodes.ts";

/** An inclusion proof, cut where the leaf's tile ends: records of one tile share the upper part. */
export interface TileProof {
  readonly tile: number;
  readonly lower: readonly Hash[];
  readonly upper: readonly Hash[];
}

interface OpenTile {
  readonly tile: number;
  readonly width: number;
  readonly nodes: ReadonlyMap<string, Hash>;
  readonly upper: readonly Hash[];
}

const HASH_LENGTH = 32;

/** Proofs out of a log's tiles, each tile hashed once for all its leaves that are asked for one after the other. */
export class TileProofs {
  readonly #sha256: HashBytes;
  readonly #size: number;
  readonly #readTile: ReadTile;
  #open: OpenTile | null = null;

  constructor(sha256: HashBytes, size: number, readTile: ReadTile) {
    this.#sha256 = sha256;
    this.#size = size;
    this.#readTile = readTile;
  }

  /** @throws RangeError where the tree has no such leaf, or the tiles lack it. */
  async proof(index: number): Promise<TileProof> {
    const tile = Math.floor(index / TILE_WIDTH);
    const open = this.#open?.tile === tile ? this.#open : await this.#read(tile, index);
    this.#open = open;
    return { tile, lower: await this.#lower(open, index), upper: open.upper };
  }

  async #read(tile: number, index: number): Promise<OpenTile> {
    const width = Math.min(TILE_WIDTH, this.#size - tile * TILE_WIDTH);
    const bytes = await this.#readTile(0, tile);
    const frontier = new Frontier(this.#sha256);
    const nodes = new Map<string, Hash>();
    for (let leaf = 0; leaf < width; leaf += 1) {
      const hash = bytes.slice(leaf * HASH_LENGTH, (leaf + 1) * HASH_LENGTH);
      if (hash.length !== HASH_LENGTH) throw new RangeError(`The log's tile ${tile} has no leaf ${leaf}.`);
      for (const node of frontier.append(hash)) nodes.set(`${node.level}/${node.index}`, node.hash);
    }
    const read = nodesOfTiles(this.#sha256, this.#readTile);
    const whole = await inclusionProof(this.#sha256, index, this.#size, read);
    const lower = await this.#lower({ tile, width, nodes, upper: [] }, index);
    return { tile, width, nodes, upper: whole.slice(lower.length) };
  }

  #lower({ tile, width, nodes }: OpenTile, index: number): Promise<readonly Hash[]> {
    return inclusionProof(this.#sha256, index - tile * TILE_WIDTH, width, async (level, place) => {
      const hash = nodes.get(`${level}/${place}`);
      if (hash === undefined) throw new RangeError(`The log's tile ${tile} has no node ${level}/${place}.`);
      return hash;
    });
  }
}
