import { actorName } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { Commit } from "../log/commit.ts";
import { type Device, isOwnedBy } from "../store/device.ts";
import type { Store } from "../store/store.ts";
import type { VerifiedRecord } from "./verifiedRecord.ts";

/** What a device writes may be of any length. */
const LONGEST = 500;

type Follows = NonNullable<Extract<RecordBody, { kind: "key_introduced" }>["follows"]>;

/** What this collector has in the place where a ledger is said to have ended. */
interface EndHere {
  readonly hash: Sha256;
  readonly closes: boolean;
}

/** A ledger that was closed before this one, as this one says. */
export interface Following {
  readonly follows: Follows;
  readonly here: EndHere | null;
}

/** What the first of these records says of a ledger before it; null where none does. */
export async function followingOf(
  store: Pick<Store, "texts">,
  records: readonly VerifiedRecord[],
): Promise<Following | null> {
  const body = records[0]?.record.body;
  if (body?.kind !== "key_introduced" || body.follows === undefined) return null;
  const { follows } = body;
  if (!isChain(follows.chain)) return { follows, here: null };
  const [read] = await store.texts(sha256(follows.chain), follows.seq, follows.seq, 1);
  if (read === undefined) return { follows, here: null };
  const closes = read.canonical !== null && parseRecord(read.canonical)?.body.kind === "ledger_closed";
  return { follows, here: { hash: read.hash, closes } };
}

/**
 * Tells people that a device goes on in another ledger, and whether the one before ended as it stands here. Whom it names
 * and which ledger is the device's word alone, so the alert says whose word that is.
 */
export async function noteNewLedger(
  commit: Commit,
  chain: Sha256,
  { follows, here }: Following,
): Promise<void> {
  const { seq, actor, reason } = follows;
  const [device, before] = [
    await commit.device(chain),
    isChain(follows.chain) ? await commit.device(sha256(follows.chain)) : null,
  ];
  const [by, why] = [actorName(actor), reason].map((text) => text.slice(0, LONGEST).toWellFormed());
  const stands = before === null ? "which is not known here" : standing(device, before, follows, here);
  await commit.raise({
    kind: "new-ledger",
    chain,
    seq: 1,
    what: `a device of ${device?.owner?.name ?? "nobody"} says that ${by} closed the ledger ${follows.chain.slice(0, 12)}… after ${seq} records, ${stands}, and began this one: ${why}`,
    evidence: JSON.stringify({
      follows,
      here: here?.hash ?? null,
      known:
        before === null
          ? null
          : { seq: before.seq, hash: before.hash, state: before.state, owner: before.owner },
    }),
  });
}

function standing(device: Device | null, before: Device, { hash }: Follows, here: EndHere | null): string {
  if (before.owner === null || device === null || !isOwnedBy(device, before.owner))
    return `which is a device of ${before.owner?.name ?? "nobody"} here`;
  const marked = before.state === "active" ? "" : `which is marked ${before.state} here, `;
  if (here === null) return `${marked}of which ${before.seq} records are here`;
  if (here.hash !== hash) return `${marked}and another record stands here in that place`;
  return `${marked}${here.closes ? "all of which is here" : "and what stands here in that place does not close it"}`;
}

const isChain = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
