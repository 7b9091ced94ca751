import { z } from "zod";
import { type Sha256, sha256 } from "../ids.ts";
import { CENTRAL_POLICY } from "../policy/centralPolicy.ts";

/** Points at one record: enough for an auditor to find it and to prove it is the one meant. */
export interface RecordRef {
  readonly seq: number;
  readonly hash: Sha256;
}

const ACTOR_PERSON = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    subject: z.string(),
    issuer: z.string(),
    name: z.string(),
    email: z.string().exactOptional(),
    groups: z.array(z.string()).readonly(),
  }),
  z.object({ kind: z.literal("local_user"), account: z.string(), host: z.string() }),
]);
const ACTOR = z.union([
  ACTOR_PERSON,
  z.object({
    kind: z.literal("service"),
    subject: z.string(),
    issuer: z.string(),
    name: z.string(),
    groups: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.literal("ai_agent"),
    agent: z.string(),
    onBehalfOf: ACTOR_PERSON,
    asserted: z.boolean(),
  }),
]);

const CONNECTION = z.object({
  id: z.string(),
  name: z.string(),
  engine: z.string(),
  host: z.string(),
  port: z.number(),
  database: z.string(),
  environment: z.string(),
  environmentSet: z.boolean(),
});

/** A connection as a requester describes it to others. */
const ASKED_CONNECTION = z.object({
  name: z.string(),
  engine: z.string(),
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  environment: z.string(),
});

/** What was asked and what was decided; shared by what ran and what was refused. Holds no value of any row. */
const JUDGEMENT = {
  actor: ACTOR,
  client: z.object({ kind: z.string(), session: z.string() }),
  connection: CONNECTION,
  purpose: z.string().nullable(),
  /** Literals beside sensitive columns are replaced by `'…'`. */
  statement: z.string(),
  statementKind: z.string(),
  effect: z.string(),
  /** `schema.table.column` with the role of its use. */
  reads: z.array(z.object({ column: z.string(), role: z.string() })),
  writes: z.array(z.string()),
  outputs: z.array(z.object({ name: z.string(), mask: z.string().nullable(), sources: z.array(z.string()) })),
  labels: z.array(z.object({ column: z.string(), infoType: z.string(), level: z.string() })),
  findings: z.array(z.object({ rule: z.string(), verdict: z.string() })),
  risk: z.number(),
  verdict: z.enum(["allow", "approve", "deny"]),
  reason: z.string(),
  policyVersion: z.string(),
  /** Where masked columns are hidden; `reason` says why not by the server where policy asked for that. */
  masks: z.object({ at: z.enum(["nowhere", "source", "agent"]), reason: z.string().nullable() }),
  matches: z.number().int(),
  inferences: z.number().int(),
  /** By whose agreement it ran although it needs approval; null where it ran, or not, without. */
  grant: z.object({ id: z.string(), approvers: z.array(z.string()).readonly() }).nullable(),
  /** Elevations without which it would have been judged otherwise; left out where there are none. */
  elevations: z.array(z.string()).min(1).exactOptional(),
};

/** What a collector records in a chain of its own. */
const COLLECTOR_BODIES = [
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
    from: z.enum(["active", "revoked", "lost"]),
    to: z.enum(["active", "revoked", "lost"]),
    /** In the person's own words. */
    reason: z.string(),
  }),
  /** In force for every agent from here on. */
  z.object({ kind: z.literal("policy_published"), actor: ACTOR, policy: CENTRAL_POLICY }),
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
    /** SHA-256 of the grant's canonical text. */
    grant: z.string(),
    notAfter: z.string(),
  }),
  /** Nothing more comes of it. */
  z.object({
    kind: z.literal("approval_closed"),
    approval: z.string(),
    subject: z.string(),
    how: z.enum(["denied", "withdrawn", "expired", "used", "ended"]),
    /** Null where time or a record did it. */
    actor: ACTOR.nullable(),
    /** Where it was used: the intent, by its device's chain. */
    use: z.object({ chain: z.string(), seq: z.number().int() }).nullable(),
  }),
] as const;

