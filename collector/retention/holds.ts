import { randomBytes } from "node:crypto";
import { actorName } from "../../protocol/actor.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { HoldOrder } from "./holdOrder.ts";
import { lookAgain } from "./retention.ts";
import type { KeptHold } from "./tables.ts";

/** Each record of what was dropped names all of them. */
const MOST_IN_FORCE = 200;

/** Sets a hold, on record before anything else is dropped. @throws Refusal */
export async function setHold(
  sequencer: Sequencer,
  caller: Caller,
  { reason, ...scope }: HoldOrder,
): Promise<KeptHold> {
  const actor = actorInPerson(caller);
  const { value } = await sequencer.run([], async (commit) => {
    if ((await commit.retention.holds("in_force")).length >= MOST_IN_FORCE)
      throw new Refusal(
        "too-many",
        `There are ${MOST_IN_FORCE} holds in force.`,
        "Lift those that are over, or set a wider one in the place of several.",
      );
    const hold: KeptHold = {
      id: randomBytes(16).toString("hex"),
      scope,
      setAt: commit.now.getTime(),
      setBy: actorName(actor),
      reason,
      lifted: null,
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
  reason: string,
): Promise<KeptHold> {
  const actor = actorInPerson(caller);
  const { value } = await sequencer.run([], async (commit) => {
    const hold = (await commit.retention.holds("in_force")).find((one) => one.id === id);
    if (hold === undefined)
      throw new Refusal("not-found", "No such hold is in force.", "Look at the list of holds.");
    const lifted = { at: commit.now.getTime(), by: actorName(actor), reason };
    const over = { ...hold, lifted };
    await commit.retention.liftHold(over);
    await lookAgain(commit.retention);
    await commit.say({ kind: "hold_lifted", hold: id, actor, reason });
    return over;
  });
  return value;
}

/** What is lifted may be gone for good, in the name of whoever is recorded: no program does it for a person. */
function actorInPerson(caller: Caller): ReturnType<typeof actorOf> {
  if (caller.kind !== "delegate") return actorOf(caller);
  throw new Refusal("forbidden", "Holds are set and lifted in person.", "Sign in yourself.");
}
