/** SHA-256, 32 bytes. */
export type Hash = Uint8Array;

/** SHA-256 of bytes, given by the platform. */
export type HashBytes = (bytes: Uint8Array) => Hash;

/** A tree's size in leaves, and the hash of all of it. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** A hash of a complete subtree: `level` 0 is the leaves, `index` counts subtrees of that level from the left. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

/** Hash of a complete subtree that is in the tree. */
export type ReadNode = (level: number, index: number) => Promise<Hash>;

/** RFC 6962, section 2.1: a leaf cannot be taken for a node. */
export const leafHash = (sha256: HashBytes, entry: Uint8Array): Hash => sha256(joined(0x00, entry));

/** RFC 6962, section 2.1. */
export const nodeHash = (sha256: HashBytes, left: Hash, right: Hash): Hash =>
  sha256(joined(0x01, left, right));

function joined(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 1));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The complete subtrees a tree of `size` leaves is made of, the largest first. */
export function subtreesOf(size: number): readonly { readonly level: number; readonly index: number }[] {
  const found: { level: number; index: number }[] = [];
  let from = 0;
  for (let level = levelBelow(size); level >= 0; level--) {
    const width = 2 ** level;
    if (size - from < width) continue;
    found.push({ level, index: from / width });
    from += width;
  }
  return found;
}

/** Level of the largest complete subtree that fits into so many leaves; -1 for none. */
function levelBelow(size: number): number {
  let level = -1;
  for (let width = 1; width <= size; width *= 2) level += 1;
  return level;
}

/** Hash of a tree from its complete subtrees, the largest first. */
function bagged(sha256: HashBytes, subtrees: readonly Hash[]): Hash {
  let root: Hash | null = null;
  for (let index = subtrees.length - 1; index >= 0; index--) {
    const subtree = subtrees[index];
    if (subtree === undefined) continue;
    root = root === null ? subtree : nodeHash(sha256, subtree, root);
  }
  return root ?? sha256(new Uint8Array());
}

/**
 * The right edge of a growing tree: what is needed to add a leaf and to tell the hash of everything so far. Its hashes
 * are those of `subtreesOf(size)`.
 */
export class Frontier {
  readonly #sha256: HashBytes;
  #size: number;
  readonly #subtrees: Hash[];

  constructor(sha256: HashBytes, size = 0, subtrees: readonly Hash[] = []) {
    if (subtreesOf(size).length !== subtrees.length) {
      throw new RangeError(
        `A tree of ${size} leaves has ${subtreesOf(size).length} subtrees, not ${subtrees.length}.`,
      );
    }
    this.#sha256 = sha256;
    this.#size = size;
    this.#subtrees = [...subtrees];
  }

  get size(): number {
    return this.#size;
  }
  get subtrees(): readonly Hash[] {
    return this.#subtrees;
  }
  get root(): Hash {
    return bagged(this.#sha256, this.#subtrees);
  }

  /** Adds a leaf by its hash. Returns every complete subtree that came to be, the leaf first. */
  append(leaf: Hash): readonly TreeNode[] {
    const made: TreeNode[] = [{ level: 0, index: this.#size, hash: leaf }];
    let hash = leaf;
    let index = this.#size;
    for (let level = 0; index % 2 === 1; level++) {
      const left = this.#subtrees.pop();
      if (left === undefined) throw new RangeError("The frontier has lost a subtree.");
      hash = nodeHash(this.#sha256, left, hash);
      index = (index - 1) / 2;
      made.push({ level: level + 1, index, hash });
    }
    this.#subtrees.push(hash);
    this.#size += 1;
    return made;
  }
}

/** Hash of the leaves from `from` up to `to`, which lie in the tree as RFC 6962 splits it. */
async function rangeHash(sha256: HashBytes, from: number, to: number, read: ReadNode): Promise<Hash> {
  const width = to - from;
  const level = levelBelow(width);
  if (2 ** level === width && from % width === 0) return read(level, from / width);
  const split = splitOf(width);
  return nodeHash(
    sha256,
    await rangeHash(sha256, from, from + split, read),
    await rangeHash(sha256, from + split, to, read),
  );
}

/** The largest power of two below `width`. */
function splitOf(width: number): number {
  let split = 1;
  while (split * 2 < width) split *= 2;
  return split;
}

/** Hash of the tree as it was with `size` leaves. */
export const rootAt = (sha256: HashBytes, size: number, read: ReadNode): Promise<Hash> =>
  size === 0 ? Promise.resolve(sha256(new Uint8Array())) : rangeHash(sha256, 0, size, read);

/**
 * Proves that a leaf is in the tree of `size` leaves: hashes from the leaf up (RFC 6962, section 2.1.1).
 * @throws RangeError where there is no such leaf.
 */
export async function inclusionProof(
  sha256: HashBytes,
  index: number,
  size: number,
  read: ReadNode,
): Promise<readonly Hash[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  const path: Hash[] = [];
  let [from, to] = [0, size];
  const beside: { from: number; to: number }[] = [];
  while (to - from > 1) {
    const split = from + splitOf(to - from);
    if (index < split) {
      beside.push({ from: split, to });
      to = split;
    } else {
      beside.push({ from, to: split });
      from = split;
    }
  }
  for (const part of beside.reverse()) path.push(await rangeHash(sha256, part.from, part.to, read));
  return path;
}

/**
 * Proves that the tree of `to` leaves begins with the tree of `from` leaves (RFC 6962, section 2.1.2).
 * @throws RangeError where the first is not smaller than the second, or empty.
 */
export async function consistencyProof(
  sha256: HashBytes,
  from: number,
  to: number,
  read: ReadNode,
): Promise<readonly Hash[]> {
  if (!(from > 0 && from <= to)) throw new RangeError(`No tree of ${to} leaves begins with one of ${from}.`);
  const proof: { from: number; to: number }[] = [];
  let [low, high] = [0, to];
  let whole = true;
  let size = from;
  while (size !== high - low) {
    const split = splitOf(high - low);
    if (size <= split) {
      proof.push({ from: low + split, to: high });
      high = low + split;
    } else {
      proof.push({ from: low, to: low + split });
      low += split;
      size -= split;
      whole = false;
    }
  }
  if (!whole) proof.push({ from: low, to: high });
  const path: Hash[] = [];
  for (const part of proof.reverse()) path.push(await rangeHash(sha256, part.from, part.to, read));
  return path;
}

/** Whether the proof leads from the leaf to the root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  sha256: HashBytes,
  leaf: Hash,
  index: number,
  head: TreeHead,
  proof: readonly Hash[],
): boolean {
  if (!(index >= 0 && index < head.size)) return false;
  let [node, last] = [index, head.size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(sha256, hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameHash(hash, head.root);
}

/** Whether the second tree begins with the first (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  sha256: HashBytes,
  from: TreeHead,
  to: TreeHead,
  proof: readonly Hash[],
): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && sameHash(from.root, to.root);
  if (from.size === 0) return proof.length === 0;
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : [...proof];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [node, last] = [from.size - 1, to.size - 1];
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let [before, after] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      before = nodeHash(sha256, hash, before);
      after = nodeHash(sha256, hash, after);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else after = nodeHash(sha256, after, hash);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameHash(before, from.root) && sameHash(after, to.root);
}

const isPowerOfTwo = (size: number): boolean => 2 ** levelBelow(size) === size;

/** Whether two hashes are the same. */
export function sameHash(one: Hash, other: Hash): boolean {
  if (one.length !== other.length) return false;
  return one.every((byte, index) => byte === other[index]);
}
