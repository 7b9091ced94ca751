import type { IntentBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { centralConnectionId } from "../../protocol/lease/centralId.ts";
import { type Lease, leaseOverAt, REMEMBERED_MS } from "../connections/lease.ts";
import { WORTH_A_LOOK } from "../ingest/clock.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";

type LeasedIntent = IntentBody & { readonly lease: string };

/**
 * Holds statements against the leases they say they ran under, inside of the commit that takes them: what ran after a
 * lease was over, or under one of another device or database, is raised with the record. Each lease is one alert.
 */
export async function noteLeaseUses(
  commit: Commit,
  chain: Sha256,
  records: readonly VerifiedRecord[],
): Promise<void> {
  const known = new Map<string, Lease | null>();
  for (const { record, sealed } of records) {
    const { body } = record;
    if (!isLeased(body)) continue;
    const id = body.lease;
    if (!known.has(id)) known.set(id, await commit.connections.lease(id));
    const lease = known.get(id) ?? null;
    const at = Date.parse(record.at);
    const what =
      lease === null ? await unknown(commit, at) : wrongOf(lease, chain, body, at, commit.now.getTime());
    if (what === null) continue;
    await commit.raise({
      kind: "lease-use",
      chain,
      seq: sealed.seq,
      about: id.slice(0, LONGEST),
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

/** A device may write what it likes where an id belongs. */
const LONGEST = 64;

const isLeased = (body: VerifiedRecord["record"]["body"]): body is LeasedIntent =>
  body.kind === "intent" && body.lease !== undefined;

function wrongOf(
  lease: Lease,
  chain: Sha256,
  { connection }: LeasedIntent,
  at: number,
  now: number,
): string | null {
  if (lease.chain !== chain) return "that was lent to another device";
  const { engine, host, port, database } = lease.definition.target;
  const same =
    connection.id === centralConnectionId(lease.connection) &&
    connection.engine === engine &&
    connection.host === host &&
    connection.port === port &&
    connection.database === database;
  if (!same) return `that was lent for ${lease.definition.target.name}`;
  const over = leaseOverAt(lease);
  // What came before the end ran before it, whatever the device's clock says.
  if (now <= over || at <= over + WORTH_A_LOOK) return null;
  return `whose lease was over at ${new Date(over).toISOString()}`;
}

/** Leases are forgotten long after their end, and by a store that was set back: what is older than both says nothing. */
async function unknown(commit: Commit, at: number): Promise<string | null> {
  const since = Math.max(commit.now.getTime() - REMEMBERED_MS, await commit.logBegan());
  return at > since + WORTH_A_LOOK ? "whose lease is not known here" : null;
}
