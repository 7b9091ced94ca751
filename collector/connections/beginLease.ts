import type { LeaseOrder } from "../../protocol/lease/lease.ts";
import { leaseIdOf } from "../../protocol/node/leaseId.ts";
import { newAccountName } from "../accounts/accountName.ts";
import { requireOwnDevice } from "../devices/ownDevice.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import { Refusal } from "../refusal.ts";
import { noConnection } from "./connections.ts";
import { type KeptConnection, recorded, usableBy } from "./keptConnection.ts";
import type { Lease } from "./lease.ts";
import { isKnownEnough } from "./leaseOrder.ts";

const MINUTE = 60_000;
/** Time to make an account; one that is not made by then never was. */
const OPENING_MS = 20_000;
/** Logins one person may have at a time: one for each window and command that runs. */
const MOST_OPEN = 50;

/** A lease with the connection it is of, as that is now. */
export interface BegunLease {
  readonly lease: Lease;
  readonly kept: KeptConnection;
}

/** Puts a lease on record, before there is an account: whatever happens then, it is known what to look for. @throws Refusal */
export async function beginLease(
  commit: Commit,
  caller: Caller,
  id: string,
  order: LeaseOrder,
  prefix: string,
): Promise<BegunLease> {
  const kept = await commit.connections.find(id);
  const groups = kept === null || kept.removed ? [] : usableBy(caller.groups, kept.definition);
  if (kept === null || kept.login === null || groups.length === 0) throw noConnection();
  const device = requireOwnDevice(await commit.device(order.chain), caller);
  if (!isKnownEnough(kept.definition, device))
    throw new Refusal(
      "forbidden",
      "This connection is lent to devices that an administrator has confirmed, and this one is not.",
      "Ask an administrator of the collector to confirm this device.",
    );
  const lease = leaseIdOf(order.sealTo);
  const open = await commit.connections.leases({ holder: caller, limit: MOST_OPEN });
  if (open.length >= MOST_OPEN)
    throw new Refusal(
      "conflict",
      `You hold ${MOST_OPEN} logins already.`,
      "Close windows or commands that use them, or wait until they end.",
    );
  const { definition } = kept;
  const isStatic = definition.lending.kind === "static";
  const account = isStatic ? kept.user : newAccountName(prefix);
  const now = commit.now.getTime();
  const until = now + definition.minutes * MINUTE;
  const { issuer, subject, name } = caller;
  const [earlier] = await commit.connections.leases({ chain: device.chain, all: true, limit: 1 });
  if (earlier === undefined && device.confirmedAt === null)
    await commit.raise({
      kind: "new-device",
      chain: device.chain,
      seq: device.seq,
      what: `${name} is lent a login on ${definition.target.name}, the first that is known of on this device`,
      evidence: JSON.stringify({
        lease,
        connection: id,
        account,
        person: `${issuer}|${subject}`,
        device: device.name,
        enrolledAt: new Date(device.enrolledAt).toISOString(),
      }),
    });
  const record = await commit.say({
    kind: "lease_opened",
    lease,
    actor: actorOf(caller),
    chain: device.chain,
    id,
    connection: recorded(definition),
    account,
    until: new Date(until).toISOString(),
  });
  const begun: Lease = {
    id: lease,
    version: 1,
    state: "opening",
    connection: id,
    definition,
    login: isStatic ? null : kept.login,
    account,
    holder: { issuer, subject, name },
    groups,
    chain: device.chain,
    device: device.name,
    openedAt: now,
    asked: order.asked ?? null,
    until,
    dueAt: now + OPENING_MS,
    tries: 0,
    how: null,
    ended: null,
    trouble: "",
    record,
  };
  await commit.connections.putLease(begun, null);
  commit.put(device);
  commit.unended.beginLease(device.chain, lease, order.asked ?? device.seq, now);
  return { lease: begun, kept };
}
