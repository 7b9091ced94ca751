import { z } from "zod";
import { sha256 } from "../../protocol/ids.ts";
import { CENTRAL_DEFINITION, CENTRAL_ID } from "../../protocol/lease/centralConnection.ts";
import {
  LEASE_ENDS,
  LEASE_ID,
  LEASE_STATES,
  type LeaseEnd,
  type LeaseView,
} from "../../protocol/lease/lease.ts";

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);

/** A login that was lent, as the store has it until long after its end. */
export const LEASE = z.object({
  id: LEASE_ID,
  /** Counts its changes. */
  version: z.number().int(),
  state: z.enum(LEASE_STATES),
  connection: CENTRAL_ID,
  /** The connection as it was then: where the account is, and of what kind. */
  definition: CENTRAL_DEFINITION,
  /** The administrative login of that time, sealed; null where there is nothing more to do. */
  login: z.string().nullable(),
  /** User on the server. */
  account: z.string(),
  holder: z.object({ issuer: z.string(), subject: z.string(), name: z.string() }),
  /** The holder's groups by which they may use it. */
  groups: z.array(z.string()).readonly(),
  chain: HASH,
  device: z.string(),
  openedAt: z.number(),
  /** Place of the device's record that it asks for this; null where it named none. */
  asked: z.number().int().nullable().default(null),
  until: z.number(),
  /** When the collector has to look at it next; null where never. */
  dueAt: z.number().nullable(),
  /** Tries to take its account away. */
  tries: z.number().int(),
  how: z.enum(LEASE_ENDS).nullable(),
  /** Who ended it and why; null before, and of leases of former releases. */
  ended: z.object({ by: z.string().nullable(), at: z.number(), reason: z.string() }).nullable().default(null),
  trouble: z.string(),
  /** Place of its record in the collector's chain. */
  record: z.object({ chain: HASH, seq: z.number().int() }),
});
export type Lease = z.infer<typeof LEASE>;

/** Over ones are in the records; the store has them for who looks at the list, and for what ran under them. */
export const REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** When it was over, or is going to be. */
export const leaseOverAt = ({ ended, until }: Lease): number => ended?.at ?? until;

/** As a limit: every lease there is. */
export const EVERY_LEASE = Number.MAX_SAFE_INTEGER;

/** Whether it is still lent. */
export const isLent = ({ state }: Lease): boolean => state === "opening" || state === "open";

/** Over, and its account to be taken away at once. */
export const overNow = (lease: Lease, how: LeaseEnd, now: number): Lease => ({
  ...lease,
  version: lease.version + 1,
  state: "ending",
  how,
  dueAt: now,
  tries: 0,
});

export const leaseView = (lease: Lease): LeaseView => ({
  id: lease.id,
  connection: lease.connection,
  connectionName: lease.definition.target.name,
  person: lease.holder.name,
  device: lease.device,
  account: lease.account,
  state: lease.state,
  openedAt: new Date(lease.openedAt).toISOString(),
  until: new Date(lease.until).toISOString(),
  how: lease.how,
  ended: lease.ended === null ? null : { ...lease.ended, at: new Date(lease.ended.at).toISOString() },
  trouble: lease.trouble,
  tries: lease.tries,
});
