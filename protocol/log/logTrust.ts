import {
  type Checkpoint,
  CheckpointError,
  openCheckpoint,
  readNoteKey,
  type VerifyBytes,
} from "./checkpoint.ts";
import { type Hash, type HashBytes, sameHash, verifyConsistency } from "./merkle.ts";

/** The primitives proofs rest on, given by the platform. */
export interface ProofCrypto {
  readonly sha256: HashBytes;
  readonly verify: VerifyBytes;
}

/** Which key a log has: as the person who verifies was told, or as the very thing that is verified says. */
export type LogKey =
  | { readonly kind: "given"; readonly key: string }
  | { readonly kind: "as-written" }
  | { readonly kind: "unknown" };

/** A log's word, and what the person who verifies holds of it already. */
export interface LogTrust {
  readonly key: LogKey;
  /** A checkpoint of former times. What is verified has to go on from it. */
  readonly older: string | null;
}

/** Why nothing is proven where no key was given: no fault of what is verified. */
export const NO_KEY = "nobody said which key the log has, and the log's own word for it proves nothing";

/** The checkpoint, signed by the key that is trusted. @throws CheckpointError */
export function trustedCheckpoint(
  { sha256, verify }: ProofCrypto,
  key: LogKey,
  written: { readonly key: string; readonly checkpoint: string },
): Checkpoint {
  if (key.kind === "unknown") throw new CheckpointError(NO_KEY);
  const text = key.kind === "given" ? key.key : written.key;
  return openCheckpoint(sha256, verify, written.checkpoint, readNoteKey(sha256, text));
}

/** Null where `proof` leads from the older tree to the newer one; otherwise what is wrong, in words. */
export function historyFault(
  sha256: HashBytes,
  older: Checkpoint,
  newer: Checkpoint,
  proof: readonly Hash[] | null,
): string | null {
  if (older.size > newer.size)
    return `the older checkpoint is of ${older.size} entries, this one of ${newer.size}: it lacks some, or was made before`;
  if (older.size === newer.size)
    return sameHash(older.root, newer.root)
      ? null
      : `the log has signed two different trees of ${newer.size} entries`;
  if (older.size === 0) return null;
  if (proof === null) return `there is no proof that the log goes on from the older ${older.size} entries`;
  return verifyConsistency(sha256, older, newer, proof)
    ? null
    : `the log does not go on from the older ${older.size} entries: its history was changed, or the proof was`;
}
