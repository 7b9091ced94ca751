import * as vscode from "vscode";
import type { SuggestedRange } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import type { RunGuard, RunOrder } from "../results/runs.ts";
import type { Provenance } from "./provenance.ts";
import type { ReviewOrder } from "./reviewPages.ts";
import { rangesWithin } from "./trackedRanges.ts";

/**
 * Leads a run of AI-written SQL to its review. It only saves the person a refusal: the agent refuses by itself what
 * nobody has agreed to.
 */
export function reviewBeforeRun(
  agent: AgentClient,
  provenance: Provenance,
  open: (order: ReviewOrder) => Promise<void>,
): RunGuard {
  return async (wanted) => {
    const order = { ...wanted, suggested: wanted.suggested ?? trackedIn(wanted, provenance) };
    const { connection, sessionId, text, suggested } = order;
    const origins = await agent
      .request("sluice/suggest/origins", { connectionId: connection.id, sessionId, text, suggested })
      .catch(() => []);
    const waiting = origins.filter(({ state }) => state === "undecided" || state === "rejected");
    const [first] = waiting;
    if (first === undefined) return order;
    if (waiting.length > 1) {
      void vscode.window.showInformationMessage(
        `A model wrote ${waiting.length} of these statements. Review them one after the other; nothing was run.`,
      );
    }
    await open({
      connection,
      sessionId,
      title: order.title,
      text: text.slice(first.start, first.end),
      suggestion: first.suggestion,
      uri: order.uri,
      start: order.baseOffset + first.start,
    });
    return null;
  };
}

function trackedIn({ uri, baseOffset, text }: RunOrder, provenance: Provenance): readonly SuggestedRange[] {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri?.toString());
  return document === undefined
    ? []
    : rangesWithin(provenance.rangesOf(document), baseOffset, baseOffset + text.length);
}
