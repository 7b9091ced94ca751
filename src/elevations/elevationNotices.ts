import * as vscode from "vscode";
import { elevationStanding, rightWords } from "../../protocol/approval/elevationWords.ts";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import type { ResultsView } from "../results/resultsView.ts";
import { withoutLinks } from "../withoutLinks.ts";
import { type ElevationList, type ElevationTurn, leftOf } from "./elevationList.ts";

const SOON_MS = 5 * 60_000;
const LOOK_MS = 10_000;

/** Says when a right begins, five minutes before it ends and when it is over; what was shown under it is hidden then. */
export function tellElevations(list: ElevationList, results: ResultsView): vscode.Disposable {
  const warned = new Set<string>();
  const clock = setInterval(() => {
    for (const told of list.all) {
      const { elevation, standing } = told.view;
      const left = leftOf(told);
      if (standing !== "in_force" || left > SOON_MS || left === 0 || warned.has(elevation.id)) continue;
      warned.add(elevation.id);
      // Of one that is given for less, everybody was told just now how long it lasts.
      if (elevation.order.minutes * 60_000 > SOON_MS)
        void vscode.window.showWarningMessage(`In five minutes you may no longer ${where(told.view)}.`);
    }
  }, LOOK_MS);
  return vscode.Disposable.from(
    list.onTurn((turn) => {
      const { elevation, standing, why } = turn.after;
      if (standing === "over" || standing === "suspended")
        results.post({ kind: "elevationOver", id: elevation.id, why: why ?? "The elevation is over." });
      tell(turn);
    }),
    new vscode.Disposable(() => clearInterval(clock)),
  );
}

function tell({ before, after }: ElevationTurn): void {
  const { elevation, standing, why } = after;
  if (standing === before?.standing) return;
  if (standing === "in_force" && before?.standing !== "suspended") {
    const end = "End Elevation Now";
    const until =
      elevation.notAfter === null ? "" : ` until ${new Date(elevation.notAfter).toLocaleTimeString()}`;
    void vscode.window
      .showInformationMessage(
        `You may ${where(after)}${until}. Everything done under it is marked on the record.`,
        end,
      )
      .then((answer) => {
        if (answer === end) void vscode.commands.executeCommand("sluice.elevations.end", elevation.id);
      });
  } else if (standing === "suspended" && before?.standing === "in_force") {
    void vscode.window.showWarningMessage(withoutLinks(`You may not ${where(after)} for now. ${why ?? ""}`));
  } else if (standing === "over" && before !== null) {
    const was = before.standing === "pending" ? elevationStanding(elevation) : (why ?? "");
    void vscode.window.showInformationMessage(withoutLinks(`You may not ${where(after)}. ${was}`));
  }
}

const where = ({ elevation: { order } }: HeldElevationView): string =>
  withoutLinks(`${rightWords(order.subject.right)} on ${order.connectionName}`);
