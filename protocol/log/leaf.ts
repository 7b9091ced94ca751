import { type Sha256, sha256 } from "../ids.ts";

/**
 * What the log holds of a record: enough to prove it is there, nothing of what it says, so that its body can be dropped
 * one day and the proofs stay.
 */
export interface Leaf {
  /** The chain's id: hash of its first record. */
  readonly chain: Sha256;
  readonly seq: number;
  /** Hash of the record's canonical text. */
  readonly hash: Sha256;
  /** Ed25519 by the record's key, base64. */
  readonly signature: string;
}

const LEAF = /^sluice-leaf-v1\n([0-9a-f]{64})\n([1-9][0-9]*)\n([0-9a-f]{64})\n([A-Za-z0-9+/=]{88})\n$/;

/** The entry's bytes as text: five lines. */
export const leafText = ({ chain, seq, hash, signature }: Leaf): string =>
  `sluice-leaf-v1\n${chain}\n${seq}\n${hash}\n${signature}\n`;

/** Null where the text is no leaf. */
export function readLeaf(text: string): Leaf | null {
  const [chain, seq, hash, signature] = LEAF.exec(text)?.slice(1) ?? [];
  if (chain === undefined || seq === undefined || hash === undefined || signature === undefined) return null;
  return { chain: sha256(chain), seq: Number(seq), hash: sha256(hash), signature };
}
