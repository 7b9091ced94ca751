import { z } from "zod";
import { actorName } from "../../protocol/actor.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { Alert } from "../store/alert.ts";

/** `POST /v1/alerts/:id/acknowledge`, for administrators. */
export const ACKNOWLEDGEMENT = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });

/** Notes that somebody has looked at an alert, and why it is settled. What comes after it is another. @throws Refusal */
export async function acknowledge(
  sequencer: Sequencer,
  caller: Caller,
  id: number,
  reason: string,
): Promise<Alert> {
  if (caller.kind === "delegate")
    throw new Refusal("forbidden", "Alerts are acknowledged in person.", "Sign in yourself.");
  const actor = actorOf(caller);
  const { value } = await sequencer.run([], async (commit) => {
    const alert = await commit.alerts.alert(id);
    if (alert === null) throw noAlert();
    if (alert.acknowledged !== null)
      throw new Refusal(
        "already-decided",
        `${alert.acknowledged.by} has acknowledged it: ${alert.acknowledged.reason}`,
        "Load the list anew.",
      );
    const acknowledged = { by: actorName(actor), at: commit.now.getTime(), reason };
    await commit.alerts.acknowledge(id, acknowledged);
    const { kind, chain, seq, count } = alert;
    await commit.say({ kind: "alert_acknowledged", alert: kind, chain, seq, count, actor, reason });
    return { ...alert, acknowledged };
  });
  return value;
}

export const noAlert = (): Refusal =>
  new Refusal("not-found", "There is no such alert.", "Look at the list of alerts.");
