import { type Hash, type HashBytes, nodeHash, type ReadNode } from "./merkle.ts";
import { TILE_HEIGHT, TILE_WIDTH } from "./tile.ts";

const HASH_LENGTH = 32;

/** The bytes of a tile as far as it is filled; whole hashes. */
export type ReadTile = (level: number, index: number) => Promise<Uint8Array>;

/** Reads any complete subtree's hash from tiles, which keep one level of eight. @throws RangeError where it is not there. */
export const nodesOfTiles =
  (sha256: HashBytes, readTile: ReadTile): ReadNode =>
  async (level, index) => {
    const inTile = level % TILE_HEIGHT;
    const width = 2 ** inTile;
    const from = index * width;
    const tile = await readTile((level - inTile) / TILE_HEIGHT, Math.floor(from / TILE_WIDTH));
    const at = (from % TILE_WIDTH) * HASH_LENGTH;
    const bytes = tile.subarray(at, at + width * HASH_LENGTH);
    if (bytes.length !== width * HASH_LENGTH) {
      throw new RangeError(`The log has no subtree ${index} of level ${level}.`);
    }
    return complete(sha256, bytes);
  };

/** Hash of a complete subtree from the hashes of its lowest level, side by side. */
function complete(sha256: HashBytes, hashes: Uint8Array): Hash {
  if (hashes.length === HASH_LENGTH) return hashes;
  const half = hashes.length / 2;
  return nodeHash(
    sha256,
    complete(sha256, hashes.subarray(0, half)),
    complete(sha256, hashes.subarray(half)),
  );
}
