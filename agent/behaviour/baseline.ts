import { z } from "zod";
import { type ActorHistory, restoredHistory, STORED_HISTORY, storedHistory } from "./actorHistory.ts";
import type { StatementProfile } from "./statementProfile.ts";

/** A statement that was sent, and of which nobody has said what came of it. */
export interface PendingStatement {
  readonly identity: string;
  readonly program: string | null;
  readonly at: number;
  readonly profile: StatementProfile;
}

/** What is known of everybody, from the records up to some place. Bounded in everything. */
export interface Baseline {
  /** By `actorIdentity`: the agents of one person are one actor, whatever they call themselves. */
  readonly actors: Map<string, ActorHistory>;
  /** By the intent's number. */
  readonly pending: Map<number, PendingStatement>;
  /** Whose a task is. */
  readonly tasks: Map<string, string>;
}

const PENDING = z.object({
  identity: z.string(),
  program: z.string().nullable(),
  at: z.number(),
  profile: z.object({
    tables: z.array(z.string()),
    restricted: z.array(z.string()),
    columns: z.array(z.string()),
    infoTypes: z.array(z.string()),
    shape: z.string(),
    narrow: z.boolean(),
  }),
});

/** A baseline as it is kept. */
export const STORED_BASELINE = z.object({
  actors: z.array(z.tuple([z.string(), STORED_HISTORY])),
  pending: z.array(z.tuple([z.number(), PENDING])),
  tasks: z.array(z.tuple([z.string(), z.string()])),
});

export const newBaseline = (): Baseline => ({ actors: new Map(), pending: new Map(), tasks: new Map() });

export const storedBaseline = ({ actors, pending, tasks }: Baseline) => ({
  actors: [...actors].map(([identity, history]) => [identity, storedHistory(history)] as const),
  pending: [...pending],
  tasks: [...tasks],
});

export const restoredBaseline = ({ actors, pending, tasks }: z.infer<typeof STORED_BASELINE>): Baseline => ({
  actors: new Map(actors.map(([identity, history]) => [identity, restoredHistory(history)])),
  pending: new Map(pending),
  tasks: new Map(tasks),
});
