import { z } from "zod";
import { JUDGEMENT } from "./judgement.ts";
import { ACTOR, CONNECTION } from "./parties.ts";

/** What an agent records of its own. */
export const DEVICE_BODIES = [
  /** A key begins to sign here; the record is signed by that very key. */
  z.object({
    kind: z.literal("key_introduced"),
    publicKey: z.string(),
    origin: z.enum(["editor", "cli", "collector"]),
    /** The ledger that was closed before this one began, in its first record alone; a person's act. */
    follows: z
      .object({
        chain: z.string(),
        /** Its last record. */
        seq: z.number().int().positive(),
        hash: z.string(),
        actor: ACTOR,
        /** In the person's own words. */
        reason: z.string(),
      })
      .exactOptional(),
  }),
  /** The key that signs this hands over to another, which has its place from here on. */
  z.object({
    kind: z.literal("key_succeeded"),
    /** The chain it is about: one key may sign several. */
    chain: z.string(),
    /** The other key. */
    publicKey: z.string(),
  }),
  /** A key signs nothing after this; another key of the chain says so. */
  z.object({ kind: z.literal("key_revoked"), key: z.string(), reason: z.string() }),
  z.object({ kind: z.literal("session_opened"), writer: z.string(), origin: z.enum(["editor", "cli"]) }),
  z.object({ kind: z.literal("session_closed"), writer: z.string(), how: z.enum(["ended", "crashed"]) }),
  /** The last record of a ledger: a person goes on in another one. */
  z.object({
    kind: z.literal("ledger_closed"),
    actor: ACTOR,
    /** In the person's own words. */
    reason: z.string(),
  }),
  z.object({ kind: z.literal("identity"), event: z.string(), actor: ACTOR }),
  /** Durable before the statement is sent. */
  z.object({
    kind: z.literal("intent"),
    ...JUDGEMENT,
    /** The lease of the login it is sent with; left out where the collector lent none. */
    lease: z.string().exactOptional(),
  }),
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
    /** SHA-256 over everything that was sent to be shown to those who are asked, where that is through a collector. */
    shown: z.string().exactOptional(),
    /** SHA-256 over what the text was resolved to, as a grant is bound to it; likewise. */
    meaning: z.string().exactOptional(),
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
    decision: z.enum(["approve", "deny", "withdraw", "take_back"]),
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
    /** SHA-256 over everything that was sent to be shown to those who are asked. */
    shown: z.string().exactOptional(),
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
  /** A person trusts a collector again that was not believed any more. */
  z.object({
    kind: z.literal("collector_trusted"),
    actor: ACTOR,
    url: z.string(),
    /** What it had shown until then: its log's name and newest checkpoint. */
    from: z.object({ log: z.string(), checkpoint: z.string().nullable() }),
    /** SHA-256 of the evidence this machine had against it. */
    evidence: z.string(),
    /** In the person's own words. */
    reason: z.string(),
  }),
  /** This machine is about to ask the collector for a login, by an id that is its own choice. */
  z.object({ kind: z.literal("login_asked"), lease: z.string(), connection: CONNECTION }),
  /** The collector has lent this machine a login: written before it is used. */
  z.object({ kind: z.literal("login_lent"), lease: z.string(), connection: CONNECTION }),
] as const;
