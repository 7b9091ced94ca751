import type { Sha256 } from "../ids.ts";
import { toBase64 } from "./base64.ts";
import { BUNDLE_VERSION, bundleText } from "./bundle.ts";
import { type RangedRecord, recordsOfEvidence, recordsOfRange, type TimeRange } from "./bundleRange.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { LoggedRecord } from "./loggedRecord.ts";
import { consistencyProof, type HashBytes } from "./merkle.ts";
import { nodesOfTiles, type ReadTile } from "./tileNodes.ts";
import { TileProofs } from "./tileProofs.ts";

/** A log whose tree proves the records. */
export interface BundledLog {
  /** `name+hash+key`. */
  readonly key: string;
  /** The signed note, and what it says. */
  readonly note: string;
  readonly head: Checkpoint;
  readonly readTile: ReadTile;
  /** Size of a tree somebody holds a checkpoint of; the bundle proves that the log goes on from it. 0 for none. */
  readonly olderSize: number;
}

export interface BundleSource {
  readonly sha256: HashBytes;
  readonly log: BundledLog | null;
  readonly range: TimeRange;
  readonly chains: AsyncIterable<BundledPart>;
}

/**
 * What of a chain goes into the bundle. The collector's own come first where texts were dropped: whole, or only what
 * shows which.
 */
export interface BundledPart {
  readonly chain: Sha256;
  readonly records: AsyncIterable<LoggedRecord>;
  readonly part: "range" | "whole" | "evidence";
}

/** The lines of a bundle, one after the other; memory does not grow with it. */
export async function* bundleLines({ sha256, log, range, chains }: BundleSource): AsyncGenerator<string> {
  yield bundleText({
    kind: "bundle",
    v: BUNDLE_VERSION,
    log: log === null ? null : { key: log.key, checkpoint: log.note },
    ...range,
  });
  if (log !== null && log.olderSize > 0 && log.olderSize < log.head.size) {
    const read = nodesOfTiles(sha256, log.readTile);
    const proof = await consistencyProof(sha256, log.olderSize, log.head.size, read);
    yield bundleText({ kind: "consistency", from: log.olderSize, proof: proof.map(toBase64) });
  }
  let count = 0;
  for await (const { chain, records, part } of chains) {
    const provable = within(records, log);
    const ranged =
      part === "evidence"
        ? recordsOfEvidence(provable)
        : recordsOfRange(provable, part === "whole" ? ALL : range);
    if (yield* chainLines({ sha256, log, chain, records: ranged })) count += 1;
  }
  yield bundleText({ kind: "end", chains: count });
}

const ALL: TimeRange = { from: null, to: null };

interface ChainPart {
  readonly sha256: HashBytes;
  readonly log: BundledLog | null;
  readonly chain: Sha256;
  readonly records: AsyncIterable<RangedRecord>;
}

/** False where the chain has no records, and so no lines. */
async function* chainLines({ sha256, log, chain, records }: ChainPart): AsyncGenerator<string, boolean> {
  const proofs = log === null ? null : new TileProofs(sha256, log.head.size, log.readTile);
  let begun = false;
  let count = 0;
  let tile: number | null = null;
  for await (const { kind, record } of records) {
    if (!begun) yield bundleText({ kind: "chain", chain });
    begun = true;
    const { index, ...sealed } = record;
    const proof = proofs === null || index === null ? null : await proofs.proof(index);
    if (proof !== null && proof.tile !== tile) {
      tile = proof.tile;
      yield bundleText({ kind: "tile", tile, path: proof.upper.map(toBase64) });
    }
    const leaf = proof === null || index === null ? null : { index, path: proof.lower.map(toBase64) };
    yield bundleText({ kind, ...sealed, leaf });
    if (kind === "record") count += 1;
  }
  if (begun) yield bundleText({ kind: "chain_end", records: count });
  return begun;
}

/** Records of the tree that the checkpoint is of; what came later has no proof under it. */
async function* within(
  records: AsyncIterable<LoggedRecord>,
  log: BundledLog | null,
): AsyncGenerator<LoggedRecord> {
  for await (const record of records) {
    if (log !== null && (record.index === null || record.index >= log.head.size)) return;
    yield log === null ? { ...record, index: null } : record;
  }
}
