import { parseRecord } from "../../protocol/audit/chain.ts";
import { GENESIS } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { TimeRange } from "../../protocol/log/bundleRange.ts";
import type { BundledPart, BundleSource } from "../../protocol/log/bundleWriter.ts";
import { CheckpointError, openCheckpoint, readNoteKey } from "../../protocol/log/checkpoint.ts";
import { readLeaf } from "../../protocol/log/leaf.ts";
import type { LoggedRecord } from "../../protocol/log/loggedRecord.ts";
import { DropEvidence } from "../../protocol/retention/dropEvidence.ts";
import { readLedgerFile, sealedRecords } from "./ledgerFile.ts";
import type { EvidenceRecord } from "./logEvidence.ts";
import { LogReadError } from "./logReadError.ts";
import type { LogReader } from "./logReader.ts";
import { proofCrypto } from "./proofCrypto.ts";

const { sha256, verify } = proofCrypto;

/** The chain a ledger holds; null for an empty one. @throws LedgerError */
export function chainOfLedger(path: string): Sha256 | null {
  const database = readLedgerFile(path);
  try {
    for (const { hash } of sealedRecords(database)) return hash;
    return null;
  } finally {
    database.close();
  }
}

/** A ledger alone: no log stands behind what it says. @throws LedgerError */
export function ledgerSource(path: string, range: TimeRange): BundleSource {
  async function* records(): AsyncGenerator<LoggedRecord> {
    const database = readLedgerFile(path);
    try {
      for (const sealed of sealedRecords(database)) yield { ...sealed, index: null };
    } finally {
      database.close();
    }
  }
  async function* chains() {
    yield { chain: chainOfLedger(path) ?? GENESIS, records: records(), part: "range" } as const;
  }
  return { sha256, log: null, range, chains: chains() };
}

/** Which chains of a log: these, or every one it has an entry of. */
export type WantedChains =
  | { readonly kind: "these"; readonly chains: readonly Sha256[] }
  | { readonly kind: "all" };

/**
 * A log's chains with their proofs. `older` is a checkpoint somebody holds, whose size is all that counts here.
 * @throws LogReadError, and CheckpointError where that one is none of this log
 */
export async function logSource(
  reader: LogReader,
  wanted: WantedChains,
  range: TimeRange,
  older: string | null,
): Promise<BundleSource> {
  const note = await reader.checkpoint();
  const { logKey } = await reader.info();
  const { key, head } = signedHead(reader, logKey, note);
  const olderSize = older === null ? 0 : openCheckpoint(sha256, verify, older, key).size;
  const evidence = await droppedEvidence(reader, head.size);
  async function* chains(): AsyncGenerator<BundledPart> {
    const named = wanted.kind === "these" ? wanted.chains : await chainsOf(reader, head.size);
    for (const [chain, records] of evidence.chains)
      yield named.includes(chain)
        ? { chain, records: reader.records(chain), part: "whole" }
        : { chain, records: each(records), part: "evidence" };
    for (const chain of named)
      if (!evidence.chains.has(chain))
        yield { chain, records: recordsWithTexts(reader, chain, evidence.drops), part: "range" };
  }
  const log = { key: logKey, note, head, readTile: reader.tiles(head.size), olderSize };
  return { sha256, log, range, chains: chains() };
}

interface Evidence {
  /** The collector's chains that say what was dropped, with the records that do. */
  readonly chains: ReadonlyMap<Sha256, readonly LoggedRecord[]>;
  readonly drops: DropEvidence;
}

/** As far as a tree of that size goes. */
async function droppedEvidence(reader: LogReader, size: number): Promise<Evidence> {
  const { records } = reader.signedIn ? await reader.evidence() : { records: [] };
  const provable = records.filter(({ index }) => index < size);
  const isDrop = ({ canonical }: EvidenceRecord): boolean =>
    parseRecord(canonical)?.body.kind === "bodies_dropped";
  const drops = new DropEvidence(sha256);
  for (const { canonical } of provable) {
    const record = parseRecord(canonical);
    if (record !== null) drops.take(record, false);
  }
  const needed = provable.filter(
    (record) => !SAYS_OF_HOLDS.has(parseRecord(record.canonical)?.body.kind ?? ""),
  );
  const byChain = Map.groupBy(needed, ({ chain }) => chain);
  const chains = [...byChain]
    .filter(([, of]) => of.some(isDrop))
    .map(([chain, of]) => [chain, of.map(({ chain: _chain, ...record }): LoggedRecord => record)] as const);
  return { chains: new Map(chains), drops };
}

/** Whom a hold is about is in a bundle only with the whole of the chain. */
const SAYS_OF_HOLDS: ReadonlySet<string> = new Set(["hold_set", "hold_lifted"]);

/** @throws LogReadError where a text is gone that was there when the log's head was read */
async function* recordsWithTexts(
  reader: LogReader,
  chain: Sha256,
  drops: DropEvidence,
): AsyncGenerator<LoggedRecord> {
  for await (const record of reader.records(chain)) {
    if (record.canonical === null && drops.dropOf(chain, record.seq) === null) {
      const later = await droppedEvidence(reader, Number.POSITIVE_INFINITY);
      if (later.drops.dropOf(chain, record.seq) !== null) throw LogReadError.droppedMeanwhile();
    }
    yield record;
  }
}

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

function signedHead(reader: LogReader, logKey: string, note: string) {
  try {
    const key = readNoteKey(sha256, logKey);
    return { key, head: openCheckpoint(sha256, verify, note, key) };
  } catch (error) {
    throw error instanceof CheckpointError ? reader.nonsense("checkpoint", error.message) : error;
  }
}

async function chainsOf(reader: LogReader, size: number): Promise<readonly Sha256[]> {
  const found = new Set<Sha256>();
  for await (const entry of reader.entries(size)) {
    const leaf = readLeaf(Buffer.from(entry).toString("latin1"));
    if (leaf !== null) found.add(leaf.chain);
  }
  return [...found];
}
