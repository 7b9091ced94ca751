import type { TaskStatement } from "../protocol/behaviour/taskStep.ts";
import type { TodayVerdict } from "../protocol/behaviour/todayVerdict.ts";
import type { Engine } from "./engine.ts";
import { problemOf } from "./problemOf.ts";

/**
 * Judges a recorded statement again, by the policy, the labels and the database of today, and runs nothing. What its
 * actor usually does and what its task has left are of its own time, and do not count.
 */
export async function judgeToday(
  engine: Engine,
  step: Pick<TaskStatement, "actor" | "statement" | "verdict" | "purpose" | "connection">,
): Promise<TodayVerdict> {
  const connection = engine.connections.find(step.connection.id);
  if (connection === undefined)
    return { kind: "cannot_tell", why: `There is no connection ${step.connection.name} here any more.` };
  try {
    const judged = await engine.check(connection, step.statement, {
      actor: step.actor,
      apart: true,
      ...(step.purpose === null ? {} : { purpose: step.purpose }),
    });
    const [only, ...more] = judged;
    if (only === undefined || more.length > 0)
      return { kind: "cannot_tell", why: "Its record does not hold one statement." };
    const { verdict, reason } = only.decision;
    return verdict === step.verdict ? { kind: "same" } : { kind: "other", verdict, reason };
  } catch (error) {
    return { kind: "cannot_tell", why: problemOf(error).message };
  }
}
