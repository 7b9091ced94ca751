import { z } from "zod";
import { type Sha256, sha256 } from "../ids.ts";
import { CENTRAL_DEFINITION } from "../lease/centralConnection.ts";
import { LEASE_ENDS } from "../lease/lease.ts";
import { CENTRAL_POLICY } from "../policy/centralPolicy.ts";
import { DROPPED_CHAIN } from "../retention/droppedChain.ts";
import { HOLD_SCOPE } from "../retention/holdScope.ts";

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
export const ACTOR = z.union([
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
    model: z.string(),
    host: z.string(),
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
  reads: z.array(
    z.object({
      column: z.string(),
      role: z.string(),
      /** The column stands alone in its role, in no expression. */
      bare: z.literal(true).exactOptional(),
    }),
  ),
  writes: z.array(z.string()),
  outputs: z.array(
    z.object({
      name: z.string(),
      mask: z.string().nullable(),
      sources: z.array(z.string()),
      /** How it is made of its sources; left out where it is one of them unchanged. */
      transform: z.string().exactOptional(),
      /** It tells how many, and no value. */
      countOnly: z.literal(true).exactOptional(),
    }),
  ),
  labels: z.array(
    z.object({
      column: z.string(),
      infoType: z.string(),
      level: z.string(),
      category: z.string().exactOptional(),
      /** How it is hidden where policy does not say. */
      mask: z.string().exactOptional(),
    }),
  ),
  findings: z.array(z.object({ rule: z.string(), verdict: z.string() })),
  risk: z.number(),
  riskFactors: z.array(z.object({ name: z.string(), points: z.number() })),
  verdict: z.enum(["allow", "approve", "deny"]),
  reason: z.string(),
  policyVersion: z.string(),
  /** Where masked columns are hidden; `reason` says why not by the server where policy asked for that. */
  masks: z.object({ at: z.enum(["nowhere", "source", "agent"]), reason: z.string().nullable() }),
  matches: z.number().int(),
  inferences: z.number().int(),
  /** By whose agreement it ran although it needs approval; null where it ran, or not, without. */
  grant: z.object({ id: z.string(), approvers: z.array(z.string()).readonly() }).nullable(),
  /** The program's task it is a part of. */
  task: z.string().nullable(),
  /** The suggestion of a model it comes from, also where a person changed it. */
  suggestion: z.string().nullable(),
  /** What another policy needs to judge the same statement, beside the fields above. */
  basis: z
    .object({
      /** Version of the collector's policy it was judged under; 0 for none. */
      central: z.number().int().nonnegative(),
      /** Used columns that nobody had classified. */
      unclassified: z.array(z.string()),
      /** `schema.name` of tables and views, also those behind others. */
      relations: z.array(z.string()),
      functions: z.array(z.string()),
      /** LIMIT, where it is a number. */
      limit: z.number().nullable(),
      /** Rows policy let it show at most, where it said so. */
      maxRows: z.number().nullable(),
      /** Inferences the actor had drawn within the hour. */
      inferencesBefore: z.number().int(),
    })
    .exactOptional(),
  /** What a policy that is only observed would have said; nothing came of it. */
  observed: z
    .object({
      version: z.number().int().positive(),
      /** Null where it could not judge. */
      verdict: z.enum(["allow", "approve", "deny"]).nullable(),
      /** Rules it weighs otherwise than the one in force; a null verdict: it finds nothing. */
      findings: z.array(z.object({ rule: z.string(), verdict: z.string().nullable() })),
      /** Outputs it hides otherwise, by their position. */
      masks: z.array(z.object({ output: z.number().int(), mask: z.string().nullable() })),
    })
    .exactOptional(),
  /** Elevations without which it would have been judged otherwise; left out where there are none. */
  elevations: z.array(z.string()).min(1).exactOptional(),
};

/** What programs set out to do, and what models proposed. */
const PROGRAM_BODIES = [
  /** A program begins to work for one purpose. */
  z.object({
    kind: z.literal("task_opened"),
    task: z.string(),
    actor: ACTOR,
    purpose: z.string(),
    budget: z.object({ statements: z.number().int(), rows: z.number().int(), minutes: z.number().int() }),
  }),
  /** Nothing of it runs until a person lets it go on. `cause` is a stable id of what stopped it. */
  z.object({
    kind: z.literal("task_stopped"),
    task: z.string(),
    actor: ACTOR,
    cause: z.string(),
    words: z.string(),
  }),
  z.object({ kind: z.literal("task_resumed"), task: z.string(), actor: ACTOR, reason: z.string() }),
  z.object({
    kind: z.literal("task_ended"),
    task: z.string(),
    actor: ACTOR,
    how: z.enum(["ended", "expired", "stopped"]),
  }),
  /** A model proposed a statement to a person, or to a program. */
  z.object({
    kind: z.literal("suggestion_made"),
    suggestion: z.string(),
    actor: ACTOR,
    task: z.string().nullable(),
    connection: CONNECTION,
    model: z.string(),
    how: z.enum(["inline", "ask", "fix", "optimise", "chat"]),
    /** SHA-256 of everything that was sent to the model. */
    promptHash: z.string(),
    /** Only where policy keeps it. */
    prompt: z.string().nullable(),
    /** As in an intent. */
    statement: z.string(),
    /** SHA-256 of the exact text. */
    statementHash: z.string(),
  }),
  /** What a person decided after having seen what it would do. */
  z.object({
    kind: z.literal("suggestion_decided"),
    suggestion: z.string(),
    actor: ACTOR,
    decision: z.enum(["run", "edit", "reject"]),
    reason: z.string().nullable(),
    /** How long the review was in view. */
    milliseconds: z.number().int(),
    statementHash: z.string(),
    /** From the suggested text to the decided one, redacted as a statement; null where they are the same. */
    difference: z.string().nullable(),
  }),
] as const;

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
] as const;

/** Kinds that only a collector says, in a chain of its own. */
export const COLLECTOR_KINDS: ReadonlySet<string> = new Set(
  COLLECTOR_BODIES.map(({ shape }) => shape.kind.value),
);

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
    /** Whose members are asked; `person` where it is the person a program works for, on their own machine. */
    group: z.string(),
    approval: z.string(),
    /** The program's task it is a part of. */
    task: z.string().nullable(),
  }),
  /** What a person of this machine answered. */
  z.object({
    kind: z.literal("approval_decided"),
    actor: ACTOR,
    approval: z.string(),
    statementHash: z.string(),
    /**
     * SHA-256 of the canonical JSON of everything the answer is bound to, where it is to a program on this machine; null
     * where a collector keeps that.
     */
    subject: z.string().nullable(),
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
  ...PROGRAM_BODIES,
  ...COLLECTOR_BODIES,
]);
export type RecordBody = z.infer<typeof RECORD_BODY>;
export type IntentBody = Extract<RecordBody, { kind: "intent" }>;
/** What was judged, whatever came of it. */
export type JudgedBody = Extract<RecordBody, { kind: "intent" | "refused" }>;
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
