import { z } from "zod";
import { sha256 } from "../ids.ts";
import { APPROVAL_CONNECTION, GROUP, NEXT, PERSON } from "./approval.ts";

/**
 * A right for a while, to which others agree as they do to a statement: `POST /v1/elevations/:id/decision` takes an
 * `ApprovalDecision`, `POST /v1/elevations/:id/withdraw` and `POST /v1/elevations/:id/end` nothing.
 */

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);

const COLUMN = z.string().regex(/^[^\0]{1,400}$/);

/** What somebody may do for a while that policy lets nobody do unasked. */
export const ELEVATION_RIGHT = z.discriminatedUnion("kind", [
  /** See these columns; `schema.table.column`. */
  z.object({
    kind: z.literal("reveal"),
    columns: z.array(COLUMN).min(1).max(200).readonly(),
    /** SHA-256 over what the names stood for when it was asked: a table made anew under an old name is another. */
    meaning: HASH,
  }),
  /** Write to the connection. */
  z.object({ kind: z.literal("write") }),
]);
export type ElevationRight = z.infer<typeof ELEVATION_RIGHT>;

/** What an elevation is bound to. */
export const ELEVATION_SUBJECT = z.object({
  right: ELEVATION_RIGHT,
  connection: APPROVAL_CONNECTION,
  requester: z.object({ issuer: z.string(), subject: z.string() }),
  /** The device's chain. */
  chain: HASH,
});
export type ElevationSubject = z.infer<typeof ELEVATION_SUBJECT>;

/** `POST /v1/elevations`, with the requester's token. */
export const ELEVATION_ORDER = z.object({
  subject: ELEVATION_SUBJECT,
  /** Group whose members may agree. */
  group: GROUP,
  /** Distinct people who have to. */
  needed: z.number().int().min(1).max(5),
  /** Counted from when it is granted; the collector sets how many there may be. */
  minutes: z.number().int().min(1),
  /** Why, in the requester's own words. */
  purpose: z.string().trim().min(1).max(2_000),
  device: z.string().max(200),
  connectionName: z.string().max(200),
  policyVersion: z.string().max(200),
});
export type ElevationOrder = z.infer<typeof ELEVATION_ORDER>;

/** `expired`: nobody answered in time. `ended`: it was granted, and is over. */
export const ELEVATION_STATE = z.enum(["pending", "granted", "denied", "withdrawn", "expired", "ended"]);

/**
 * `GET /v1/elevations/:id`. With `?version=N&wait=SECONDS` it answers when it is another version, or at the end: whoever
 * works under it follows it, and stops as soon as its state is not `granted`.
 */
export const ELEVATION = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Grows with every change. */
  version: z.number().int().positive(),
  state: ELEVATION_STATE,
  order: ELEVATION_ORDER,
  requester: PERSON,
  decisions: z
    .array(
      z.object({
        by: PERSON,
        decision: z.enum(["approve", "deny"]),
        reason: z.string(),
        at: z.string(),
      }),
    )
    .readonly(),
  /** ISO 8601. */
  createdAt: z.string(),
  expiresAt: z.string(),
  /** Until when it is good; null before it is granted. */
  notAfter: z.string().nullable(),
  /** Milliseconds that were left when this was answered, by the collector's clock; null where it is not in force. */
  leftMs: z.number().int().nonnegative().nullable(),
  /** Who ended it before its time. */
  endedBy: PERSON.nullable(),
  /** Whether the person who asks may decide, and may end it now. */
  mayDecide: z.boolean(),
  mayEnd: z.boolean(),
});
export type Elevation = z.infer<typeof ELEVATION>;

/**
 * `GET /v1/elevations?box=mine|decide|decided|active|all`: newest first, and by pages, as of approvals. `active` are those
 * that the person who asks may end.
 */
export const ELEVATIONS = z.object({ elevations: z.array(ELEVATION).readonly(), next: NEXT });

/** What the agreement says. `GET /v1/elevations/:id/grant` gives it signed, to the requester alone, as long as it is good. */
export const ELEVATION_GRANT = z.object({
  v: z.literal(2),
  kind: z.literal("elevation"),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  subject: ELEVATION_SUBJECT,
  /** SHA-256 over the whole order, as those who agreed were shown it. */
  shown: HASH,
  group: z.string(),
  approvers: z.array(PERSON).min(1).readonly(),
  /** ISO 8601. */
  notBefore: z.string(),
  notAfter: z.string(),
});
export type ElevationGrant = z.infer<typeof ELEVATION_GRANT>;

/** What is signed: the domain separates it from the grants of single statements. */
export const elevationText = (log: string, canonical: string): string =>
  `sluice-elevation-v1\n${log}\n${canonical}`;