export const RECORD_BODY = z.discriminatedUnion("kind", [
  /** A key begins to sign here; the record is signed by that very key. */
  z.object({
    kind: z.literal("key_introduced"),
    publicKey: z.string(),
    origin: z.enum(["editor", "cli", "collector"]),
  }),
  /** A key signs nothing after this; another key of the chain says so. */
  z.object({ kind: z.literal("key_revoked"), key: z.string(), reason: z.string() }),
  z.object({ kind: z.literal("session_opened"), writer: z.string(), origin: z.enum(["editor", "cli"]) }),
  z.object({ kind: z.literal("session_closed"), writer: z.string(), how: z.enum(["ended", "crashed"]) }),
  z.object({ kind: z.literal("identity"), event: z.string(), actor: ACTOR }),
  /** Durable before the statement is sent. */
  z.object({ kind: z.literal("intent"), ...JUDGEMENT }),
  /** Denied, or waiting for approval: nothing was sent. */
  z.object({ kind: z.literal("refused"), ...JUDGEMENT }),
  z.object({
    kind: z.literal("outcome"),
    /** Sequence number of the intent. */
    intent: z.number().int(),
    outcome: z.enum(["done", "failed", "cancelled", "rolled_back", "unknown"]),
    rows: z.number().int().nullable(),
    affected: z.number().int().nullable(),
    maskedCells: z.number().int(),
    milliseconds: z.number(),
    /** SQLSTATE or a Sluice code; never a message. */
    errorClass: z.string().nullable(),
  }),
  /** Durable before the label is any other. */
  z.object({
    kind: z.literal("label_corrected"),
    actor: ACTOR,
    connection: CONNECTION,
    /** `schema.table.column`. */
    column: z.string(),
    /** Null where nothing was known of the column. */
    from: z.object({ infoType: z.string(), level: z.string() }).nullable(),
    to: z.object({ infoType: z.string(), level: z.string() }),
    /** In the person's own words. */
    reason: z.string(),
    /** By a person, by a workspace's file that this actor works under, or a former correction taken back. */
    how: z.enum(["corrected", "shared", "taken_back"]),
  }),
  /** Somebody asks others to agree to a statement. */
  z.object({
    kind: z.literal("approval_requested"),
    actor: ACTOR,
    connection: CONNECTION,
    purpose: z.string(),
    /** As in an intent. */
    statement: z.string(),
    /** SHA-256 of the exact text. */
    statementHash: z.string(),
    group: z.string(),
    approval: z.string(),
  }),
  /** What a person of this machine answered. */
  z.object({
    kind: z.literal("approval_decided"),
    actor: ACTOR,
    approval: z.string(),
    statementHash: z.string(),
    decision: z.enum(["approve", "deny", "withdraw"]),
    reason: z.string(),
  }),
  /** Somebody asks others for a right for a while. */
  z.object({
    kind: z.literal("elevation_requested"),
    actor: ACTOR,
    connection: CONNECTION,
    purpose: z.string(),
    right: z.enum(["reveal", "write"]),
    /** `schema.table.column`, where the right is of columns. */
    columns: z.array(z.string()),
    minutes: z.number().int(),
    group: z.string(),
    elevation: z.string(),
  }),
  /** What a person of this machine answered to it, or that they ended it. */
  z.object({
    kind: z.literal("elevation_decided"),
    actor: ACTOR,
    elevation: z.string(),
    decision: z.enum(["approve", "deny", "withdraw", "end"]),
    reason: z.string(),
  }),
  /** The collector goes on from a backup, under another name: what it had signed before is kept here. */
  z.object({
    kind: z.literal("collector_restored"),
    url: z.string(),
    /** The newest checkpoint it had shown, as a signed note. */
    from: z.object({ log: z.string(), checkpoint: z.string().nullable() }),
    to: z.string(),
  }),
  ...COLLECTOR_BODIES,
]);
export type RecordBody = z.infer<typeof RECORD_BODY>;
export type IntentBody = Extract<RecordBody, { kind: "intent" }>;
export type LabelCorrectedBody = Extract<RecordBody, { kind: "label_corrected" }>;
export type RecordedConnection = IntentBody["connection"];
export type OutcomeBody = Extract<RecordBody, { kind: "outcome" }>;

export const RECORD = z.object({
  v: z.literal(1),
  /** From 1, without holes. */
  seq: z.number().int().positive(),
  /** ISO 8601, UTC, milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  /** Hash of the record before; 64 zeros for the first. */
  prev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform(sha256),
  /** First 16 hex of the SHA-256 of the signing key's raw public key. */
  key: z.string(),
  body: RECORD_BODY,
});
export type AuditRecord = z.infer<typeof RECORD>;

/** A record as it is kept and sent: the exact bytes that were hashed and signed, beside both. */
export interface SealedRecord {
  readonly seq: number;
  /** RFC 8785 canonical JSON. */
  readonly canonical: string;
  readonly hash: Sha256;
  /** Ed25519 over the domain-separated canonical bytes, base64. */
  readonly signature: string;
}

export const GENESIS: Sha256 = sha256("0".repeat(64));
