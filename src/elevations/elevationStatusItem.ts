import * as vscode from "vscode";
import { timeLeft } from "../../protocol/approval/approvalWords.ts";
import { rightWords } from "../../protocol/approval/elevationWords.ts";
import { type ElevationList, leftOf, type ToldElevation } from "./elevationList.ts";

const SOON_MS = 5 * 60_000;
const LOOK_MS = 10_000;

/** Tells in the status bar what a person may do for a while, and how long still; a click ends it. */
export function createElevationStatusItem(list: ElevationList): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sluice.elevation", vscode.StatusBarAlignment.Left, 9);
  item.name = "Sluice Elevation";
  item.command = "sluice.elevations.end";
  const render = (): void => {
    const given = list.all.filter(({ view }) => view.standing !== "pending");
    void vscode.commands.executeCommand("setContext", "sluice.elevated", given.length > 0);
    const [first] = given;
    if (first === undefined) {
      item.hide();
      return;
    }
    const { text, color } = appearance(first, given.length);
    item.text = text;
    item.backgroundColor = new vscode.ThemeColor(color);
    item.tooltip = given.map(lineOf).join("\n");
    item.accessibilityInformation = {
      label: `${text.replace(/\$\([^)]*\)\s*/g, "")}. ${given.map(lineOf).join(". ")}. Press to end.`,
    };
    item.show();
  };
  const clock = setInterval(render, LOOK_MS);
  return vscode.Disposable.from(item, list.onTurn(render), new vscode.Disposable(() => clearInterval(clock)));
}

function appearance(first: ToldElevation, count: number): { readonly text: string; readonly color: string } {
  const more = count === 1 ? "" : ` (+${count - 1})`;
  if (first.view.standing === "suspended")
    return {
      text: `$(debug-disconnect) Elevation suspended${more}`,
      color: "statusBarItem.warningBackground",
    };
  const left = leftOf(first);
  return {
    text: `$(unlock) Elevated ${timeLeft(left)}${more}`,
    color: left <= SOON_MS ? "statusBarItem.errorBackground" : "statusBarItem.warningBackground",
  };
}

function lineOf(told: ToldElevation): string {
  const { elevation, standing, why } = told.view;
  const { order } = elevation;
  const left = standing === "suspended" ? (why ?? "suspended") : `${timeLeft(leftOf(told))} left`;
  return `You may ${rightWords(order.subject.right)} on ${order.connectionName}: ${left}. Everything done under it is marked on the record.`;
}
