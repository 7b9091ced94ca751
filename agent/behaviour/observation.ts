import { z } from "zod";
import { actorIdentity } from "../../protocol/actor.ts";
import { ACTOR } from "../../protocol/audit/bodies/parties.ts";
import { FOLLOWING_RULES, isBehaviourRule } from "../../protocol/behaviour/signal.ts";
import { hashed, profileOf, programName, type StatementProfile } from "./statementProfile.ts";

/** What became of a statement before it was sent. */
export type Attempt =
  | "ran"
  /** Policy denied it. */
  | "denied"
  /** It was not understood: no such name, no such syntax. */
  | "failed"
  /** It waits for somebody's agreement, or follows from another denial. */
  | "held";

/** What a record tells about behaviour. */
export type Observation =
  | {
      readonly kind: "statement";
      readonly seq: number;
      readonly at: number;
      readonly identity: string;
      readonly program: string | null;
      readonly attempt: Attempt;
      readonly text: string;
      readonly profile: StatementProfile;
    }
  | {
      readonly kind: "outcome";
      readonly at: number;
      readonly intent: number;
      readonly failed: boolean;
      /** Whether the server may have done it. */
      readonly happened: boolean;
      readonly rows: number;
    }
  | { readonly kind: "task"; readonly at: number; readonly task: string; readonly identity: string }
  /** A person lets a program go on: what it did before counts no further against it. */
  | { readonly kind: "resumed"; readonly at: number; readonly task: string };

const STATEMENT = z.object({
  kind: z.enum(["intent", "refused"]),
  actor: ACTOR,
  connection: z.object({ id: z.string() }),
  statement: z.string(),
  statementKind: z.string(),
  effect: z.string(),
  reads: z.array(z.object({ column: z.string(), role: z.string() })),
  writes: z.array(z.string()),
  labels: z.array(z.object({ column: z.string(), infoType: z.string(), level: z.string() })),
  findings: z.array(z.object({ rule: z.string(), verdict: z.string() })),
});
const OUTCOME = z.object({
  kind: z.literal("outcome"),
  intent: z.number(),
  outcome: z.string(),
  rows: z.number().nullable(),
});
const TASK = z.object({ kind: z.literal("task_opened"), task: z.string(), actor: ACTOR });
const RESUMED = z.object({ kind: z.literal("task_resumed"), task: z.string() });
/** Of a record only what is looked at here: reading all of it would cost more than learning from it. */
const OBSERVED = z.object({
  seq: z.number(),
  at: z.string(),
  body: z.discriminatedUnion("kind", [STATEMENT, OUTCOME, TASK, RESUMED]),
});
const OF_INTEREST = /"kind":"(intent|refused|outcome|task_opened|task_resumed)"/;

/** What a record tells about behaviour; null where that is nothing. */
export function observe(canonical: string): Observation | null {
  if (!OF_INTEREST.test(canonical)) return null;
  const parsed = OBSERVED.safeParse(parsedJson(canonical));
  if (!parsed.success) return null;
  const { seq, body } = parsed.data;
  const at = Date.parse(parsed.data.at);
  if (!Number.isFinite(at)) return null;
  switch (body.kind) {
    case "intent":
    case "refused":
      return {
        kind: "statement",
        seq,
        at,
        identity: actorIdentity(body.actor),
        program: programName(body.actor),
        attempt: body.kind === "intent" ? "ran" : attemptOf(body.findings),
        text: hashed(`${body.connection.id}\n${body.statement}`),
        profile: profileOf(body),
      };
    case "outcome":
      return {
        kind: "outcome",
        at,
        intent: body.intent,
        failed: body.outcome === "failed",
        happened: body.outcome !== "failed" && body.outcome !== "rolled_back",
        rows: body.rows ?? 0,
      };
    case "task_opened":
      return { kind: "task", at, task: body.task, identity: actorIdentity(body.actor) };
    case "task_resumed":
      return { kind: "resumed", at, task: body.task };
  }
}

/** Denials that a former denial led to are none of their own: whoever was stopped for probing does not probe by that. */
function attemptOf(findings: readonly { readonly rule: string; readonly verdict: string }[]): Attempt {
  if (findings.some(({ rule }) => rule === "syntax-error" || rule === "unresolved-name")) return "failed";
  const denied = findings.some(
    ({ rule, verdict }) => verdict === "deny" && !FOLLOWING_RULES.includes(rule) && !isBehaviourRule(rule),
  );
  return denied ? "denied" : "held";
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
