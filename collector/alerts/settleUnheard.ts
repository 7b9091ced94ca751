import type { Sha256 } from "../../protocol/ids.ts";
import { isLeaseId } from "../../protocol/lease/lease.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";

/**
 * Settles what was raised of logins of which the device had not told, inside of the commit that takes the records which
 * tell of them. A device speaks for its own logins alone, and for each by its id.
 */
export async function settleUnheard(
  commit: Commit,
  chain: Sha256,
  records: readonly VerifiedRecord[],
): Promise<void> {
  for (const { record } of records) {
    const { body, seq: by } = record;
    if (body.kind !== "login_asked" && body.kind !== "login_lent") continue;
    if (!isLeaseId(body.lease)) continue;
    const reason = `record ${by} of the device, which came late, tells of it`;
    const acknowledged = { by: "the collector", at: commit.now.getTime(), reason };
    const settled = await commit.alerts.settle(chain, "unheard-lease", body.lease, acknowledged);
    if (settled === null) continue;
    const { kind, seq, count } = settled;
    await commit.say({ kind: "alert_settled", alert: kind, chain, seq, count, by, reason });
  }
}
