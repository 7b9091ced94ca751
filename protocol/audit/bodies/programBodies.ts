import { z } from "zod";
import { ACTOR, CONNECTION } from "./parties.ts";

/** What programs set out to do, and what models proposed. */
export const PROGRAM_BODIES = [
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
  z.object({
    kind: z.literal("task_resumed"),
    task: z.string(),
    actor: ACTOR,
    reason: z.string(),
    /** Under which the person let it go on through a collector; left out where they did so on the machine itself. */
    grant: z.object({ id: z.string(), approvers: z.array(z.string()).readonly() }).exactOptional(),
  }),
  z.object({
    kind: z.literal("task_ended"),
    task: z.string(),
    actor: ACTOR,
    how: z.enum(["ended", "expired", "stopped"]),
  }),
  /** What an ended task was shown counts no further against others: so many statements, from record `first` to `last`. */
  z.object({
    kind: z.literal("task_mark_lifted"),
    task: z.string(),
    actor: ACTOR,
    reason: z.string(),
    statements: z.number().int(),
    first: z.number().int(),
    last: z.number().int(),
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
