import type { SealedRecord } from "../../protocol/audit/record.ts";
import { BATCH, type BatchReceipt, proofText, type RecordBatch } from "../../protocol/collector/ingest.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { noteLeaseUses } from "../alerts/leaseUses.ts";
import { settleUnheard } from "../alerts/settleUnheard.ts";
import { noteTasks } from "../alerts/taskAlerts.ts";
import type { Approvals } from "../approvals/approvals.ts";
import { noteUses } from "../approvals/uses.ts";
import type { Proofs } from "../log/proofs.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { Sighting } from "../store/alert.ts";
import { chainHead, type Device } from "../store/device.ts";
import type { Store, Tree } from "../store/store.ts";
import type { ClockLimits } from "./clock.ts";
import { noteGap } from "./gaps.ts";
import { followingOf, noteNewLedger } from "./newLedger.ts";
import { deviceRefused, notEnrolled, type Sender } from "./sender.ts";
import { type BatchVerdict, isSignedByDevice, isUnchanged, verifyBatch } from "./verifyBatch.ts";

export interface IngestParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly proofs: Proofs;
  readonly approvals: Pick<Approvals, "take">;
  readonly clock: ClockLimits;
  readonly now: () => Date;
  /** Told of what is refused as `fork` or `bad-record` and was sent by nobody knows whom. */
  readonly unproven: (code: string) => void;
}

/** Times a batch is looked at again because its device has changed meanwhile. */
const MOST_TRIES = 5;
/** What an unsigned record may cost the store as evidence. */
const UNSIGNED_EVIDENCE = 16 * 1024;

/** Takes the records that follow: all of a batch or none. @throws Refusal */
export async function ingest(parts: IngestParts, sender: Sender, batch: RecordBatch): Promise<BatchReceipt> {
  const bytes = batch.records.reduce((sum, { canonical }) => sum + Buffer.byteLength(canonical), 0);
  if (bytes > BATCH.bytes)
    throw new Refusal(
      "too-large",
      `The batch holds ${bytes} bytes of records; ${BATCH.bytes} are taken at once.`,
      "Send fewer records at a time.",
    );
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { chain } = sender.device;
    const device = tries === 0 ? sender.device : await parts.store.device(chain);
    const taken = await tryOnce(parts, device, sender, batch);
    if (taken === null) continue;
    const { last, index, tree } = taken;
    return {
      seq: last.seq,
      hash: last.hash,
      checkpoint: tree.checkpoint,
      index,
      inclusion: proofText(await parts.proofs.inclusion(index, tree.size)),
      consistency: proofText(await parts.proofs.consistency(batch.seen, tree.size)),
    };
  }
  throw new Refusal(
    "unavailable",
    "The device's chain is being written to by somebody else at the same time.",
    "Send the batch again.",
  );
}

interface Taken {
  readonly last: SealedRecord;
  readonly index: number;
  readonly tree: Tree;
}

