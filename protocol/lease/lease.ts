import { z } from "zod";
import { sha256 } from "../ids.ts";
import { BASE64_OF_32_BYTES } from "../log/base64.ts";
import { CENTRAL_ID, CENTRAL_LOGIN, CENTRAL_TARGET } from "./centralConnection.ts";

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);
const KEY = z.string().regex(BASE64_OF_32_BYTES);
const BYTES = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

export const LEASE_ID = z.string().regex(/^[0-9a-f]{32}$/);

/** Whether a lease can be called this: a device may write what it likes where an id belongs. */
export const isLeaseId = (id: string): boolean => LEASE_ID.safeParse(id).success;

/** What a device signs to be lent a login: `of` is the connection, or the lease it goes on with. */
export const leaseText = (log: string, of: string, chain: string, sealTo: string): string =>
  `sluice-lease-v1\n${log}\n${of}\n${chain}\n${sealTo}\n`;

/** `POST /v1/connections/:id/lease` and `POST /v1/leases/:id/renew`, with the token of the device's owner. */
export const LEASE_ORDER = z.strictObject({
  /** The device's chain. */
  chain: HASH,
  /** The device's key that signs this: the first 16 hex of the SHA-256 of it. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  /** Raw X25519 key to which the login is sealed; made for this one order, since it takes no other. */
  sealTo: KEY,
  /** Ed25519 over `leaseText`. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
  /** Place of the `login_asked` record in the device's chain. Whoever changes it on the way only raises an alert. */
  asked: z.number().int().positive().exactOptional(),
});
export type LeaseOrder = z.infer<typeof LEASE_ORDER>;

/** Readable by who holds the key it is sealed to, and by nobody on the way. */
export const SEALED = z.strictObject({ key: KEY, nonce: BYTES, box: BYTES });
export type Sealed = z.infer<typeof SEALED>;

/** What a sealed login belongs to. */
export const leaseContext = (lease: string, sealTo: string): string =>
  `sluice-lease-login-v1\n${lease}\n${sealTo}\n`;

/** The answer. Who sends the same order again, since it was lost, goes on with the same lease. */
export const LEASE_ANSWER = z.object({
  lease: LEASE_ID,
  connection: z.object({ id: CENTRAL_ID, ...CENTRAL_TARGET.shape, minutes: z.number() }),
  /** From now on, so that it does not matter whose clock is right. */
  seconds: z.number().positive(),
  /** `CENTRAL_LOGIN` as JSON. */
  login: SEALED,
});
export type LeaseAnswer = z.infer<typeof LEASE_ANSWER>;

/** @see LEASE_ANSWER */
export const LEASED_LOGIN = CENTRAL_LOGIN;

/** `POST /v1/leases/end`: everything this person was lent on that device. */
export const LEASES_END = z.strictObject({ chain: HASH });
export const LEASES_ENDED = z.object({ ended: z.number() });

/** `POST /v1/leases/:id/end`. */
export const LEASE_END = z.strictObject({ reason: z.string().trim().max(1_000).default("") });

/**
 * `opening`: on record, its account is being made. `open`. `ending`: over, its account is still to be taken away.
 * `ended`. `locked`: over, and its account owns something: it can do nothing any more, but is there.
 */
export const LEASE_STATES = ["opening", "open", "ending", "ended", "locked"] as const;

/** Why a lease is over. */
export const LEASE_ENDS = [
  "expired",
  "returned",
  "signed_out",
  "revoked",
  "device",
  "connection",
  "group",
  "failed",
] as const;
export type LeaseEnd = (typeof LEASE_ENDS)[number];

/** `GET /v1/leases`: one's own that are not over; `?box=all` for auditors, newest first. */
export const LEASE_VIEW = z.object({
  id: LEASE_ID,
  connection: z.string(),
  connectionName: z.string(),
  person: z.string(),
  device: z.string(),
  /** User on the server. */
  account: z.string(),
  state: z.enum(LEASE_STATES),
  /** ISO 8601. */
  openedAt: z.string(),
  until: z.string(),
  how: z.enum(LEASE_ENDS).nullable(),
  /** Who ended it, as others know them, null for time or the collector itself; when, ISO 8601; and in whose words why. */
  ended: z.object({ by: z.string().nullable(), at: z.string(), reason: z.string() }).nullable(),
  /** Why its account is still there; empty where it is not, or is to be. */
  trouble: z.string(),
  /** How often its account was tried to be taken away. */
  tries: z.number(),
});
export type LeaseView = z.infer<typeof LEASE_VIEW>;
