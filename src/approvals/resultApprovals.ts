import * as vscode from "vscode";
import type { StatementEvent } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ResultsView } from "../results/resultsView.ts";
import type { ApprovalList } from "./approvalList.ts";
import { viewOf } from "./approvalViews.ts";
import type { AskedStatements } from "./askedStatements.ts";

/** A statement of a run, as the results show it. */
export interface ResultPlace {
  readonly runToken: string;
  readonly index: number;
}

/** Keeps the results true about what was asked for the statements they show. */
export class ResultApprovals implements vscode.Disposable {
  readonly #results: ResultsView;
  readonly #list: ApprovalList;
  readonly #asked: AskedStatements;
  readonly #places = new Map<string, ResultPlace>();
  readonly #subscriptions: vscode.Disposable;

  constructor(agent: AgentClient, results: ResultsView, list: ApprovalList, asked: AskedStatements) {
    this.#results = results;
    this.#list = list;
    this.#asked = asked;
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/statement", (event) => this.#recognise(event)),
      list.onChange(() => this.#tell()),
    );
  }

  /** From now on, what is heard of the approval is shown there. */
  show(id: string, place: ResultPlace): void {
    this.#places.set(id, place);
    this.#tell();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** A statement that is stopped again may have been asked for already. */
  #recognise({ runToken, index, report, state }: StatementEvent): void {
    if (state.kind !== "blocked" || report.decision.verdict !== "approve") return;
    const connectionId = this.#results.find(runToken)?.connectionId;
    if (connectionId === undefined) return;
    const open = this.#asked.idsOf(report.statement, connectionId).find((id) => {
      const known = this.#list.find(id)?.state;
      return known === "pending" || known === "granted";
    });
    if (open !== undefined) this.show(open, { runToken, index });
  }

  #tell(): void {
    for (const [id, place] of this.#places) {
      const approval = this.#list.find(id);
      if (this.#results.find(place.runToken) === undefined) this.#places.delete(id);
      else if (approval !== undefined)
        this.#results.post({ kind: "approval", ...place, view: viewOf(approval, this.#list, this.#asked) });
    }
  }
}
