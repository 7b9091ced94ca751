import * as vscode from "vscode";
import { markWords, type TaskMark } from "../../protocol/task.ts";
import type { AgentClient } from "../agentClient.ts";
import { type ApprovalNode, taskOf } from "../approvals/approvalNodes.ts";
import { askText } from "../connections/steps.ts";
import { registerCommand } from "../showProblem.ts";
import type { ProgramPages } from "./programPages.ts";

/** What a person has to know of the mark of a task they end, and of one they lift. */
const STAYS =
  "Its mark stays: for an hour after that, writes, exports and wider reads of your agents wait for you.";
const LIFTED =
  "What was written there may have told your agents what to do. From now on their writes, exports and wider reads no longer wait for you because of it. That you said so, and why, goes on the record.";

const sentence = (mark: TaskMark): string => `${markWords(mark)}.`;

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
      const detail = shown.mark === null ? ends : `${ends}\n\n${sentence(shown.mark)} ${STAYS}`;
      const end = await vscode.window.showWarningMessage(
        "End this agent's task?",
        { modal: true, detail },
        "End the Task",
      );
      if (end !== undefined) await agent.request("sluice/programs/end", { task });
    }),
    registerCommand("sluice.programs.liftMark", async (task: string | undefined) => {
      if (task === undefined) return;
      const { task: shown } = await agent.request("sluice/tasks/timeline", { task, today: false });
      const reason = await askText({
        title: "Lift the Mark of a Task",
        step: 1,
        totalSteps: 1,
        prompt: "Why may what it was shown count no further? It goes on the record.",
        value: "",
        refuse: (text) => (text === "" ? "Say why in a few words." : undefined),
      });
      if (reason.kind !== "answer") return;
      const detail = shown.mark === null ? LIFTED : `${sentence(shown.mark)} ${LIFTED}`;
      const lift = await vscode.window.showWarningMessage(
        "Lift the mark of this ended task?",
        { modal: true, detail },
        "Lift the Mark",
      );
      if (lift !== undefined) await agent.request("sluice/programs/liftMark", { task, reason: reason.value });
    }),
  );
}
