import { type BatchReceipt, type CollectorInfo, proofHashes } from "../../../protocol/collector/ingest.ts";
import {
  type Checkpoint,
  CheckpointError,
  type NoteKey,
  openCheckpoint,
  readNoteKey,
} from "../../../protocol/log/checkpoint.ts";
import { type Leaf, leafText } from "../../../protocol/log/leaf.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "../../../protocol/log/merkle.ts";
import { sha256Bytes, verifyBytes } from "../../../protocol/node/crypto.ts";
import type { CollectorClient } from "./collectorClient.ts";
import { dishonest } from "./collectorError.ts";
import type { SyncStore } from "./syncStore.ts";

/**
 * Holds a collector to what it has said: every checkpoint must go on from the newest one seen here, and every record it
 * acknowledges must be in it.
 */
export class LogWitness {
  readonly #client: CollectorClient;
  readonly #store: SyncStore;

  constructor(client: CollectorClient, store: SyncStore) {
    this.#client = client;
    this.#store = store;
  }

  /** Size of the newest checkpoint that was believed. */
  seen(info: CollectorInfo): number {
    const note = this.#store.find(this.#client.url)?.checkpoint ?? null;
    return note === null ? 0 : this.#open(note, info).size;
  }

  /**
   * Believes a receipt, or not. `leaf` is the last record of the batch as this machine has it.
   * @throws CollectorError of kind `dishonest`.
   */
  async believe(receipt: BatchReceipt, leaf: Leaf, info: CollectorInfo): Promise<void> {
    const checkpoint = this.#open(receipt.checkpoint, info);
    if (receipt.hash !== leaf.hash) {
      const what = `acknowledges another record ${leaf.seq} than was sent`;
      throw dishonest(this.#client.url, what, { sent: leaf, receipt });
    }
    const hash = leafHash(sha256Bytes, Buffer.from(leafText(leaf)));
    const inclusion = proofHashes(receipt.inclusion);
    if (!verifyInclusion(sha256Bytes, hash, receipt.index, checkpoint, inclusion)) {
      const what = `does not prove that its log holds record ${leaf.seq}`;
      throw dishonest(this.#client.url, what, { sent: leaf, receipt });
    }
    await this.#extend(receipt.checkpoint, checkpoint, info, receipt.consistency);
  }

  /** Looks whether what the collector shows to everybody goes on from there too. @throws CollectorError */
  async look(info: CollectorInfo): Promise<void> {
    const note = await this.#client.checkpoint();
    await this.#extend(note, this.#open(note, info), info, []);
  }

  /** Proven against the newest checkpoint, also where another process has seen a newer one meanwhile. */
  async #extend(
    note: string,
    checkpoint: Checkpoint,
    info: CollectorInfo,
    given: readonly string[],
  ): Promise<void> {
    let proof: readonly string[] | null = given;
    for (;;) {
      const before = this.#store.find(this.#client.url)?.checkpoint ?? null;
      const known = before === null ? null : this.#open(before, info);
      const [older, newer] =
        known !== null && known.size > checkpoint.size ? [checkpoint, known] : [known, checkpoint];
      if (older !== null && older.size > 0) {
        const holds = (hashes: readonly string[]): boolean =>
          verifyConsistency(sha256Bytes, older, newer, proofHashes(hashes));
        if (proof === null || !holds(proof)) {
          const shown = await this.#client.consistency(older.size, newer.size);
          if (!holds(shown)) {
            throw dishonest(
              this.#client.url,
              `shows a history that does not go on from the one of ${older.size} records it had signed`,
              { signedBefore: before, signedNow: note, consistency: shown },
            );
          }
        }
      }
      if (newer === known || this.#store.advance(this.#client.url, before, note)) return;
      proof = null;
    }
  }

  #open(note: string, info: CollectorInfo): Checkpoint {
    try {
      return openCheckpoint(sha256Bytes, verifyBytes, note, keyOf(info), info.log);
    } catch (error) {
      if (error instanceof CheckpointError) {
        throw dishonest(this.#client.url, `shows a checkpoint that is refused: ${error.message}`, {
          checkpoint: note,
          known: info,
        });
      }
      throw error;
    }
  }
}

/** The key that signs the log. @throws CheckpointError */
export const keyOf = (info: CollectorInfo): NoteKey => readNoteKey(sha256Bytes, info.logKey);
