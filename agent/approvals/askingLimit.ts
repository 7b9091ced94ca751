import { ASKING_LIMITS } from "../../protocol/approval/askingLimits.ts";

/** So often it asks in vain before its task is stopped. */
export const MOST_IN_VAIN = 10;

export const TOO_MANY_WAITING = "too-many-waiting";

/** Why a program may not ask its person just now; null where it may. */
export function whyNotAsk(open: {
  /** Of its task, unanswered. */
  readonly ofTask: number;
  /** Of all programs of the person, unanswered. */
  readonly ofPerson: number;
  /** Of all programs of the person, answered or not. */
  readonly lastMinute: number;
}): string | null {
  if (open.ofTask >= ASKING_LIMITS.ofTask)
    return `${open.ofTask} requests of this task wait for the person already.`;
  if (open.ofPerson >= ASKING_LIMITS.ofPerson)
    return `${open.ofPerson} requests of the same person's agents wait for them already.`;
  if (open.lastMinute >= ASKING_LIMITS.aMinute)
    return `The person was asked ${open.lastMinute} times within a minute.`;
  return null;
}
