import { parseRecord } from "../../protocol/audit/chain.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Beginning, Store } from "../store/store.ts";

/** An agent records that it asks for a login before it does, and sends that within seconds while it is connected. */
export const UNHEARD_MS = 60 * 60 * 1000;
const MOST_AT_ONCE = 100;

/**
 * Tells of logins that were lent, and of which the device's own records say nothing an hour later: whoever has taken the
 * device's key out of it is lent them too, and cannot record that without a second history.
 */
export async function tellUnheardLeases(store: Store, sequencer: Sequencer, now: Date): Promise<void> {
  const due = () => store.unended("lease", now.getTime() - UNHEARD_MS, MOST_AT_ONCE);
  const places = new Map<Sha256, number>();
  for (const { chain } of await due()) places.set(chain, (await store.device(chain))?.seq ?? 0);
  if (places.size === 0) return;
  for (const beginning of await due()) {
    const { chain, ref, receivedAt } = beginning;
    const told = await isTold(store, beginning);
    await sequencer.run([chain], async (commit) => {
      const [device, lease] = [await commit.device(chain), await commit.connections.lease(ref)];
      // What it has sent meanwhile may tell of it: that shows at the next look.
      if (device === null || device.seq !== places.get(chain)) return;
      commit.put(device);
      commit.unended.endLease(chain, ref);
      if (lease === null || told) return;
      const since = new Date(receivedAt).toISOString();
      await commit.raise({
        kind: "unheard-lease",
        chain,
        seq: device.seq,
        about: ref,
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

/** Whether the record that the device named when it asked does tell of it; that may have come before the login was lent. */
async function isTold(store: Store, { chain, ref, seq }: Beginning): Promise<boolean> {
  const [read] = await store.texts(chain, seq, seq, 1);
  const body = read === undefined || read.canonical === null ? null : parseRecord(read.canonical)?.body;
  return body?.kind === "login_asked" && body.lease === ref;
}
