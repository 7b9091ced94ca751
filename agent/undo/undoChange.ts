import type { Actor } from "../../protocol/actor.ts";
import { type Governed, govern } from "../govern.ts";
import type { Judges } from "../judge.ts";
import type { Client, Recorder } from "../recorder.ts";
import { splitText } from "../splitText.ts";
import type { StatementSession } from "../statementSession.ts";
import { type CapturedChanges, UndoError } from "./capturedChanges.ts";

export interface UndoRequest {
  /** A session of its own: nothing a person has set or begun counts there. */
  readonly session: StatementSession;
  /** The record of the change. */
  readonly seq: number;
  readonly actor: Actor;
  readonly client: Client;
  readonly signal: AbortSignal;
}

/**
 * Puts the rows of a change back, exactly as they were, where they are still as it left them. Judged as the write it
 * is, by whoever asks, and recorded as one with a reference to the change.
 * @throws UndoError where there is nothing to undo.
 */
export async function undoChange(
  request: UndoRequest,
  changes: CapturedChanges,
  judges: Judges,
  recorder: Recorder,
): Promise<Governed> {
  const { session, seq } = request;
  const change = changes.find(seq);
  const { relation, text, restore } = change;
  await session.refresh();
  if ((await session.index()).relationByOid(relation.oid)?.version !== relation.version) {
    throw new UndoError({
      code: "changed-since",
      message: `The definition of ${relation.name} has changed since, so this change cannot be undone. Nothing was changed.`,
      action: "Look at the rows as they are now, and correct them with a statement of your own.",
    });
  }
  const [statement] = splitText(text, session.database.engine, await session.database.catalogForSplitting());
  if (statement === undefined) throw new Error("The restoring text holds no statement.");
  const governed = await govern(
    {
      session,
      statement,
      text,
      actor: request.actor,
      client: request.client,
      purpose: `undo of record ${seq}`,
      pageRows: 1,
      maxCellLength: 1,
      signal: request.signal,
      restore,
    },
    judges,
    recorder,
  );
  if (governed.kind === "done") changes.undone(seq);
  return governed;
}
