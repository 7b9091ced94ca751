import type { Actor } from "../../protocol/actor.ts";
import type { StatementProfile } from "./statementProfile.ts";

/** A statement that is about to be judged, as behaviour is asked about it. */
export interface AskedStatement {
  readonly actor: Actor;
  readonly profile: StatementProfile;
  /** Rows it is expected to come to; undefined where nobody can tell. */
  readonly rows: number | undefined;
  readonly now: number;
}

/** How an actor is spoken of. */
export const actorWord = ({ kind }: Actor): string =>
  kind === "ai_agent" ? "agent" : kind === "service" ? "service" : "person";

export const isAgent = ({ kind }: Actor): boolean => kind === "ai_agent";

/** `schema.table` without its connection. */
export const shownTable = (key: string): string => key.slice(key.indexOf("|") + 1);