/** Null where the device has changed under the verification. */
async function tryOnce(
  parts: IngestParts,
  device: Device | null,
  sender: Sender,
  { records, seen }: RecordBatch,
): Promise<Taken | null> {
  const { store, sequencer } = parts;
  if (device === null || device.owner === null)
    throw notEnrolled("No device of this chain is enrolled here.");
  if (device.state !== "active") throw deviceRefused(device);
  const { chain } = device;
  const verdict = await verifyBatch(records, {
    device,
    placed: (from, to) => store.placed(chain, from, to),
    now: parts.now().getTime(),
    clock: parts.clock,
  });
  if (verdict.kind !== "follows") throw await refused(parts, device, sender, verdict);
  const { last } = verdict;
  if (verdict.records.length === 0) {
    const [tree, [placed]] = [await sequencer.published(), await store.placed(chain, last.seq, last.seq)];
    if (seen > tree.size) throw behind(seen, tree.size);
    return placed === undefined ? null : { last, index: placed.leafIndex, tree };
  }
  const following = await followingOf(store, verdict.records);
  const { value, tree } = await sequencer.run(
    [chain],
    async (commit) => {
      if (!isUnchanged(device, await commit.device(chain))) return { kind: "changed" } as const;
      if (seen > commit.size) {
        const what = `it has seen a log of ${seen} records, this one has ${commit.size}`;
        await commit.raise({ kind: "behind", chain, seq: 0, what, evidence: JSON.stringify({ seen }) });
        return { kind: "behind", size: commit.size } as const;
      }
      commit.append(device, verdict.records);
      const index = commit.size - 1;
      await noteUses(parts.approvals, commit, chain, verdict.records);
      await noteTasks(commit, chain, verdict.records);
      await settleUnheard(commit, chain, verdict.records);
      await noteLeaseUses(store, commit, chain, verdict.records);
      if (following !== null) await noteNewLedger(commit, chain, following);
      if (verdict.skew !== null) {
        const { what, seq } = verdict.skew;
        await commit.raise({ kind: "clock", chain, seq: 0, what, evidence: JSON.stringify({ seq, what }) });
      }
      return { kind: "appended", index } as const;
    },
    verdict.records.length,
  );
  if (value.kind === "behind") throw behind(seen, value.size);
  return value.kind === "appended" ? { last, index: value.index, tree } : null;
}

const behind = (seen: number, size: number): Refusal =>
  new Refusal(
    "unavailable",
    `You have seen a log of ${seen} records, and this collector's has ${size}: it was set back, or is another.`,
    "Nothing was taken. Tell whoever runs the collector.",
  );

async function refused(
  parts: IngestParts,
  device: Device,
  sender: Sender,
  verdict: Exclude<BatchVerdict, { kind: "follows" }>,
): Promise<Refusal> {
  const head = chainHead(device);
  switch (verdict.kind) {
    case "gap":
      if (sender.signedBody !== null && (await isSignedByDevice(verdict.first, device)))
        await noteGap(parts.sequencer, device.chain, verdict.first.seq);
      return new Refusal(
        "gap",
        `The batch begins with record ${verdict.first.seq}; the collector has records up to ${device.seq}.`,
        `Send from record ${device.seq + 1}.`,
        { head },
      );
    case "not_enrolled":
      return notEnrolled(`Key ${verdict.key} of this chain was never enrolled.`);
    case "ahead":
      return new Refusal(
        "unavailable",
        `A record cannot be taken yet: ${verdict.what}.`,
        "Set the device's clock. Its records are taken once their time is near.",
        { head },
      );
    case "fork":
    case "bad_record": {
      const kind = verdict.kind === "fork" ? "fork" : "bad-record";
      const why = `Record ${verdict.seq} is refused: ${verdict.what}.`;
      // A chain's id is public: what anybody may have sent says nothing of the device.
      if (sender.signedBody === null && !(await isSignedByDevice(verdict.sealed, device))) {
        parts.unproven(kind);
        return new Refusal(
          kind,
          why,
          "Nothing of the batch was taken, and nothing shows that the device sent it. Keep the ledger as it is, and send it from the device itself.",
          { head },
        );
      }
      await raise(parts, {
        kind,
        chain: device.chain,
        seq: verdict.seq,
        what: verdict.what,
        evidence: evidence(kind, verdict),
      });
      return new Refusal(
        kind,
        why,
        "Nothing of the batch was taken, and an alert was raised. Tell whoever is responsible for security; keep the ledger as it is.",
        { head },
      );
    }
  }
}

function evidence(
  kind: "fork" | "bad-record",
  { sealed }: Extract<BatchVerdict, { kind: "fork" | "bad_record" }>,
) {
  const canonical = kind === "fork" ? sealed.canonical : sealed.canonical.slice(0, UNSIGNED_EVIDENCE);
  return JSON.stringify({ ...sealed, canonical, sha256: nodeVerifier.sha256(sealed.canonical) });
}

async function raise({ sequencer }: IngestParts, sighting: Sighting): Promise<void> {
  await sequencer.run([sighting.chain], (commit) => commit.raise(sighting));
}
