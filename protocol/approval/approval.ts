import { z } from "zod";
import { sha256 } from "../ids.ts";
import { REDEMPTION_NONCE } from "./redemption.ts";

/** What people ask others to agree to, and what comes of it. Every text is as the ledger may hold it: redacted. */

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);

export const GROUP = z.string().regex(/^[^\0]{1,300}$/);

/** A person as the provider knows them. */
export const PERSON = z.object({ issuer: z.string(), subject: z.string(), name: z.string() });
export type ApprovalPerson = z.infer<typeof PERSON>;

/** The target, whatever a machine calls it. */
export const APPROVAL_CONNECTION = z.object({
  engine: z.string(),
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  environment: z.string(),
});
export type ApprovalConnection = z.infer<typeof APPROVAL_CONNECTION>;

/** What a grant is bound to: another statement, target, person or device has to be asked for anew. */
export const APPROVAL_SUBJECT = z.object({
  /** SHA-256 of the exact text that would be sent. */
  statement: HASH,
  /** SHA-256 of the canonical JSON of its parameters, in order. */
  parameters: HASH,
  /** SHA-256 over what the text was resolved to: one text means another thing under another search path. */
  meaning: HASH,
  connection: APPROVAL_CONNECTION,
  requester: z.object({ issuer: z.string(), subject: z.string() }),
  /** The device's chain. */
  chain: HASH,
});
export type ApprovalSubject = z.infer<typeof APPROVAL_SUBJECT>;

/** An AI agent that asks on behalf of the requester, by the names it gives itself. */
export const ASKING_PROGRAM = z.object({
  agent: z.string().min(1).max(200),
  model: z.string().max(200),
  host: z.string().max(200),
  task: z.string().min(1).max(100),
  /** Whom it asks: the group, or the requester alone, which is the person it works for. */
  asks: z.enum(["group", "person"]),
});
export type AskingProgram = Readonly<z.infer<typeof ASKING_PROGRAM>>;

/** The record that stopped a task, by its hash, and why. */
const STOPPED = z.object({ stop: HASH, cause: z.string().max(100), words: z.string().max(2_000) });

/** `POST /v1/approvals`, with the requester's token. What a program asks its person comes as a `QUESTION`. */
export const APPROVAL_ORDER = z.object({
  subject: APPROVAL_SUBJECT,
  /** Group whose members may agree. */
  group: GROUP,
  /** Distinct people who have to. */
  needed: z.number().int().min(1).max(5),
  /** Why it is asked for, in the requester's own words. */
  purpose: z.string().min(1).max(2_000),
  device: z.string().max(200),
  connectionName: z.string().max(200),
  /** The statement as it may be recorded, and what was found in it; offsets are of this text. */
  statement: z.string().max(200_000),
  statementKind: z.string(),
  effect: z.string(),
  reads: z.array(z.string()).max(500).readonly(),
  writes: z.array(z.string()).max(500).readonly(),
  columns: z
    .array(
      z.object({
        name: z.string(),
        infoType: z.string().nullable(),
        level: z.string().nullable(),
        mask: z.string().nullable(),
        sources: z.array(z.string()).readonly(),
      }),
    )
    .max(2_000)
    .readonly(),
  findings: z
    .array(
      z.object({
        rule: z.string(),
        severity: z.enum(["error", "warning", "info", "hint"]),
        message: z.string(),
        verdict: z.enum(["allow", "approve", "deny"]),
        start: z.number().int(),
        end: z.number().int(),
      }),
    )
    .max(500)
    .readonly(),
  risk: z.object({
    score: z.number(),
    factors: z.array(z.object({ name: z.string(), points: z.number() })).readonly(),
  }),
  reason: z.string(),
  policyVersion: z.string(),
  /** Rows the planner expects it to change or read. */
  plannedRows: z.number().nullable(),
  /** Rows its condition chose when it was asked for, `more` than so many; null where no read could tell. */
  counted: z.object({ rows: z.number().int().nonnegative(), more: z.boolean() }).nullable().default(null),
  /** Most rows it may change under the grant; null where nothing limits it. */
  maxAffectedRows: z.number().int().positive().nullable(),
  program: ASKING_PROGRAM.exactOptional(),
  /** The stop of the program's task that its person is asked to let it go on from; no statement runs under it. */
  resumes: STOPPED.exactOptional(),
});
export type ApprovalOrder = z.infer<typeof APPROVAL_ORDER>;

