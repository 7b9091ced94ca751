import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  consistencyProof,
  Frontier,
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from "../../protocol/log/merkle.ts";
import { TILE_WIDTH } from "../../protocol/log/tile.ts";
import { nodesOfTiles } from "../../protocol/log/tileNodes.ts";

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash("sha256").update(bytes).digest());
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** MTH exactly as RFC 6962, section 2.1, defines it. */
function mth(entries: readonly Uint8Array[]): Hash {
  const [only] = entries;
  if (only === undefined) return sha256(new Uint8Array());
  if (entries.length === 1) return leafHash(sha256, only);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return nodeHash(sha256, mth(entries.slice(0, split)), mth(entries.slice(split)));
}

const entriesOf = (size: number): readonly Uint8Array[] =>
  Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`));

/** A log as the collector keeps it: tiles, filled as leaves come. */
function logOf(entries: readonly Uint8Array[]) {
  const frontier = new Frontier(sha256);
  const tiles = new Map<string, Hash[]>();
  for (const entry of entries) {
    for (const { level, index, hash } of frontier.append(leafHash(sha256, entry))) {
      if (level % 8 !== 0) continue;
      const key = `${level / 8}/${Math.floor(index / TILE_WIDTH)}`;
      const tile = tiles.get(key);
      if (tile === undefined) tiles.set(key, [hash]);
      else tile.push(hash);
    }
  }
  const read = nodesOfTiles(sha256, async (level, index) =>
    Buffer.concat(tiles.get(`${level}/${index}`) ?? []),
  );
  return { frontier, read };
}

// The inputs and hashes are those of the reference vectors for RFC 6962 trees.
const INPUTS = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("a tree of RFC 6962", () => {
  test("has the known roots", () => {
    const entries = INPUTS.map((input) => Buffer.from(input, "hex"));
    const frontier = new Frontier(sha256);
    expect(hex(frontier.root)).toBe(hex(sha256(new Uint8Array())));
    for (const [index, entry] of entries.entries()) {
      frontier.append(leafHash(sha256, entry));
      expect(hex(frontier.root)).toBe(ROOTS[index]);
    }
  });

  test("grows as the definition says, also when it is taken up again", () => {
    for (let size = 0; size <= 70; size++) {
      const entries = entriesOf(size);
      const { frontier } = logOf(entries);
      expect(hex(frontier.root)).toBe(hex(mth(entries)));
      expect(frontier.subtrees.length).toBe(subtreesOf(size).length);
      const again = new Frontier(sha256, size, frontier.subtrees);
      again.append(leafHash(sha256, Buffer.from("one more")));
      expect(hex(again.root)).toBe(hex(mth([...entries, Buffer.from("one more")])));
    }
  });

  test("proves every leaf in every size, and nothing else", async () => {
    for (let size = 1; size <= 40; size++) {
      const entries = entriesOf(size);
      const { frontier, read } = logOf(entries);
      const head = { size, root: frontier.root };
      for (const [index, entry] of entries.entries()) {
        const proof = await inclusionProof(sha256, index, size, read);
        const leaf = leafHash(sha256, entry);
        expect(verifyInclusion(sha256, leaf, index, head, proof)).toBe(true);
        expect(verifyInclusion(sha256, leaf, (index + 1) % size, head, proof)).toBe(size === 1);
        expect(verifyInclusion(sha256, leafHash(sha256, Buffer.from("x")), index, head, proof)).toBe(false);
        expect(verifyInclusion(sha256, leaf, index, head, [...proof, leaf])).toBe(false);
        if (proof.length > 0)
          expect(verifyInclusion(sha256, leaf, index, head, proof.slice(0, -1))).toBe(false);
      }
    }
  });

  test("proves that it goes on from what it was, and from nothing else", async () => {
    const entries = entriesOf(70);
    const { read } = logOf(entries);
    const rootOf = (size: number) => mth(entries.slice(0, size));
    for (let to = 1; to <= 70; to += 3) {
      for (let from = 1; from <= to; from++) {
        const proof = await consistencyProof(sha256, from, to, read);
        const [before, after] = [
          { size: from, root: rootOf(from) },
          { size: to, root: rootOf(to) },
        ];
        expect(hex(await rootAt(sha256, from, read))).toBe(hex(before.root));
        expect(verifyConsistency(sha256, before, after, proof)).toBe(true);
        const forged = { ...before, root: sha256(Buffer.from("forged")) };
        expect(verifyConsistency(sha256, forged, after, proof)).toBe(false);
        expect(verifyConsistency(sha256, before, { ...after, root: forged.root }, proof)).toBe(false);
        if (from < to) expect(verifyConsistency(sha256, after, before, proof)).toBe(false);
      }
    }
  });

  test("over several tiles", async () => {
    const entries = entriesOf(70_000);
    const { frontier, read } = logOf(entries);
    const head = { size: entries.length, root: frontier.root };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(entries.length - 1),
        fc.integer({ min: 1, max: entries.length }),
        async (index, from) => {
          const leaf = leafHash(sha256, entries[index] ?? Buffer.alloc(0));
          const proof = await inclusionProof(sha256, index, head.size, read);
          expect(verifyInclusion(sha256, leaf, index, head, proof)).toBe(true);
          const before = { size: from, root: await rootAt(sha256, from, read) };
          const consistency = await consistencyProof(sha256, from, head.size, read);
          expect(verifyConsistency(sha256, before, head, consistency)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
