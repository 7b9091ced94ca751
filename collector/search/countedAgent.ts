import { z } from "zod";
import { type Actor, type AiAgentActor, actorIdentity, actorName } from "../../protocol/actor.ts";

/** Longest name that is counted apart. */
const LONGEST = 50;

const COUNTED = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()]);

const short = (name: string): string => name.replaceAll("\0", "").slice(0, LONGEST).toWellFormed();

/** Under what an AI agent is counted by its own names; null for anybody else. Identities come first, for `countedOf`. */
export function countedName(actor: Actor): string | null {
  if (actor.kind !== "ai_agent") return null;
  const { agent, model, host, onBehalfOf } = actor satisfies AiAgentActor;
  return JSON.stringify([
    actorIdentity(actor),
    short(agent),
    short(model),
    short(host),
    short(actorName(onBehalfOf)),
  ]);
}

/** How the names of all agents of one identity begin. */
export const countedOf = (identity: string): string => `${JSON.stringify([identity]).slice(0, -1)},`;

/** Null where the names were too long to be kept whole. */
export function countedAgent(name: string) {
  try {
    const [identity, agent, model, host, person] = COUNTED.parse(JSON.parse(name));
    return { identity, agent, model, host, person };
  } catch {
    return null;
  }
}
