import * as vscode from "vscode";
import { actorName } from "../../protocol/actor.ts";
import type { IdentityState, Problem } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { AgentState } from "../agentState.ts";
import type { Identity } from "./identity.ts";

interface Appearance {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
  readonly warning: "none" | "warning" | "error";
}

/** Always tells who is asking, and whether the agent is there at all. */
export function createStatusItem(agent: AgentClient, identity: Identity): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sluice.identity", vscode.StatusBarAlignment.Left, 10);
  item.name = "Sluice Identity";
  const render = () => {
    const shown = appearance(agent.state, identity.refusal, identity.state);
    item.text = shown.text;
    item.tooltip = shown.tooltip;
    item.command = shown.command;
    item.accessibilityInformation = {
      label: `${shown.text.replace(/\$\([^)]*\)\s*/g, "")}. ${shown.tooltip}`,
    };
    item.backgroundColor =
      shown.warning === "none"
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${shown.warning}Background`);
    item.show();
  };
  render();
  return vscode.Disposable.from(item, agent.onStateChange(render), identity.onChange(render));
}

function appearance(agent: AgentState, refusal: Problem | null, identity: IdentityState | null): Appearance {
  if (agent.kind === "waiting") {
    return {
      text: `$(error) Sluice: agent stopped, restarting in ${agent.seconds} s`,
      tooltip: `The agent ended${agent.reason ? ` (${agent.reason})` : ""}. Nothing runs until it is back. Click to see the log.`,
      command: "sluice.showLog",
      warning: "error",
    };
  }
  if (agent.kind === "starting") {
    return {
      text: "$(loading~spin) Sluice: starting",
      tooltip: "The agent is starting.",
      command: "sluice.showLog",
      warning: "none",
    };
  }
  if (refusal !== null) {
    return {
      text: "$(error) Sluice: refuses to run",
      tooltip: `${refusal.message} ${refusal.action} Click to start the agent again.`,
      command: "sluice.restartAgent",
      warning: "error",
    };
  }
  return ofIdentity(identity);
}

function ofIdentity(identity: IdentityState | null): Appearance {
  switch (identity?.kind) {
    case "signed_in": {
      const local = identity.actor.kind === "local_user";
      return {
        text: local
          ? "$(unverified) Sluice: local user (unverified)"
          : `$(verified) Sluice: ${actorName(identity.actor)}`,
        tooltip: local
          ? `You work as ${actorName(identity.actor)}. Nobody vouches for this account: it is marked unverified in every record and refused on production connections. Click to sign out.`
          : `Signed in as ${actorName(identity.actor)}. Click to sign out.`,
        command: "sluice.signOut",
        warning: local ? "warning" : "none",
      };
    }
    case "expired":
      return {
        text: "$(warning) Sluice: sign-in expired",
        tooltip: `${identity.reason} Nothing runs until you sign in again.`,
        command: "sluice.signIn",
        warning: "warning",
      };
    case "signed_out":
    case undefined:
      return {
        text: "$(account) Sluice: signed out",
        tooltip: "Nothing runs while nobody is signed in. Click to sign in.",
        command: "sluice.signIn",
        warning: "none",
      };
  }
}
