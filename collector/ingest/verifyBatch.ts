import { COLLECTOR_KINDS } from "../../protocol/audit/bodies/collectorBodies.ts";
import { type ChainKey, ChainReader, parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordBody, SealedRecord } from "../../protocol/audit/record.ts";
import { signedText } from "../../protocol/audit/seal.ts";
import type { RecordBatch } from "../../protocol/collector/ingest.ts";
import { sha256 } from "../../protocol/ids.ts";
import { nodeVerifier, verifyLater } from "../../protocol/node/crypto.ts";
import type { Device } from "../store/device.ts";
import type { PlacedRecord } from "../store/store.ts";
import { type ClockLimits, readClock } from "./clock.ts";
import type { VerifiedRecord } from "./verifiedRecord.ts";

/** What a batch turned out to be. */
export type BatchVerdict =
  /** Every record follows and is what it says; those that are known already are left out. */
  | {
      readonly kind: "follows";
      readonly records: readonly VerifiedRecord[];
      readonly last: SealedRecord;
      readonly skew: Skew | null;
    }
  | { readonly kind: "gap"; readonly first: SealedRecord }
  | { readonly kind: "not_enrolled"; readonly key: string }
  | { readonly kind: "ahead"; readonly what: string }
  | {
      readonly kind: "fork" | "bad_record";
      readonly seq: number;
      readonly what: string;
      readonly sealed: SealedRecord;
    };

export interface Skew {
  readonly seq: number;
  readonly what: string;
}

export interface Known {
  /** The device, as far as its chain has come. */
  readonly device: Device;
  /** The device's records between two places. */
  placed(from: number, to: number): Promise<readonly PlacedRecord[]>;
  readonly now: number;
  readonly clock: ClockLimits;
}

type Sent = RecordBatch["records"][number];

