import * as vscode from "vscode";
import type { Approval } from "../../protocol/approval/approval.ts";
import { approvalStanding, approvalTitle } from "../../protocol/approval/approvalWords.ts";
import type { Runs } from "../results/runs.ts";
import { withoutLinks } from "../withoutLinks.ts";
import type { ApprovalList, ApprovalTurn } from "./approvalList.ts";
import type { AskedStatements } from "./askedStatements.ts";

/** Tells who asked from this workspace what came of it, and runs what was to run by itself. */
export function followTurns(list: ApprovalList, asked: AskedStatements, runs: Runs): vscode.Disposable {
  return vscode.Disposable.from(
    list.onTurn((turn) => void take(turn, asked, runs)),
    list.onChange(() => void asked.forget(ended(list))),
  );
}

const ended = (list: ApprovalList): readonly string[] =>
  list.mine.filter(({ state }) => state !== "pending" && state !== "granted").map(({ id }) => id);

async function take({ after }: ApprovalTurn, asked: AskedStatements, runs: Runs): Promise<void> {
  const kept = asked.find(after.id);
  const text = withoutLinks(`${approvalStanding(after)}. ${approvalTitle(after)}`);
  if (after.state === "granted" && kept !== undefined) {
    if (kept.runsItself && !runs.isRunning(kept.sessionId)) {
      await vscode.commands.executeCommand("sluice.approvals.run", after.id);
      return;
    }
    await offer(vscode.window.showInformationMessage(text, "Run", "Review"), after.id);
  } else if (after.state === "denied" || after.state === "expired" || isTakenBackByAnother(after)) {
    await offer(vscode.window.showWarningMessage(text, "Review"), after.id);
  }
}

/** What somebody gave up themselves is no news to them. */
const isTakenBackByAnother = ({ state, takenBack, requester }: Approval): boolean =>
  state === "taken_back" &&
  (takenBack?.by.issuer !== requester.issuer || takenBack.by.subject !== requester.subject);

async function offer(answer: Thenable<"Run" | "Review" | undefined>, id: string): Promise<void> {
  const chosen = await answer;
  if (chosen === undefined) return;
  await vscode.commands.executeCommand(
    chosen === "Run" ? "sluice.approvals.run" : "sluice.approvals.open",
    id,
  );
}
