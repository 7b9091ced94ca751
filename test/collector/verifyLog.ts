import type { BatchReceipt, CollectorInfo } from "../../protocol/collector/ingest.ts";
import { type Checkpoint, openCheckpoint, readNoteKey } from "../../protocol/log/checkpoint.ts";
import { leafText, readLeaf } from "../../protocol/log/leaf.ts";
import {
  Frontier,
  leafHash,
  sameHash,
  verifyConsistency,
  verifyInclusion,
} from "../../protocol/log/merkle.ts";
import { entriesPath, readEntryBundle, TILE_WIDTH, tilePath } from "../../protocol/log/tile.ts";
import { sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import type { TestDevice } from "./device.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

export const infoOf = async (url: string): Promise<CollectorInfo> =>
  JSON.parse(await (await fetch(`${url}/v1/info`)).text());

/** Opens a checkpoint with the key the collector names. */
export async function checkpointOf(url: string, note?: string): Promise<Checkpoint> {
  const { logKey } = await infoOf(url);
  const text = note ?? (await (await fetch(`${url}/checkpoint`)).text());
  return openCheckpoint(sha256Bytes, verifyBytes, text, readNoteKey(sha256Bytes, logKey));
}

async function file(url: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Reads the whole log from its files, as a stranger would, and holds it against the checkpoint: entries give the root,
 * and every lowest tile holds their hashes.
 */
export async function verifyWholeLog(url: string): Promise<{ size: number; leaves: readonly string[] }> {
  const { size, root } = await checkpointOf(url);
  const frontier = new Frontier(sha256Bytes);
  const leaves: string[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const entries = readEntryBundle(await file(url, entriesPath({ index, width })));
    const tile = await file(url, tilePath({ level: 0, index, width }));
    if (entries?.length !== width) throw new Error(`Bundle ${index} has ${entries?.length} entries.`);
    for (const [place, entry] of entries.entries()) {
      const hash = leafHash(sha256Bytes, entry);
      if (!sameHash(hash, tile.slice(place * 32, place * 32 + 32)))
        throw new Error(`Tile ${index} does not hold entry ${place}.`);
      if (readLeaf(Buffer.from(entry).toString()) === null) throw new Error("An entry is no leaf.");
      leaves.push(Buffer.from(entry).toString());
      frontier.append(hash);
    }
  }
  if (!sameHash(frontier.root, root)) throw new Error("The entries do not give the checkpoint's root.");
  return { size, leaves };
}

/** Whether a receipt proves that the device's record is in the log, and that the log goes on from `seen`. */
export async function isProven(
  url: string,
  device: TestDevice,
  receipt: BatchReceipt,
  seen?: Checkpoint,
): Promise<boolean> {
  const head = await checkpointOf(url, receipt.checkpoint);
  const record = device.records[receipt.seq - 1];
  if (record === undefined || record.hash !== receipt.hash) return false;
  const leaf = leafHash(sha256Bytes, Buffer.from(leafText({ chain: device.chain, ...record })));
  const consistent =
    seen === undefined
      ? receipt.consistency.length === 0
      : verifyConsistency(sha256Bytes, seen, head, receipt.consistency.map(bytes));
  return consistent && verifyInclusion(sha256Bytes, leaf, receipt.index, head, receipt.inclusion.map(bytes));
}

/** Leaves of one device in the log, by their sequence numbers. */
export const seqsOf = (leaves: readonly string[], chain: string): readonly number[] =>
  leaves.flatMap((text) => {
    const leaf = readLeaf(text);
    return leaf?.chain === chain ? [leaf.seq] : [];
  });
