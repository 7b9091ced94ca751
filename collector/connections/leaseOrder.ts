import type { CentralDefinition } from "../../protocol/lease/centralConnection.ts";
import { type LeaseOrder, leaseText } from "../../protocol/lease/lease.ts";
import { verifyLater } from "../../protocol/node/crypto.ts";
import { requireOwnDevice } from "../devices/ownDevice.ts";
import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { Device } from "../store/device.ts";
import type { Store } from "../store/store.ts";

/**
 * Whether a device of the caller's asks for this itself, by a key that stands in its records here: whoever has got hold of a token alone is lent nothing. `of` is
 * the connection, or the lease that goes on. @throws Refusal
 */
export async function checkLeaseOrder(
  store: Store,
  log: string,
  caller: Caller,
  of: string,
  order: LeaseOrder,
): Promise<void> {
  if (caller.kind !== "person")
    throw new Refusal(
      "forbidden",
      "Logins are lent to people who are signed in themselves.",
      "Sign in in person.",
    );
  const device = requireOwnDevice(await store.device(order.chain), caller);
  // A key that the device's own records have not introduced may be anybody's who has got hold of a token.
  const key = device.keys.find(
    ({ id, introduced, revoked }) => id === order.key && introduced !== null && revoked === null,
  );
  if (key === undefined) throw notEnrolled();
  const said = leaseText(log, of, order.chain, order.sealTo);
  if (!(await verifyLater(key.publicKey, said, order.signature)))
    throw new Refusal(
      "bad-request",
      "The device has not signed this.",
      "Ask again from the device itself; nobody else can.",
    );
}

/** Whether the connection may be used from this device. */
export const isKnownEnough = ({ devices }: CentralDefinition, { confirmedAt }: Device): boolean =>
  devices !== "known" || confirmedAt !== null;

const notEnrolled = (): Refusal =>
  new Refusal(
    "not-enrolled",
    "The collector does not know this device as yours.",
    "Sync its records with the collector once while you are signed in.",
  );
