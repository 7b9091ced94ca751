import { actorIdentity } from "../../protocol/actor.ts";
import { actorOf, type Caller, ownerOf } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { type Device, isOwnedBy } from "../store/device.ts";
import { FIELD_LENGTH } from "../store/searchFields.ts";

/** Whose records somebody may read. */
export type Scope =
  | { readonly kind: "all" }
  /** The caller's identity, and that of programs which act for them. */
  | { readonly kind: "own"; readonly actors: readonly string[] };

/**
 * Everything for auditors and administrators, for others what they did themselves. A program that acts for a person
 * reads what programs did for them, whoever the person is.
 */
export function scopeOf(caller: Caller): Scope {
  if (caller.kind !== "delegate" && (caller.roles.has("auditor") || caller.roles.has("admin")))
    return { kind: "all" };
  // An identity that the index cuts short could be somebody else's as well.
  return { kind: "own", actors: identitiesOf(caller).filter((actor) => actor.length < FIELD_LENGTH) };
}

function identitiesOf(caller: Caller): readonly string[] {
  const { issuer, subject } = caller;
  const person = actorIdentity(actorOf(caller));
  switch (caller.kind) {
    case "person":
      return [person, `ai_agent for ${person}`];
    case "delegate":
      return [`ai_agent for ${person}`];
    case "service":
      return [`service|${issuer}|${subject}`];
  }
}

/** Whether records of this identity may be read. */
export const reaches = (scope: Scope, actor: string | null): boolean =>
  scope.kind === "all" || (actor !== null && scope.actors.includes(actor));

/** Whether the device is the caller's own, in person. */
export const isOwnDevice = (caller: Caller, device: Device): boolean =>
  caller.kind === "person" && isOwnedBy(device, ownerOf(caller));

/** A program that acts for an auditor reads no more than for anybody else. @throws Refusal */
export function checkSeesAll(caller: Caller): void {
  if (scopeOf(caller).kind === "all") return;
  throw new Refusal("forbidden", "What others did is for auditors in person.", "Sign in yourself.");
}

/** @throws Refusal where records of this identity may not be read. */
export function checkReach(scope: Scope, actor: string): void {
  if (!reaches(scope, actor))
    throw new Refusal(
      "forbidden",
      "What others did is for auditors.",
      "Ask an administrator of your sign-in provider for an auditor's group.",
    );
}
