import * as vscode from "vscode";
import type { Identity } from "./identity.ts";

/** Says once, each time a sign-in ends by itself, that nothing runs until the person signs in again. */
export function promptOnExpiry(identity: Identity): vscode.Disposable {
  let told = false;
  return identity.onChange(async (state) => {
    const reason = state?.kind === "expired" || state?.kind === "signed_out" ? (state.reason ?? null) : null;
    if (reason === null) {
      told = false;
      return;
    }
    if (told) return;
    told = true;
    const signIn = "Sign In";
    const answer = await vscode.window.showWarningMessage(
      `Your Sluice sign-in has ended: ${reason} Nothing runs until you sign in again.`,
      signIn,
    );
    if (answer === signIn) await vscode.commands.executeCommand("sluice.signIn");
  });
}
