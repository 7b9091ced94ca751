import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import type { SessionId } from "../../protocol/ids.ts";
import type { SuggestedRange } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import type { CollectorState } from "../audit/collectorState.ts";
import { isCancelled, problemOf } from "../problem.ts";
import type { ResultsView } from "./resultsView.ts";
import { keepsChanges } from "./undoChange.ts";

export interface RunOrder {
  readonly sessionId: SessionId;
  readonly connection: ConnectionProfile;
  /** What the run is called where results of several are listed. */
  readonly title: string;
  readonly text: string;
  /** Where `text` begins in its document, in UTF-16 units. */
  readonly baseOffset: number;
  /** The document `text` stands in, if any. */
  readonly uri: vscode.Uri | null;
  /** What others agreed to, for the one statement it was asked for. */
  readonly approval?: string;
  /** Parts of `text` that a model wrote. */
  readonly suggested?: readonly SuggestedRange[];
}

/** Looks at a run before it goes to the agent; null where it does not go there now. */
export type RunGuard = (order: RunOrder) => Promise<RunOrder | null>;

/** Takes every run of this window to the agent and its results to the results view. */
export class Runs implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #view: ResultsView;
  readonly #collector: CollectorState;
  readonly #running = new Map<SessionId, vscode.CancellationTokenSource>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when a run begins or ends. */
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  /** The agent holds what is run against who wrote it, whatever this says. */
  guard: RunGuard = async (order) => order;

  constructor(agent: AgentClient, view: ResultsView, collector: CollectorState) {
    this.#agent = agent;
    this.#view = view;
    this.#collector = collector;
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/statement", (event) => view.post({ kind: "statement", event })),
      view.onCancel((id) => this.cancel(id)),
    );
  }

  isRunning(id: SessionId): boolean {
    return this.#running.has(id);
  }

  /** Runs a text, its results appearing as they come; resolves when all is done, whatever came of it. */
  async run(wanted: RunOrder): Promise<void> {
    const { sessionId } = wanted;
    const order = await this.guard(wanted);
    if (order === null) return;
    if (this.#running.has(sessionId)) {
      await this.#offerCancel(order);
      return;
    }
    const cancellation = new vscode.CancellationTokenSource();
    const runToken = randomUUID();
    const pageRows = vscode.workspace.getConfiguration("sluice").get("results.pageSize", 500);
    this.#running.set(sessionId, cancellation);
    this.#tellChange();
    try {
      await this.#view.reveal();
      this.#view.start({
        uri: order.uri,
        connectionId: order.connection.id,
        run: {
          runToken,
          sessionId,
          title: order.title,
          connection: order.connection.name,
          environment: effectiveEnvironment(order.connection),
          revealable: order.uri !== null,
          pageRows,
          asksOthers: this.#collector.isSet,
        },
      });
      await this.#request(order, runToken, pageRows, cancellation.token);
      this.#view.post({ kind: "finished", runToken, problem: null });
    } catch (error) {
      this.#view.post({ kind: "finished", runToken, problem: isCancelled(error) ? null : problemOf(error) });
    } finally {
      if (this.#running.get(sessionId) === cancellation) this.#running.delete(sessionId);
      cancellation.dispose();
      this.#tellChange();
    }
  }

  /** Cancels the statement a session is running, on the server too. */
  cancel(id: SessionId): void {
    this.#running.get(id)?.cancel();
  }

  cancelAll(): void {
    for (const cancellation of this.#running.values()) cancellation.cancel();
  }

  dispose(): void {
    this.cancelAll();
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  async #request(
    order: RunOrder,
    runToken: string,
    pageRows: number,
    token: vscode.CancellationToken,
  ): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: "sluice.results" } }, () =>
      this.#agent.request(
        "sluice/run",
        {
          runToken,
          sessionId: order.sessionId,
          connectionId: order.connection.id,
          text: order.text,
          baseOffset: order.baseOffset,
          pageRows,
          keepChanges: keepsChanges(order.connection),
          ...(order.approval === undefined ? {} : { approval: order.approval }),
          ...(order.suggested === undefined ? {} : { suggested: order.suggested }),
        },
        token,
      ),
    );
  }

  async #offerCancel({ sessionId, title }: RunOrder): Promise<void> {
    const cancel = "Cancel It";
    const answer = await vscode.window.showWarningMessage(
      `A statement of ${title} is still running.`,
      cancel,
    );
    if (answer === cancel) this.cancel(sessionId);
  }

  #tellChange(): void {
    void vscode.commands.executeCommand("setContext", "sluice.running", this.#running.size > 0);
    this.#changed.fire();
  }
}
