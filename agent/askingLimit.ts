/** More requests than these that nobody has answered are no questions: they are given up, or approved unread. */
const MOST_OF_TASK = 5;
const MOST_OF_PERSON = 10;
const MOST_A_MINUTE = 12;
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
  if (open.ofTask >= MOST_OF_TASK) return `${open.ofTask} requests of this task wait for the person already.`;
  if (open.ofPerson >= MOST_OF_PERSON)
    return `${open.ofPerson} requests of the same person's agents wait for them already.`;
  if (open.lastMinute >= MOST_A_MINUTE)
    return `The person was asked ${open.lastMinute} times within a minute.`;
  return null;
}