export const APPROVAL_STATE = z.enum([
  "pending",
  "granted",
  "denied",
  "withdrawn",
  "expired",
  "used",
  "taken_back",
]);
export type ApprovalState = z.infer<typeof APPROVAL_STATE>;

/** `GET /v1/approvals/:id`. With `?version=N&wait=SECONDS` it answers when it is another version, or at the end. */
export const APPROVAL = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Grows with every change. */
  version: z.number().int().positive(),
  state: APPROVAL_STATE,
  order: APPROVAL_ORDER,
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
  /** Until when it may be used; null before it is granted. */
  notAfter: z.string().nullable(),
  /** When it was handed out to be run; null before. */
  redeemedAt: z.string().nullable(),
  /** Who took it back after it was granted, and why. */
  takenBack: z.object({ by: PERSON, reason: z.string() }).nullable(),
  /** Whether the person who asks may decide. */
  mayDecide: z.boolean(),
  /** Whether they may take it back now. */
  mayTakeBack: z.boolean(),
});
export type Approval = z.infer<typeof APPROVAL>;

/** Collectors that give one page alone say nothing. */
export const NEXT = z.string().nullable().default(null);

/**
 * `GET /v1/approvals?box=mine|decide|decided|active|all`: newest first. `mine` are one's own, `decide` wait for the person
 * who asks, `decided` were answered by them, `active` are granted, and that person may take them back, `all` is for
 * auditors. `next` is the `cursor` of the next page, which may have less than a page or nothing; null at the end.
 */
export const APPROVALS = z.object({ approvals: z.array(APPROVAL).readonly(), next: NEXT });

/**
 * `POST /v1/approvals/:id/decision`, by somebody of the group who is not the requester; of what a program asks its person,
 * by that person, signed in themselves with the client that people sign in with. `POST /v1/approvals/:id/withdraw`
 * is the requester's.
 */
export const APPROVAL_DECISION = z.object({
  decision: z.enum(["approve", "deny"]),
  reason: z.string().max(2_000),
});
export type ApprovalDecision = z.infer<typeof APPROVAL_DECISION>;

/** `POST /v1/approvals/:id/take-back`, of what was granted and not handed out to be run. */
export const TAKE_BACK = z.object({ reason: z.string().max(2_000) });

/** What the agreement says: who agreed to what, and until when it may be used, once. */
export const GRANT = z.object({
  v: z.literal(2),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  subject: APPROVAL_SUBJECT,
  /** SHA-256 over the whole order, as those who agreed were shown it. */
  shown: HASH,
  group: z.string(),
  approvers: z.array(PERSON).min(1).readonly(),
  /** As in the order. */
  maxAffectedRows: z.number().int().positive().nullable(),
  /** Of the one run it was handed out for. */
  nonce: REDEMPTION_NONCE,
  /** ISO 8601. */
  notAfter: z.string(),
});
export type Grant = z.infer<typeof GRANT>;

/** What `POST /v1/approvals/:id/redeem` and `GET /v1/elevations/:id/grant` answer, to the requester alone. */
export const SIGNED_GRANT = z.object({
  /** RFC 8785 canonical JSON of the grant. */
  canonical: z.string(),
  /** Ed25519 by the collector's log key over `grantText`, base64. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
});
export type SignedGrant = z.infer<typeof SIGNED_GRANT>;

/** What is signed: the domain separates it from checkpoints and records. */
export const grantText = (log: string, canonical: string): string => `sluice-grant-v1\n${log}\n${canonical}`;
