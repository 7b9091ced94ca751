import * as vscode from "vscode";
import type { ResultsFromPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import type { ResultsView } from "../results/resultsView.ts";
import type { Runs } from "../results/runs.ts";
import { registerCommand } from "../showProblem.ts";
import type { ApprovalList } from "./approvalList.ts";
import type { ApprovalNode } from "./approvalNodes.ts";
import type { ApprovalPages } from "./approvalPages.ts";
import type { AskedStatements } from "./askedStatements.ts";
import { askForApproval } from "./askForApproval.ts";
import type { ResultApprovals } from "./resultApprovals.ts";
import { approvedRun } from "./runApproved.ts";

export interface ApprovalParts {
  readonly agent: AgentClient;
  readonly connections: ConnectionList;
  readonly runs: Runs;
  readonly results: ResultsView;
  readonly list: ApprovalList;
  readonly asked: AskedStatements;
  readonly shown: ResultApprovals;
  readonly pages: ApprovalPages;
}

type Named = string | ApprovalNode | undefined;

/** Everything that can be done about approvals. */
export function registerApprovalCommands(parts: ApprovalParts): vscode.Disposable {
  const { agent, connections, runs, results, list, asked, shown, pages } = parts;
  return vscode.Disposable.from(
    registerCommand("sluice.approvals.refresh", () => list.refresh()),
    registerCommand("sluice.approvals.open", (named: Named) => withId(named, (id) => pages.open(id))),
    registerCommand("sluice.approvals.withdraw", (named: Named) =>
      withId(named, async (id) => list.put(await agent.request("sluice/approvals/withdraw", { id }))),
    ),
    registerCommand("sluice.approvals.takeBack", (named: Named) =>
      withId(named, async (id) => {
        const reason = await vscode.window.showInputBox({
          title: "Take Back What Was Agreed To",
          prompt: "Whoever asked is told. It is on record.",
          placeHolder: "Why (may be left empty)",
        });
        if (reason === undefined) return;
        list.put(await agent.request("sluice/approvals/takeBack", { id, reason }));
      }),
    ),
    registerCommand("sluice.approvals.run", (named: Named) =>
      withId(named, async (id) => {
        await runs.run(await approvedRun(id, asked.find(id), connections));
        await list.reread(id);
      }),
    ),
    registerCommand(
      "sluice.approvals.ask",
      async ({ runToken, index, statement, start }: Extract<ResultsFromPage, { kind: "askApproval" }>) => {
        const run = results.find(runToken);
        if (run === undefined) return;
        const approval = await askForApproval(agent, asked, run, { text: statement, start });
        if (approval === null) return;
        shown.show(approval.id, { runToken, index });
        list.put(approval);
      },
    ),
  );
}

async function withId(named: Named, act: (id: string) => Promise<unknown>): Promise<void> {
  if (typeof named === "string") await act(named);
  else if (named?.kind === "approval") await act(named.view.approval.id);
}
