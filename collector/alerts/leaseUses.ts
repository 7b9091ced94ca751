import { parseRecord } from "../../protocol/audit/chain.ts";
import type { IntentBody, RecordBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { LONGEST_LEASE_MINUTES } from "../../protocol/lease/centralConnection.ts";
import { centralConnectionId } from "../../protocol/lease/centralId.ts";
import { isLeaseId } from "../../protocol/lease/lease.ts";
import { type Lease, leaseOverAt, REMEMBERED_MS } from "../connections/lease.ts";
import { WORTH_A_LOOK } from "../ingest/clock.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";
import type { Store } from "../store/store.ts";

type LeasedIntent = IntentBody & { readonly lease: string };

const MINUTE = 60_000;

/**
 * Holds statements against the leases they say they ran under, inside of the commit that takes them: what ran after a
 * lease was over, or under one of another device or database, is raised with the record. Each lease is one alert.
 */
export async function noteLeaseUses(
  store: Pick<Store, "texts">,
  commit: Commit,
  chain: Sha256,
  records: readonly VerifiedRecord[],
): Promise<void> {
  const known = new Map<string, Lease | null>();
  const ahead = new Map<string, number>();
  for (const { record, sealed } of records) {
    const { body } = record;
    if (!isLeased(body)) continue;
    const id = body.lease;
    if (!known.has(id)) known.set(id, isLeaseId(id) ? await commit.connections.lease(id) : null);
    const lease = known.get(id) ?? null;
    const at = Date.parse(record.at);
    const what =
      lease === null
        ? await unknown(commit, at)
        : (elsewhere(lease, chain, body) ??
          (await afterItsEnd(commit, lease, at, async () => {
            if (!ahead.has(id)) ahead.set(id, await clockAhead(store, lease, records));
            return ahead.get(id) ?? 0;
          })));
    if (what === null) continue;
    await commit.raise({
      kind: "lease-use",
      chain,
      seq: sealed.seq,
      about: isLeaseId(id) ? id : "",
      what: `a statement of ${record.at} ran with a login ${what}`,
      evidence: JSON.stringify({
        record: sealed.canonical,
        lease:
          lease === null
            ? null
            : {
                id,
                chain: lease.chain,
                device: lease.device,
                person: `${lease.holder.issuer}|${lease.holder.subject}`,
                connection: lease.connection,
                account: lease.account,
                over: new Date(leaseOverAt(lease)).toISOString(),
                how: lease.how,
              },
      }),
    });
  }
}

const isLeased = (body: RecordBody): body is LeasedIntent =>
  body.kind === "intent" && body.lease !== undefined;

function elsewhere(lease: Lease, chain: Sha256, { connection }: LeasedIntent): string | null {
  if (lease.chain !== chain) return "that was lent to another device";
  const { engine, host, port, database } = lease.definition.target;
  const same =
    connection.id === centralConnectionId(lease.connection) &&
    connection.engine === engine &&
    connection.host === host &&
    connection.port === port &&
    connection.database === database;
  return same ? null : `that was lent for ${lease.definition.target.name}`;
}

async function afterItsEnd(
  commit: Commit,
  lease: Lease,
  at: number,
  ahead: () => Promise<number>,
): Promise<string | null> {
  const over = Math.max(leaseOverAt(lease), await lostRenewal(commit, lease));
  // What came before the end ran before it, whatever the device's clock says.
  if (commit.now.getTime() <= over || at <= over + WORTH_A_LOOK) return null;
  if (at - (await ahead()) <= over + WORTH_A_LOOK) return null;
  return `whose lease was over at ${new Date(over).toISOString()}`;
}

/** A store that was set back knows of no renewal since its backup: until when one of this lease may have lasted. */
async function lostRenewal(commit: Commit, { openedAt, how, definition }: Lease): Promise<number> {
  const setBack = await commit.setBackAt();
  const byTime = how === null || how === "expired";
  return setBack !== null && byTime && openedAt < setBack ? setBack + definition.minutes * MINUTE : 0;
}

/**
 * By how much the device's clock was ahead when it asked for the lease, as its own record says: nothing is asked for after
 * it was lent. A clock that is behind cannot be told from an answer that took long.
 */
async function clockAhead(
  store: Pick<Store, "texts">,
  { id, chain, asked, openedAt }: Lease,
  records: readonly VerifiedRecord[],
): Promise<number> {
  if (asked === null) return 0;
  const here = records.find(({ sealed }) => sealed.seq === asked)?.record;
  const [kept] = here === undefined ? await store.texts(chain, asked, asked, 1) : [];
  const record = here ?? (kept?.canonical == null ? null : parseRecord(kept.canonical));
  if (record?.body.kind !== "login_asked" || record.body.lease !== id) return 0;
  return Math.max(0, Date.parse(record.at) - openedAt);
}

/**
 * Leases are forgotten long after their end, and by a store that was set back, which may have lent others until then: what
 * is older than both says nothing.
 */
async function unknown(commit: Commit, at: number): Promise<string | null> {
  const setBack = await commit.setBackAt();
  const lost = setBack === null ? await commit.logBegan() : setBack + LONGEST_LEASE_MINUTES * MINUTE;
  const since = Math.max(commit.now.getTime() - REMEMBERED_MS, lost);
  return at > since + WORTH_A_LOOK ? "whose lease is not known here" : null;
}
