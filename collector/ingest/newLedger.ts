import { actorName } from "../../protocol/actor.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { Commit } from "../log/commit.ts";
import type { Store } from "../store/store.ts";
import type { VerifiedRecord } from "./verifiedRecord.ts";

type Follows = NonNullable<Extract<RecordBody, { kind: "key_introduced" }>["follows"]>;

/** A ledger that was closed before this one, with what this collector has in the place where it says that one ended. */
export interface Following {
  readonly follows: Follows;
  readonly here: Sha256 | null;
}

/** What the first of these records says of a ledger before it; null where none does. */
export async function followingOf(
  store: Pick<Store, "placed">,
  records: readonly VerifiedRecord[],
): Promise<Following | null> {
  const body = records[0]?.record.body;
  if (body?.kind !== "key_introduced" || body.follows === undefined) return null;
  const { follows } = body;
  if (!/^[0-9a-f]{64}$/.test(follows.chain)) return { follows, here: null };
  const [placed] = await store.placed(sha256(follows.chain), follows.seq, follows.seq);
  return { follows, here: placed?.hash ?? null };
}

/** Tells people that a device goes on in another ledger, and whether the one before ended as it stands here. */
export async function noteNewLedger(
  commit: Commit,
  chain: Sha256,
  { follows, here }: Following,
): Promise<void> {
  const { seq, hash, actor, reason } = follows;
  const before = /^[0-9a-f]{64}$/.test(follows.chain) ? await commit.device(sha256(follows.chain)) : null;
  const stands =
    before === null
      ? "which is not known here"
      : here === null
        ? `of which ${before.seq} records are here`
        : here === hash
          ? "all of which is here"
          : "and another record stands here in that place";
  await commit.raise({
    kind: "new-ledger",
    chain,
    seq: 1,
    what: `${actorName(actor)} closed the ledger ${follows.chain.slice(0, 12)}… after ${seq} records, ${stands}, and began this one: ${reason}`,
    evidence: JSON.stringify({
      follows,
      here,
      known:
        before === null
          ? null
          : { seq: before.seq, hash: before.hash, state: before.state, owner: before.owner },
    }),
  });
}
