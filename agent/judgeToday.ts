import { parseRecord } from "../protocol/audit/chain.ts";
import type { JudgedBody } from "../protocol/audit/record.ts";
import type { TaskStatement } from "../protocol/behaviour/taskStep.ts";
import type { TodayVerdict } from "../protocol/behaviour/todayVerdict.ts";
import type { Verdict } from "../protocol/decision.ts";
import type { Engine } from "./engine.ts";
import { readRecordedStatement } from "./policy/recordedStatement.ts";
import { problemOf } from "./problemOf.ts";

type RecordedStep = Pick<TaskStatement, "actor" | "statement" | "verdict" | "purpose" | "connection"> & {
  readonly seq: number;
};

/**
 * Judges a recorded statement again, by the policy, the labels and the database of today, and runs nothing. What its
 * actor usually does and what its task has left are of its own time, and do not count. Where the database cannot be
 * asked, its record is judged alone.
 */
export async function judgeToday(engine: Engine, step: RecordedStep): Promise<TodayVerdict> {
  const connection = engine.connections.find(step.connection.id);
  if (connection === undefined)
    return byRecord(engine, step, `There is no connection ${step.connection.name} here any more.`);
  try {
    const judged = await engine.check(connection, step.statement, {
      actor: step.actor,
      apart: true,
      ...(step.purpose === null ? {} : { purpose: step.purpose }),
    });
    const [only, ...more] = judged;
    if (only === undefined || more.length > 0) return cannotTell("Its record does not hold one statement.");
    return compared(step.verdict, only.decision);
  } catch (error) {
    return byRecord(engine, step, problemOf(error).message);
  }
}

/**
 * By what the record holds. Under another policy only what has become stricter is certain: rules that were off when it
 * was recorded did not look at it. `why`: it could not be judged better.
 */
function byRecord(
  { rooms: { ledger, policy } }: Engine,
  { seq, verdict }: RecordedStep,
  why: string,
): TodayVerdict {
  const body = bodyAt(ledger, seq);
  const read = body === null ? null : readRecordedStatement(body);
  if (body === null || read?.kind !== "statement") return cannotTell(why);
  const { input, found } = read.statement;
  const { decision } = policy.decideAgain(input, found, policy);
  const stricter = RANK.indexOf(decision.verdict) > RANK.indexOf(verdict);
  return stricter || body.policyVersion === policy.version ? compared(verdict, decision) : cannotTell(why);
}

function bodyAt(ledger: Engine["rooms"]["ledger"], seq: number): JudgedBody | null {
  const [sealed] = ledger.sealedAfter(seq - 1, 1, Number.POSITIVE_INFINITY);
  const body = sealed?.seq === seq ? parseRecord(sealed.canonical)?.body : undefined;
  return body?.kind === "intent" || body?.kind === "refused" ? body : null;
}

const RANK: readonly Verdict[] = ["allow", "approve", "deny"];

const compared = (
  then: Verdict,
  now: { readonly verdict: Verdict; readonly reason: string },
): TodayVerdict =>
  now.verdict === then ? { kind: "same" } : { kind: "other", verdict: now.verdict, reason: now.reason };

const cannotTell = (why: string): TodayVerdict => ({ kind: "cannot_tell", why });
