import { z } from "zod";
import { HERE_ID } from "../../protocol/approval/answeredHere.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";
import { connectionId, resultId, sessionId } from "../../protocol/ids.ts";
import { LEVELS } from "../../protocol/label.ts";

/** What the editor may send, checked where it arrives. Shapes are those of `Requests` in protocol/messages. */
const CONNECTION_ID = z.string().transform(connectionId);
const SESSION_ID = z.string().transform(sessionId);
const RESULT_ID = z.string().transform(resultId);

export const SAVE = z.object({ profile: CONNECTION_PROFILE, password: z.string().optional() });
/** Which connection is meant, before anything else of it is looked at. */
export const NAMED = z.object({ profile: z.object({ id: CONNECTION_ID }) });
export const BY_ID = z.object({ id: CONNECTION_ID });
export const CATALOG = z.object({ connectionId: CONNECTION_ID, refresh: z.boolean().optional() });
export const BIND = z.object({ uri: z.string(), connectionId: CONNECTION_ID.nullable() });
const COLUMN = {
  connectionId: CONNECTION_ID,
  schema: z.string(),
  table: z.string(),
  column: z.string(),
};
export const CORRECT = z.object({
  ...COLUMN,
  infoType: z.string(),
  level: z.enum(LEVELS).optional(),
  reason: z.string(),
});
export const UNCORRECT = z.object({ ...COLUMN, reason: z.string() });
export const BY_CONNECTION = z.object({ connectionId: CONNECTION_ID });
export const SHARE = z.object({ connectionId: CONNECTION_ID, text: z.string().nullable() });
export const CHECK = z.object({ connectionId: CONNECTION_ID, text: z.string() });
const SUGGESTED = z
  .array(
    z.object({
      start: z.number().int().nonnegative(),
      end: z.number().int().nonnegative(),
      suggestion: z.string(),
    }),
  )
  .max(10_000);
export const RUN = z.object({
  runToken: z.string(),
  sessionId: SESSION_ID,
  connectionId: CONNECTION_ID,
  text: z.string(),
  baseOffset: z.number().int().nonnegative(),
  purpose: z.string().optional(),
  pageRows: z.number().int().min(1).max(10_000),
  keepChanges: z.boolean().optional(),
  approval: z.string().optional(),
  suggested: SUGGESTED.optional(),
});
const APPROVAL_ID = z.string().regex(/^[0-9a-f]{32}$/);
export const ASK_APPROVAL = z.object({
  connectionId: CONNECTION_ID,
  sessionId: SESSION_ID,
  text: z.string(),
  purpose: z.string(),
});
export const ASK_ELEVATION = z.object({
  connectionId: CONNECTION_ID,
  right: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("reveal"), columns: z.array(z.string()).max(200) }),
    z.object({ kind: z.literal("write") }),
  ]),
  minutes: z.number().int().min(1),
  purpose: z.string(),
});
export const APPROVAL_BOX = z.object({ box: z.enum(["mine", "decide", "active"]) });
export const BY_APPROVAL = z.object({ id: APPROVAL_ID });
export const FOLLOW_APPROVAL = z.object({ id: APPROVAL_ID, version: z.number().int().nonnegative() });
export const TAKE_BACK_APPROVAL = z.object({ id: APPROVAL_ID, reason: z.string().max(2_000) });
export const DECIDE_APPROVAL = z.object({
  id: APPROVAL_ID,
  decision: z.enum(["approve", "deny"]),
  reason: z.string().max(2_000),
});
export const UNDO = z.object({ recordSeq: z.number().int().nonnegative() });
export const FETCH = z.object({ resultId: RESULT_ID, maxRows: z.number().int().min(1).max(10_000) });
export const BY_RESULT = z.object({ resultId: RESULT_ID });
export const BY_SESSION = z.object({ sessionId: SESSION_ID });
export const ACTIVITY = z.object({ limit: z.number().int().min(1).max(10_000) });
const WAITING_ID = z.string().regex(HERE_ID);
export const BY_WAITING = z.object({ id: WAITING_ID });
export const DECIDE_WAITING = z.object({
  id: WAITING_ID,
  review: APPROVAL_ID,
  decision: z.enum(["approve", "deny"]),
  reason: z.string().max(2_000),
});
const TASK_ID = z.string().max(100);
export const TASK_AND_REASON = z.object({ task: TASK_ID, reason: z.string().max(2_000) });
export const BY_TASK = z.object({ task: TASK_ID });
export const LIST_TASKS = z.object({ limit: z.number().int().positive().max(1_000) });
export const TASK_TIMELINE = z.object({ task: TASK_ID, today: z.boolean() });
export const CALL_TOOL = z.object({
  tool: z.string().max(100),
  input: z.unknown(),
  host: z.string().max(200),
});

const BUDGET = z.number().int().min(200).max(100_000).exactOptional();
const QUESTION = z.string().max(10_000);
const TEXT = z.string().max(2_000_000);
export const PROMPT = z.object({
  connectionId: CONNECTION_ID,
  order: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("inline"),
      budget: BUDGET,
      text: TEXT,
      offset: z.number().int().nonnegative(),
    }),
    z.object({
      kind: z.enum(["ask", "chat"]),
      budget: BUDGET,
      question: QUESTION,
      text: TEXT.exactOptional(),
      earlier: z.array(z.object({ question: QUESTION, sql: TEXT })).exactOptional(),
    }),
    z.object({
      kind: z.enum(["explain", "optimise"]),
      budget: BUDGET,
      statement: TEXT,
      question: QUESTION.exactOptional(),
    }),
    z.object({
      kind: z.literal("fix"),
      budget: BUDGET,
      statement: TEXT,
      problem: TEXT.exactOptional(),
      question: QUESTION.exactOptional(),
    }),
  ]),
});
export const MODEL_ANSWER = z.object({ prompt: z.string(), model: z.string().max(200), text: TEXT });
export const BY_SUGGESTION = z.object({ suggestion: z.string() });
export const ORIGINS = z.object({
  connectionId: CONNECTION_ID,
  sessionId: SESSION_ID,
  text: TEXT,
  suggested: SUGGESTED,
});
export const REVIEW = z.object({
  connectionId: CONNECTION_ID,
  sessionId: SESSION_ID,
  text: TEXT,
  suggestion: z.string(),
});
export const DECIDE_SUGGESTION = z.object({
  review: z.string(),
  decision: z.enum(["run", "edit", "reject"]),
  reason: z.string().max(2_000).nullable(),
  milliseconds: z.number().nonnegative(),
});
