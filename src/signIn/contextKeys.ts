import * as vscode from "vscode";
import type { IdentityState } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { Identity } from "./identity.ts";

const NAMES = { signed_in: "signedIn", signed_out: "signedOut", expired: "expired" } as const;

/** Keeps `sluice.identity` and `sluice.providerConfigured` true for `when` clauses. */
export function keepIdentityContext(agent: AgentClient, identity: Identity): vscode.Disposable {
  const set = () => {
    const { state } = identity;
    const name = state === null ? "unknown" : NAMES[state.kind];
    const unavailable = agent.state.kind === "waiting" || identity.refusal !== null;
    setContext("sluice.identity", unavailable ? "unavailable" : name);
    setContext("sluice.providerConfigured", providerConfigured(state));
  };
  set();
  return vscode.Disposable.from(identity.onChange(set), agent.onStateChange(set));
}

function providerConfigured(state: IdentityState | null): boolean {
  return state?.kind === "signed_out"
    ? state.providerConfigured
    : state?.kind === "expired" || (state?.kind === "signed_in" && state.actor.kind === "user");
}

const setContext = (key: string, value: string | boolean): void =>
  void vscode.commands.executeCommand("setContext", key, value);
