import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { OfferedUndo, UndoOffer } from "../../protocol/messages.ts";
import { PERSON } from "../govern/governed.ts";

/** Where changes are made and undone. */
export interface Place {
  readonly engine: Engine;
  readonly profile: ConnectionProfile;
}

export interface Made {
  readonly kind: Governed["kind"];
  readonly seq: number;
  readonly affected: number | null;
  readonly undo: UndoOffer | undefined;
  /** What a COMMIT offers. */
  readonly committed: readonly OfferedUndo[];
  /** Code and words of what stopped it. */
  readonly problem: string | null;
}

export interface As {
  readonly actor?: Actor;
  readonly session?: string;
  readonly keepChanges?: boolean;
}

/** The last statement of a text, the rows of its writes kept. */
export async function change(
  world: Place,
  text: string,
  { actor = PERSON, session = "changes", keepChanges = true }: As = {},
): Promise<Made> {
  let last: Made | undefined;
  const run = world.engine.run({
    sessionId: sessionId(session),
    connection: world.profile,
    text,
    client: { kind: "cli", session },
    purpose: undefined,
    pageRows: 1_000,
    maxCellLength: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    keepGoing: true,
    keepChanges,
    actor,
  });
  for await (const { governed } of run) last = madeOf(governed);
  if (last === undefined) throw new Error(`No statement in: ${text}`);
  return last;
}

/** "Undo This Change". */
export async function undo(world: Place, seq: number, actor: Actor = PERSON): Promise<Made> {
  return madeOf(
    await world.engine.undo(seq, {
      client: { kind: "editor", session: "undo" },
      signal: new AbortController().signal,
      actor,
    }),
  );
}

function madeOf(governed: Governed): Made {
  const offered = governed.kind === "done" || governed.kind === "rows" ? governed.undo : undefined;
  const base = {
    kind: governed.kind,
    seq: offered?.kind === "offered" ? offered.recordSeq : (governed.record?.seq ?? -1),
    affected: governed.kind === "done" ? governed.affected : null,
    undo: offered,
    committed: (governed.kind === "done" ? governed.committed : undefined) ?? [],
  };
  switch (governed.kind) {
    case "failed":
      return { ...base, problem: `${governed.problem.code}: ${governed.problem.message}` };
    case "blocked":
      return { ...base, problem: governed.report.decision.reason };
    default:
      return { ...base, problem: null };
  }
}
