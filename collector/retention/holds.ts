import { randomBytes } from "node:crypto";
import { z } from "zod";
import { actorName } from "../../protocol/actor.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import { lookAgain } from "./retention.ts";
import type { KeptHold } from "./tables.ts";

/** Each record of what was dropped names all of them. */
const MOST_IN_FORCE = 200;

const NAME = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes("\0"));
/** As records and the console have it: a name that is nobody's identity would hold nothing. */
const IDENTITY = NAME.regex(/^(ai_agent for )?(user|service|local_user)\|[^|]+\|.+$/);
const COLUMN = NAME.regex(/^[^.]+\..+$/);
const TIME = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const REASON = z.string().trim().min(1).max(1_000);

/** `POST /v1/retention/holds`: covers what fulfils all that is given, and everything where nothing is. */
export const HOLD_ORDER = z
  .strictObject({
    actor: IDENTITY.nullable().default(null),
    connection: NAME.nullable().default(null),
    column: COLUMN.nullable().default(null),
    from: TIME.nullable().default(null),
    to: TIME.nullable().default(null),
    reason: REASON,
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, { path: ["to"] });

/** `POST /v1/retention/holds/:id/lift`. */
export const LIFT_ORDER = z.strictObject({ reason: REASON });

/** Sets a hold, on record before anything else is dropped. @throws Refusal */
export async function setHold(
  sequencer: Sequencer,
  caller: Caller,
  { reason, ...scope }: z.infer<typeof HOLD_ORDER>,
): Promise<KeptHold> {
  const { value } = await sequencer.run([], async (commit) => {
    if ((await commit.retention.holds("in_force")).length >= MOST_IN_FORCE)
      throw new Refusal(
        "too-many",
        `There are ${MOST_IN_FORCE} holds in force.`,
        "Lift those that are over, or set a wider one in the place of several.",
      );
    const actor = actorOf(caller);
    const hold: KeptHold = {
      id: randomBytes(16).toString("hex"),
      scope,
      setAt: commit.now.getTime(),
      liftedAt: null,
      setBy: actorName(actor),
      reason,
    };
    await commit.retention.putHold(hold);
    await commit.say({ kind: "hold_set", hold: hold.id, actor, scope, reason });
    return hold;
  });
  return value;
}

/** Lifts a hold; what only it has kept is dropped soon after. @throws Refusal */
export async function liftHold(
  sequencer: Sequencer,
  caller: Caller,
  id: string,
  { reason }: z.infer<typeof LIFT_ORDER>,
): Promise<KeptHold> {
  const { value } = await sequencer.run([], async (commit) => {
    const hold = (await commit.retention.holds("in_force")).find((one) => one.id === id);
    if (hold === undefined)
      throw new Refusal("not-found", "No such hold is in force.", "Look for it at /v1/retention.");
    const at = commit.now.getTime();
    await commit.retention.liftHold(id, at);
    await lookAgain(commit.retention);
    await commit.say({ kind: "hold_lifted", hold: id, actor: actorOf(caller), reason });
    return { ...hold, liftedAt: at };
  });
  return value;
}
