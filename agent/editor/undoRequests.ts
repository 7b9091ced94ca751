import type { CancellationToken } from "vscode-languageserver/node";
import type { ActivityEntry, Problem, Requests } from "../../protocol/messages.ts";
import type { Engine } from "../engine.ts";
import type { Governed } from "../govern.ts";
import { UndoError } from "../undo/capturedChanges.ts";
import * as schema from "./requestSchemas.ts";
import { signalOf } from "./signalOf.ts";

/** The newest statements of the record, each with what can be undone of it. */
export const recentActivity = ({ rooms, changes }: Engine, limit: number): readonly ActivityEntry[] =>
  rooms.ledger.listActivity(limit).map((entry) => {
    const undo = changes.offer(entry.seq);
    return undo === undefined ? entry : { ...entry, undo };
  });

/** How far back the undone change is looked for. */
const RECENT_ENTRIES = 200;

/** Answers "Undo This Change". `tell` is called with every entry that is new, or another now. */
export function undoAnswers(engine: () => Promise<Engine>, tell: (entry: ActivityEntry) => void) {
  return {
    "sluice/undo": async (
      params: unknown,
      token: CancellationToken,
    ): Promise<Requests["sluice/undo"]["result"]> => {
      const { recordSeq } = schema.UNDO.parse(params);
      const running = await engine();
      const { relation } = running.changes.find(recordSeq);
      const governed = await running.undo(recordSeq, {
        client: { kind: "editor", session: "undo" },
        signal: signalOf(token),
      });
      for (const entry of recentActivity(running, RECENT_ENTRIES)) {
        if (entry.seq === recordSeq || entry.seq === governed.record?.seq) tell(entry);
      }
      if (governed.kind !== "done") throw new UndoError(whyNot(governed));
      return { table: relation.name, rows: governed.affected ?? 0, record: governed.record };
    },
  };
}

function whyNot(governed: Exclude<Governed, { kind: "done" }>): Problem {
  switch (governed.kind) {
    case "failed":
      return governed.problem;
    case "blocked":
      return {
        code: "undo-blocked",
        message: `Undoing this change is not allowed: ${governed.report.decision.reason}`,
        action: "Nothing was changed. The change can still be undone by somebody who may write here.",
      };
    case "cancelled":
    case "rows":
      return { code: "undo-cancelled", message: "Undoing was cancelled.", action: "Nothing was changed." };
  }
}
