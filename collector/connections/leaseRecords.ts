import { actorName } from "../../protocol/actor.ts";
import type { LeaseEnd } from "../../protocol/lease/lease.ts";
import type { Cleared } from "../accounts/accountServer.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import { recorded } from "./keptConnection.ts";
import { type Lease, overNow } from "./lease.ts";

/** Ends a lease that is still lent, on record, inside of a commit. Its account goes right after. */
export async function endLease(
  commit: Commit,
  lease: Lease,
  how: LeaseEnd,
  by: Caller | null,
  reason = "",
): Promise<Lease> {
  const at = commit.now.getTime();
  const ended = { by: by === null ? null : actorName(actorOf(by)), at, reason };
  const over: Lease = { ...overNow(lease, how, at), ended };
  // The device was never told of it.
  const device = how === "failed" ? await commit.device(lease.chain) : null;
  if (device !== null) {
    commit.put(device);
    commit.unended.endLease(device.chain, lease.id);
  }
  await commit.connections.putLease(over, lease.version);
  await commit.say({
    kind: "lease_ended",
    lease: lease.id,
    how,
    actor: by === null ? null : actorOf(by),
    reason,
  });
  return over;
}

/** Puts down what became of a lease's account: nothing is left to do. */
export async function settleLease(
  commit: Commit,
  lease: Lease,
  cleared: Cleared | { readonly kind: "shared" },
): Promise<Lease> {
  const why = cleared.kind === "locked" ? cleared.why : "";
  const settled: Lease = {
    ...lease,
    version: lease.version + 1,
    state: cleared.kind === "locked" ? "locked" : "ended",
    login: null,
    dueAt: null,
    trouble: why,
  };
  await commit.connections.putLease(settled, lease.version);
  await commit.say({
    kind: "lease_cleared",
    lease: lease.id,
    id: lease.connection,
    connection: recorded(lease.definition),
    account: lease.account,
    result: cleared.kind,
    reason: why,
  });
  if (cleared.kind === "locked")
    await raise(commit, lease, `${lease.account} was locked and not dropped on ${nameOf(lease)}: ${why}`);
  return settled;
}

/** Tells, once for a lease, that a person has to look at it. */
export const raise = (commit: Commit, lease: Lease, what: string): Promise<void> =>
  commit.raise({
    kind: "lease",
    ...lease.record,
    what,
    evidence: JSON.stringify({
      lease: lease.id,
      connection: lease.connection,
      account: lease.account,
      person: lease.holder.name,
      until: new Date(lease.until).toISOString(),
      how: lease.how,
    }),
  });

export const nameOf = ({ definition: { target } }: Lease): string =>
  `${target.name} (${target.host}:${target.port})`;
