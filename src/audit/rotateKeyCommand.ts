import * as vscode from "vscode";
import { afterRotation } from "../../protocol/device.ts";
import type { AgentClient } from "../agentClient.ts";
import { registerCommand } from "../showProblem.ts";

const GO_ON = "Rotate Key";

/** Hands over to a new key, where a person says so in a dialog. */
export function registerRotateKey(agent: AgentClient): vscode.Disposable {
  return registerCommand("sluice.rotateDeviceKey", async () => {
    const answer = await vscode.window.showWarningMessage(
      "Rotate the key that signs this editor's records?",
      {
        modal: true,
        detail:
          "A new key is made and signs from here on. The one before is revoked, on record, and its private key is destroyed. What it signed stays valid. Other windows take the new key up by themselves.",
      },
      GO_ON,
    );
    if (answer !== GO_ON) return;
    const rotation = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Rotating the device key" },
      () => agent.request("sluice/device/rotateKey", {}),
    );
    const told = [
      `Key ${rotation.before} is revoked; ${rotation.after} signs now.`,
      ...afterRotation(rotation),
    ];
    void vscode.window.showInformationMessage(told.join(" "));
  });
}
