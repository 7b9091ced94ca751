import type { RetentionHold, RetentionOverview } from "../collector/retention.ts";
import { counted } from "../counted.ts";

/** Spells a time for whoever reads. */
type TimeText = (iso: string) => string;

/** What is dropped, how far that has come and what it waits for, in sentences. */
export function retentionSentences(
  { days, dropped, droppedTo, next, keptFrom }: Omit<RetentionOverview, "holds">,
  time: TimeText,
): readonly string[] {
  return [
    days === null
      ? "Every text is kept: the collector's settings name no age at which texts are dropped."
      : `Texts of records are dropped ${counted(days, "day")} after they came.`,
    droppedTo === null
      ? "None was dropped so far."
      : `${counted(dropped, "text")} ${dropped === 1 ? "was" : "were"} dropped so far, of records up to ${time(droppedTo)}.`,
    ...(days === null ? [] : [nextSentence(next, time)]),
    ...(keptFrom === null
      ? []
      : [
          `Records that came from ${time(keptFrom)} on are old, and some of their texts are kept: by a hold, or beside a request for approval that is open.`,
        ]),
  ];
}

function nextSentence(next: RetentionOverview["next"], time: TimeText): string {
  switch (next.kind) {
    case "nothing":
      return "It has looked at every record there is.";
    case "waits":
      return `It waits for the next record to be old, on ${time(next.until)}.`;
    case "at_work":
      return `It is at work, and has come to records of ${time(next.at)}.`;
  }
}

/** What becomes of what a hold has kept, once it is lifted. */
export const afterLifting = (days: number | null): string =>
  days === null
    ? "No age is set at which texts are dropped, so nothing goes now. Once one is set, what only it has kept is dropped, for good."
    : `What only it has kept is dropped soon after, for good: texts of records that came more than ${counted(days, "day")} ago.`;

/** What a hold covers, in words that begin a sentence's end: `everything on connection Shop`. */
export function scopeWords(
  { scope, actorName }: Pick<RetentionHold, "scope" | "actorName">,
  time: TimeText,
): string {
  const { actor, connection, column, from, to } = scope;
  const narrowed = [
    connection === null ? [] : [`on connection ${connection}`],
    column === null ? [] : [`touching ${column}`],
    timesWords(from, to, time),
  ].flat();
  return [whose(actor, actorName), narrowed.join(", ")].filter((part) => part !== "").join(" ");
}

/** The name for people, and the identity, since two may go by one name. */
function whose(actor: string | null, name: string | null): string {
  if (actor === null) return "everything";
  return name === null || name === actor ? `what ${actor} did` : `what ${name} (${actor}) did`;
}

/** From when to when; nothing where it is at all times. */
export function timesWords(from: string | null, to: string | null, time: TimeText): readonly string[] {
  if (from !== null && to !== null) return [`from ${time(from)} to ${time(to)}`];
  if (from !== null) return [`from ${time(from)} on`];
  return to === null ? [] : [`up to ${time(to)}`];
}
