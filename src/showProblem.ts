import * as vscode from "vscode";
import { isCancelled, problemOf } from "./problem.ts";
import { withoutLinks } from "./withoutLinks.ts";

interface Offer {
  readonly title: string;
  readonly command: string;
}

/** Codes of problems that a command of ours can solve. */
const OFFERS: ReadonlyMap<string, Offer> = new Map([
  ["not-signed-in", { title: "Sign In", command: "sluice.signIn" }],
  ["sign-in-expired", { title: "Sign In", command: "sluice.signIn" }],
  ["session-expired", { title: "Sign In", command: "sluice.signIn" }],
  ["agent-stopped", { title: "Restart Agent", command: "sluice.restartAgent" }],
]);
const SHOW_LOG: Offer = { title: "Show Log", command: "sluice.showLog" };

/** Tells a failure as what happened and what to do next. A cancelled request is no failure. */
export async function showProblem(error: unknown): Promise<void> {
  if (isCancelled(error)) return;
  const { code, message, action } = problemOf(error);
  const offer = OFFERS.get(code) ?? (code === "unexpected" || code === "internal" ? SHOW_LOG : undefined);
  const text = withoutLinks(`${message} ${action}`);
  if (offer === undefined) {
    await vscode.window.showErrorMessage(text);
  } else if ((await vscode.window.showErrorMessage(text, offer.title)) === offer.title) {
    await vscode.commands.executeCommand(offer.command);
  }
}

/** Registers a command whose failures are shown to the person. */
export function registerCommand<A extends readonly unknown[]>(
  command: string,
  run: (...args: A) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(command, async (...args: A) => {
    try {
      return await run(...args);
    } catch (error) {
      void showProblem(error);
    }
  });
}
