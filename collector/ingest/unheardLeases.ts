import type { Sequencer } from "../log/sequencer.ts";
import type { Store } from "../store/store.ts";

/** An agent records a login before it uses it, and sends that within seconds while it is connected. */
export const UNHEARD_MS = 60 * 60 * 1000;
const MOST_AT_ONCE = 100;

/**
 * Tells of logins that were lent, and of which the device's own records say nothing an hour later: whoever has taken the
 * device's key out of it is lent them too, and cannot record that without a second history.
 */
export async function tellUnheardLeases(store: Store, sequencer: Sequencer, now: Date): Promise<void> {
  const due = await store.unended("lease", now.getTime() - UNHEARD_MS, MOST_AT_ONCE);
  for (const { chain, ref, receivedAt } of due) {
    await sequencer.run([chain], async (commit) => {
      const [device, lease] = [await commit.device(chain), await commit.connections.lease(ref)];
      if (device === null) return;
      commit.put(device);
      commit.unended.endLease(chain, ref);
      if (lease === null) return;
      const since = new Date(receivedAt).toISOString();
      await commit.raise({
        kind: "unheard-lease",
        chain,
        seq: device.seq,
        what: `a login on ${lease.definition.target.name} was lent to ${lease.holder.name} at ${since}, and the device's records do not tell of it`,
        evidence: JSON.stringify({
          lease: ref,
          connection: lease.connection,
          account: lease.account,
          person: `${lease.holder.issuer}|${lease.holder.subject}`,
          device: lease.device,
          lentAt: since,
          records: device.seq,
        }),
      });
    });
  }
}