/** Holds a batch against what the collector has of the chain. Changes nothing. */
export async function verifyBatch(sent: readonly Sent[], known: Known): Promise<BatchVerdict> {
  const { device } = known;
  const from = parseRecord(sent[0]?.canonical ?? "")?.seq ?? null;
  const sealed = sent.map((record, place) => seal(record, (from ?? device.seq + 1) + place));
  const [first, last] = [sealed.at(0), sealed.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("A batch has a record.");
  if (from === null)
    return { kind: "bad_record", seq: first.seq, what: "its text is not a record", sealed: first };
  if (from > device.seq + 1) return { kind: "gap", first };
  const other = await differing(sealed, known);
  if (other !== null) {
    const kind = (await isSignedByDevice(other, device)) ? "fork" : "bad_record";
    return { kind, seq: other.seq, what: "another record stands at its place", sealed: other };
  }
  const fresh = sealed.filter(({ seq }) => seq > device.seq);
  const verified = await verifyNew(fresh, known);
  return verified.kind === "follows" ? { ...verified, last } : verified;
}

const seal = ({ canonical, signature }: Sent, seq: number): SealedRecord => ({
  seq,
  canonical,
  signature,
  hash: sha256(nodeVerifier.sha256(canonical)),
});

/** The first record that is not the one which stands at its place. */
async function differing(
  sealed: readonly SealedRecord[],
  { device, placed }: Known,
): Promise<SealedRecord | null> {
  const repeated = sealed.filter(({ seq }) => seq <= device.seq);
  const [first, last] = [repeated.at(0), repeated.at(-1)];
  if (first === undefined || last === undefined) return null;
  const standing = new Map((await placed(first.seq, last.seq)).map(({ seq, hash }) => [seq, hash]));
  return repeated.find(({ seq, hash }) => standing.get(seq) !== hash) ?? null;
}

type Verified =
  | Exclude<BatchVerdict, { kind: "follows" }>
  | Omit<Extract<BatchVerdict, { kind: "follows" }>, "last">;

async function verifyNew(sealed: readonly SealedRecord[], known: Known): Promise<Verified> {
  const { device, now, clock } = known;
  const reader = new ChainReader(nodeVerifier, {
    seq: device.seq,
    hash: device.hash,
    keys: introducedKeys(device),
  });
  const records: VerifiedRecord[] = [];
  const signers: string[] = [];
  let latest = device.at;
  let skew: Skew | null = null;
  let wrong: Verified | null = null;
  for (const one of sealed) {
    const reading = reader.next(one);
    if (reading.kind === "fault") {
      wrong = await faultOf(one, reading.fault.what, known, records);
      break;
    }
    const { record, publicKey } = reading;
    if (one.seq === 1 && one.hash !== device.chain) {
      wrong = { kind: "bad_record", seq: 1, what: "it begins another chain", sealed: one };
      break;
    }
    if (isCollectors(record.body)) {
      wrong = {
        kind: "bad_record",
        seq: one.seq,
        what: "only a collector says this, of itself",
        sealed: one,
      };
      break;
    }
    const time = readClock(record, latest, now, clock);
    if (time.kind === "back_dated") {
      wrong = { kind: "bad_record", seq: one.seq, what: time.what, sealed: one };
      break;
    }
    if (time.kind === "ahead") {
      wrong = time;
      break;
    }
    if (time.kind === "skewed") skew ??= { seq: one.seq, what: time.what };
    if (record.body.kind === "key_introduced" && !isEnrolled(device, record.key, publicKey)) {
      wrong = { kind: "not_enrolled", key: record.key };
      break;
    }
    latest = Math.max(latest, Date.parse(record.at));
    records.push({ record, sealed: one });
    signers.push(publicKey);
  }
  // An earlier record's bad signature says more than a later one's fault.
  const forged = await firstForged(records, signers);
  if (forged !== null)
    return { kind: "bad_record", seq: forged.seq, what: "its signature is not valid", sealed: forged };
  return wrong ?? { kind: "follows", records, skew };
}

/** The first of them that its key has not signed. */
async function firstForged(
  records: readonly VerifiedRecord[],
  signers: readonly string[],
): Promise<SealedRecord | null> {
  const isSigned = ({ sealed }: VerifiedRecord, place: number): Promise<boolean> =>
    verifyLater(signers[place] ?? "", signedText(sealed.canonical), sealed.signature);
  const [first] = records;
  // Whoever has no key of the chain costs one signature, and not as many as fit into a batch.
  if (first === undefined || !(await isSigned(first, 0))) return first?.sealed ?? null;
  const rest = records.slice(1);
  const forged = (await Promise.all(rest.map((record, place) => isSigned(record, place + 1)))).indexOf(false);
  return rest[forged]?.sealed ?? null;
}

/** A record that does not follow, but is signed by a key of the chain, is of a second history. */
async function faultOf(
  sealed: SealedRecord,
  what: string,
  { device }: Known,
  before: readonly VerifiedRecord[],
): Promise<Verified> {
  const record = parseRecord(sealed.canonical);
  const follows = record?.prev === (before.at(-1)?.sealed.hash ?? device.hash);
  const elsewhere = record !== null && !follows && device.seq > 0;
  const kind = elsewhere && (await isSignedByDevice(sealed, device)) ? "fork" : "bad_record";
  return { kind, seq: sealed.seq, what, sealed };
}

/**
 * Whether a key of the device has signed this record for this place. For another place it proves nothing: whoever may
 * read a record can send it again anywhere.
 */
export async function isSignedByDevice(sealed: SealedRecord, { keys }: Device): Promise<boolean> {
  const record = parseRecord(sealed.canonical);
  if (record?.seq !== sealed.seq) return false;
  const key = keys.find(({ id }) => id === record.key);
  return key !== undefined && verifyLater(key.publicKey, signedText(sealed.canonical), sealed.signature);
}

const introducedKeys = ({ keys }: Device): ReadonlyMap<string, ChainKey> =>
  new Map(
    keys.flatMap(({ id, publicKey, introduced, revoked }) =>
      introduced === null ? [] : [[id, { publicKey, revoked: revoked !== null }] as const],
    ),
  );

/** What a collector says of itself would be believed of it; a device says it of nobody. */
const isCollectors = (body: RecordBody): boolean =>
  COLLECTOR_KINDS.has(body.kind) || (body.kind === "key_introduced" && body.origin === "collector");

const isEnrolled = ({ keys }: Device, id: string, publicKey: string): boolean =>
  keys.some((key) => key.id === id && key.publicKey === publicKey && key.revoked === null);

/** Whether what a batch was verified against still stands. */
export const isUnchanged = (one: Device, other: Device | null): boolean =>
  other !== null &&
  one.seq === other.seq &&
  one.hash === other.hash &&
  one.state === other.state &&
  JSON.stringify(one.keys) === JSON.stringify(other.keys);
