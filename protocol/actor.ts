/** Who asks. Everything recorded and decided names one of these. */
export type Actor = UserActor | LocalUserActor | ServiceActor | AiAgentActor;

/** Signed in through the OpenID provider. */
export interface UserActor {
  readonly kind: "user";
  /** `sub` of the id token. */
  readonly subject: string;
  readonly issuer: string;
  readonly name: string;
  readonly email?: string;
  readonly groups: readonly string[];
}

/** The operating system's account, where no provider is configured. Never verified. */
export interface LocalUserActor {
  readonly kind: "local_user";
  readonly account: string;
  readonly host: string;
}

export interface ServiceActor {
  readonly kind: "service";
  readonly subject: string;
  readonly issuer: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** A program that acts for a person. `asserted`: the agent says so itself, no token proves it. */
export interface AiAgentActor {
  readonly kind: "ai_agent";
  readonly agent: string;
  /** Which model decides what it does, as its host names it; "unknown" where nobody said. */
  readonly model: string;
  /** The program that runs it, with its version; "unknown" where nobody said. */
  readonly host: string;
  readonly onBehalfOf: UserActor | LocalUserActor;
  readonly asserted: boolean;
}

/** One line a person recognises the actor by. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return actor.email ?? actor.name;
    case "local_user":
      return `${actor.account}@${actor.host} (unverified)`;
    case "service":
      return actor.name;
    case "ai_agent":
      return `${actor.agent} for ${actorName(actor.onBehalfOf)}`;
  }
}

/**
 * Tells people and services apart whatever they call themselves; an AI agent counts as the person it acts for, so that
 * another name of its own is no other budget.
 */
export function actorIdentity(actor: Actor): string {
  switch (actor.kind) {
    case "user":
    case "service":
      return `${actor.kind}|${actor.issuer}|${actor.subject}`;
    case "local_user":
      return `local_user|${actor.account}|${actor.host}`;
    case "ai_agent":
      return `ai_agent for ${actorIdentity(actor.onBehalfOf)}`;
  }
}

/** Groups that policy may count on: a local user has none, an AI agent has its person's. */
export function actorGroups(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case "user":
    case "service":
      return actor.groups;
    case "local_user":
      return [];
    case "ai_agent":
      return actorGroups(actor.onBehalfOf);
  }
}
