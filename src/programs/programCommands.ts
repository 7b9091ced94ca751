import * as vscode from "vscode";
import type { AgentClient } from "../agentClient.ts";
import { type ApprovalNode, taskOf } from "../approvals/approvalNodes.ts";
import { askText } from "../connections/steps.ts";
import { registerCommand } from "../showProblem.ts";
import type { ProgramPages } from "./programPages.ts";

/** What a person has to know before an end of theirs lifts what the task was marked with. */
const LIFTED =
  "It was shown text that anybody may have written, and what was written there may have told your agents what to do. From then on their writes, exports and wider reads no longer wait for you because of it. That you said so goes on the record.";

type Named = string | ApprovalNode | undefined;

/** What a person does about AI agents. None of it answers a request: that takes the page that shows it. */
export function registerProgramCommands(agent: AgentClient, pages: ProgramPages): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.programs.review", (named: Named) => {
      const id = typeof named === "string" ? named : named?.kind === "statement" ? named.line.id : undefined;
      if (id !== undefined) pages.open(id);
    }),
    registerCommand("sluice.programs.resume", async (named: Named) => {
      const task = taskOf(named);
      if (task === undefined) return;
      const reason = await askText({
        title: "Let the Agent Go On",
        step: 1,
        totalSteps: 1,
        prompt: "Why may it go on? It goes on the record, and the agent gets its whole budget again.",
        value: "",
        refuse: (text) => (text === "" ? "Say why in a few words." : undefined),
      });
      if (reason.kind === "answer")
        await agent.request("sluice/programs/resume", { task, reason: reason.value });
    }),
    registerCommand("sluice.programs.end", async (named: Named) => {
      const task = taskOf(named);
      if (task === undefined) return;
      const { task: shown } = await agent.request("sluice/tasks/timeline", { task, today: false });
      const ends = "Nothing more of it runs. The agent can begin another.";
      const detail = shown.untrusted ? `${ends}\n\n${LIFTED}` : ends;
      const end = await vscode.window.showWarningMessage(
        "End this agent's task?",
        { modal: true, detail },
        "End the Task",
      );
      if (end !== undefined) await agent.request("sluice/programs/end", { task });
    }),
    registerCommand("sluice.programs.liftMark", async (task: string | undefined) => {
      if (task === undefined) return;
      const lift = await vscode.window.showWarningMessage(
        "Lift the mark of this ended task?",
        { modal: true, detail: LIFTED },
        "Lift the Mark",
      );
      if (lift !== undefined) await agent.request("sluice/programs/end", { task });
    }),
  );
}
