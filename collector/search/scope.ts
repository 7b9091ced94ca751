import { actorIdentity } from "../../protocol/actor.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { FIELD_LENGTH } from "../store/searchFields.ts";

/** Whose records somebody may read. */
export type Scope =
  | { readonly kind: "all" }
  /** Identities of the person, and of programs that act for them. */
  | { readonly kind: "own"; readonly actors: readonly string[] };

/** Everything for auditors and administrators, for others what they did themselves. */
export function scopeOf(caller: Caller): Scope {
  if (caller.roles.has("auditor") || caller.roles.has("admin")) return { kind: "all" };
  const identity = actorIdentity(actorOf(caller));
  const { issuer, subject } = caller;
  const actors = [identity, `service|${issuer}|${subject}`, `ai_agent for ${identity}`];
  // An identity that the index cuts short could be somebody else's as well.
  return { kind: "own", actors: actors.filter((actor) => actor.length < FIELD_LENGTH) };
}

/** Whether records of this identity may be read. */
export const reaches = (scope: Scope, actor: string | null): boolean =>
  scope.kind === "all" || (actor !== null && scope.actors.includes(actor));

/** @throws Refusal where records of this identity may not be read. */
export function checkReach(scope: Scope, actor: string): void {
  if (!reaches(scope, actor))
    throw new Refusal(
      "forbidden",
      "What others did is for auditors.",
      "Ask an administrator of your sign-in provider for an auditor's group.",
    );
}
