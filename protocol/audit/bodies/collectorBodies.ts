import { z } from "zod";
import { DEVICE_STATE } from "../../collector/ingest.ts";
import { CENTRAL_DEFINITION } from "../../lease/centralConnection.ts";
import { LEASE_ENDS } from "../../lease/lease.ts";
import { CENTRAL_POLICY } from "../../policy/centralPolicy.ts";
import { DROPPED_CHAIN } from "../../retention/droppedChain.ts";
import { HOLD_SCOPE } from "../../retention/holdScope.ts";
import { ACTOR, ASKED_CONNECTION } from "./parties.ts";

/** What a collector records in a chain of its own. */
export const COLLECTOR_BODIES = [
  /** A log begins here: the first, or one that takes the place of a log whose store was restored from a backup. */
  z.object({
    kind: z.literal("log_started"),
    log: z.string(),
    /** The log before, as far as it is known to have gone; root in base64. */
    previous: z.object({ log: z.string(), size: z.number().int(), root: z.string() }).nullable(),
    /** Leaves that the new log took over. */
    kept: z.number().int(),
  }),
  z.object({
    kind: z.literal("device_enrolled"),
    chain: z.string(),
    name: z.string(),
    owner: ACTOR,
    /** Ids of the keys that were added. */
    keys: z.array(z.string()),
  }),
  z.object({
    kind: z.literal("device_state"),
    chain: z.string(),
    actor: ACTOR,
    from: DEVICE_STATE,
    to: DEVICE_STATE,
    /** In the person's own words. */
    reason: z.string(),
  }),
  /** An administrator has made sure that the device is its owner's. */
  z.object({
    kind: z.literal("device_confirmed"),
    chain: z.string(),
    actor: ACTOR,
    /** In the person's own words. */
    reason: z.string(),
  }),
  /** In force for every agent from here on. */
  z.object({
    kind: z.literal("policy_published"),
    actor: ACTOR,
    policy: CENTRAL_POLICY,
    /** The former version whose texts it has. */
    restores: z.number().int().positive().exactOptional(),
  }),
  /** Agents judge by it beside the one in force, and enforce nothing of it. */
  z.object({ kind: z.literal("policy_observed"), actor: ACTOR, policy: CENTRAL_POLICY }),
  /** The observed one is not judged by any more. */
  z.object({
    kind: z.literal("policy_dropped"),
    actor: ACTOR,
    version: z.number().int().positive(),
    /** In the person's own words. */
    reason: z.string(),
  }),
  z.object({
    kind: z.literal("alert_raised"),
    alert: z.string(),
    chain: z.string(),
    /** Place in that chain. */
    seq: z.number().int(),
    what: z.string(),
    /** SHA-256 of the evidence the collector keeps. */
    evidence: z.string(),
  }),
  /** An administrator has looked at an alert. */
  z.object({
    kind: z.literal("alert_acknowledged"),
    alert: z.string(),
    chain: z.string(),
    seq: z.number().int(),
    /** How often it had been seen by then. */
    count: z.number().int(),
    actor: ACTOR,
    /** In the person's own words. */
    reason: z.string(),
  }),
  /** The device has told late what the alert was raised for. */
  z.object({
    kind: z.literal("alert_settled"),
    alert: z.string(),
    chain: z.string(),
    seq: z.number().int(),
    /** How often it had been seen by then. */
    count: z.number().int(),
    /** Place, in that chain, of the record that tells it. */
    by: z.number().int(),
    reason: z.string(),
  }),
  /** Somebody asked others through this collector to agree to a statement. */
  z.object({
    kind: z.literal("approval_opened"),
    approval: z.string(),
    actor: ACTOR,
    chain: z.string(),
    connection: ASKED_CONNECTION,
    purpose: z.string(),
    /** As the requester's ledger holds it; the hash is of the exact text. */
    statement: z.string(),
    statementHash: z.string(),
    /** SHA-256 of the canonical JSON of everything a grant would be bound to. */
    subject: z.string(),
    /** SHA-256 over everything those who are asked are shown. */
    shown: z.string().exactOptional(),
    group: z.string(),
    needed: z.number().int(),
    expiresAt: z.string(),
  }),
  /** Somebody asked for a right for a while. */
  z.object({
    kind: z.literal("elevation_opened"),
    approval: z.string(),
    actor: ACTOR,
    chain: z.string(),
    connection: ASKED_CONNECTION,
    purpose: z.string(),
    right: z.enum(["reveal", "write"]),
    /** `schema.table.column`, where the right is of columns. */
    columns: z.array(z.string()),
    minutes: z.number().int(),
    subject: z.string(),
    shown: z.string().exactOptional(),
    group: z.string(),
    needed: z.number().int(),
    expiresAt: z.string(),
  }),
  z.object({
    kind: z.literal("approval_answered"),
    approval: z.string(),
    actor: ACTOR,
    subject: z.string(),
    decision: z.enum(["approve", "deny"]),
    reason: z.string(),
  }),
  z.object({
    kind: z.literal("approval_granted"),
    approval: z.string(),
    subject: z.string(),
    /** `issuer|subject` of everybody who agreed. */
    approvers: z.array(z.string()),
    /** SHA-256 of the grant's canonical text, where that is an elevation's. */
    grant: z.string().exactOptional(),
    notAfter: z.string(),
  }),
  /** The grant of a statement was handed to its device, for one run. */
  z.object({
    kind: z.literal("approval_redeemed"),
    approval: z.string(),
    subject: z.string(),
    /** SHA-256 of the grant's canonical text, which names the run. */
    grant: z.string(),
    /** The how-manieth time: a device that lost the answer asks again. */
    times: z.number().int(),
  }),
  /** Nothing more comes of it. */
  z.object({
    kind: z.literal("approval_closed"),
    approval: z.string(),
    subject: z.string(),
    how: z.enum(["denied", "withdrawn", "expired", "used", "ended", "taken_back"]),
    /** Of who took it back, in their own words. */
    reason: z.string().exactOptional(),
    /** Null where time or a record did it. */
    actor: ACTOR.nullable(),
    /** Where it was used: the intent, by its device's chain. */
    use: z.object({ chain: z.string(), seq: z.number().int() }).nullable(),
  }),
  /** An administrator made or changed a connection that others may use. Its login is not on record. */
  z.object({
    kind: z.literal("connection_defined"),
    actor: ACTOR,
    id: z.string(),
    version: z.number().int(),
    definition: CENTRAL_DEFINITION,
    /** User of the login the collector keeps, and whether that login is new. */
    user: z.string(),
    newLogin: z.boolean(),
  }),
  z.object({
    kind: z.literal("connection_removed"),
    actor: ACTOR,
    id: z.string(),
    connection: ASKED_CONNECTION,
    reason: z.string(),
  }),
  /** A login is about to be lent; on record before its account is made. */
  z.object({
    kind: z.literal("lease_opened"),
    lease: z.string(),
    actor: ACTOR,
    /** The device it is lent to. */
    chain: z.string(),
    id: z.string(),
    connection: ASKED_CONNECTION,
    /** User on the server; the password is nowhere. */
    account: z.string(),
    until: z.string(),
  }),
  z.object({ kind: z.literal("lease_renewed"), lease: z.string(), actor: ACTOR, until: z.string() }),
  z.object({
    kind: z.literal("lease_ended"),
    lease: z.string(),
    how: z.enum(LEASE_ENDS),
    /** Null where time or the collector itself did it. */
    actor: ACTOR.nullable(),
    reason: z.string(),
  }),
  /** What became of a lease's account on the server. */
  z.object({
    kind: z.literal("lease_cleared"),
    /** Null where an account was found that no lease is known of. */
    lease: z.string().nullable(),
    id: z.string(),
    connection: ASKED_CONNECTION,
    account: z.string(),
    /** `absent`: there was none. `locked`: it owns something, so it is kept and can do nothing. `shared`: it is lent to others too. */
    result: z.enum(["dropped", "absent", "locked", "shared"]),
    /** Why it is kept. */
    reason: z.string(),
  }),
  /** From here on texts that it covers are not dropped, however old. */
  z.object({
    kind: z.literal("hold_set"),
    hold: z.string(),
    actor: ACTOR,
    scope: HOLD_SCOPE,
    /** In the person's own words. */
    reason: z.string(),
  }),
  z.object({ kind: z.literal("hold_lifted"), hold: z.string(), actor: ACTOR, reason: z.string() }),
  /** Texts of old records are gone from here on; hashes, signatures and leaves stay. */
  z.object({
    kind: z.literal("bodies_dropped"),
    olderThanDays: z.number(),
    /** Earliest and latest time of what was dropped, by the devices' clocks and by the collector's. */
    from: z.string(),
    to: z.string(),
    count: z.number().int(),
    dropped: z.array(DROPPED_CHAIN).readonly(),
    /** Holds in force, by their ids; none of them covers anything of it. */
    holds: z.array(z.string()).readonly(),
  }),
  /** The position of a stream was set by hand: what lies between is sent again, or never. */
  z.object({
    kind: z.literal("stream_moved"),
    stream: z.string(),
    actor: ACTOR,
    from: z.number().int(),
    to: z.number().int(),
  }),
  /** Everything that a search finds is about to be handed out; on record before the first of it. */
  z.object({
    kind: z.literal("export_opened"),
    export: z.string(),
    actor: ACTOR,
    /** The search, as parameters of an address. */
    query: z.string(),
    format: z.string(),
  }),
  /** What was handed out; where it was cut short, at most so many records. */
  z.object({
    kind: z.literal("export_closed"),
    export: z.string(),
    records: z.number().int(),
    how: z.enum(["whole", "cut_short"]),
  }),
] as const;

/** Kinds that only a collector says, in a chain of its own. */
export const COLLECTOR_KINDS: ReadonlySet<string> = new Set(
  COLLECTOR_BODIES.map(({ shape }) => shape.kind.value),
);
