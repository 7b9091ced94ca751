import * as vscode from "vscode";
import { actorName } from "../../protocol/actor.ts";
import type { IdentityState } from "../../protocol/messages.ts";
import { registerCommand } from "../showProblem.ts";
import type { Identity } from "./identity.ts";

/** Runs the browser flow behind a notification whose Cancel ends it. */
export function signInWithProgress(identity: Identity): Thenable<IdentityState> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: "Sluice: continue in your browser to sign in",
      cancellable: true,
    },
    (_progress, token) => identity.signIn(token),
  );
}

/** Sign In, Sign Out, Continue as Local User. */
export function registerSignInCommands(identity: Identity): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.signIn", async () => {
      const known = identity.state ?? (await identity.refresh());
      if (known?.kind === "signed_out" && !known.providerConfigured) {
        await offerSetUp();
        return;
      }
      await signInWithProgress(identity);
    }),
    registerCommand("sluice.signOut", async () => {
      const { state } = identity;
      if (state?.kind !== "signed_in" && state?.kind !== "expired") return;
      const signOut = "Sign Out";
      const answer = await vscode.window.showInformationMessage(
        `Sign out ${actorName(state.actor)} of Sluice? Nothing runs until somebody signs in.`,
        { modal: true },
        signOut,
      );
      if (answer === signOut) await identity.signOut();
    }),
    registerCommand("sluice.continueAsLocalUser", () => identity.continueAsLocalUser()),
  );
}

async function offerSetUp(): Promise<void> {
  const local = "Continue as Local User";
  const setUp = "Set Up Sign-In";
  const answer = await vscode.window.showInformationMessage(
    "No sign-in provider is set up. Set its address, or continue as the local user of this computer, who is marked unverified and refused on production connections.",
    local,
    setUp,
  );
  if (answer === local) await vscode.commands.executeCommand("sluice.continueAsLocalUser");
  if (answer === setUp)
    await vscode.commands.executeCommand("workbench.action.openSettings", "sluice.identity");
}
