import * as vscode from "vscode";
import { effectiveEnvironment } from "../../protocol/connection.ts";
import { type ConnectionId, connectionId, sessionId } from "../../protocol/ids.ts";
import type { Suggestion } from "../../protocol/suggestion/suggestion.ts";
import type { QueryBoxFromPage, QueryBoxToPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { problemOf } from "../problem.ts";
import type { Runs } from "../results/runs.ts";
import { showProblem } from "../showProblem.ts";
import type { Identity } from "../signIn/identity.ts";
import { showPage } from "../webviewPage.ts";

const VIEW = "sluice.query";
const SELECTED = "sluice.query.connection";
const SESSION = sessionId("query-box");

/** Takes a question to a model and what it answers to the agent. */
type AskInWords = (
  connection: ConnectionId,
  question: string,
  token: vscode.CancellationToken,
) => Promise<
  | { readonly kind: "suggestion"; readonly suggestion: Suggestion }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "cancelled" }
>;

/** The Query view: a box to write SQL in, checked while typing and run on a connection. */
export class QueryBoxView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #agent: AgentClient;
  readonly #identity: Identity;
  readonly #connections: ConnectionList;
  readonly #runs: Runs;
  readonly #subscriptions: vscode.Disposable;
  #view: vscode.WebviewView | null = null;
  #asking: vscode.CancellationTokenSource | null = null;
  /** Asks a model; given by whoever starts suggestions. */
  ask: AskInWords = async () => ({ kind: "none", reason: "suggestions are not ready yet" });
  /** Told that a suggestion stands in the box. */
  taken: (suggestion: string) => void = () => {};

  constructor(
    context: vscode.ExtensionContext,
    agent: AgentClient,
    identity: Identity,
    connections: ConnectionList,
    runs: Runs,
  ) {
    this.#context = context;
    this.#agent = agent;
    this.#identity = identity;
    this.#connections = connections;
    this.#runs = runs;
    const tell = () => this.#tellState();
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider(VIEW, this),
      identity.onChange(tell),
      connections.onChange(tell),
      runs.onChange(tell),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.onDidReceiveMessage((message: QueryBoxFromPage) => {
      this.#receive(message).catch(showProblem);
    });
    view.onDidDispose(() => {
      this.#view = null;
    });
    showPage(view.webview, this.#context.extensionUri, "queryBox", "Sluice Query");
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #receive(message: QueryBoxFromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.#tellState();
        await this.#connections.reload();
        return;
      case "choose":
        await this.#context.workspaceState.update(SELECTED, message.connectionId);
        this.#tellState();
        return;
      case "check":
        await this.#check(message.check, message.text);
        return;
      case "run":
        await this.#run(message.text, message.suggestion);
        return;
      case "ask":
        await this.#ask(message.question);
        return;
      case "cancelAsk":
        this.#asking?.cancel();
        return;
      case "cancel":
        this.#runs.cancel(SESSION);
        return;
      case "command":
        await vscode.commands.executeCommand(message.command);
        return;
    }
  }

  async #check(check: number, text: string): Promise<void> {
    const selected = this.#selected();
    if (selected === null || this.#identity.state?.kind !== "signed_in") return;
    try {
      const reports = await this.#agent.request("sluice/check", { connectionId: selected, text });
      this.#post({ kind: "checked", check, reports, problem: null });
    } catch (error) {
      this.#post({ kind: "checked", check, reports: [], problem: problemOf(error) });
    }
  }

  async #ask(question: string): Promise<void> {
    await this.#connections.requireSignedIn();
    const selected = this.#selected();
    if (selected === null || this.#asking !== null) return;
    const asking = new vscode.CancellationTokenSource();
    this.#asking = asking;
    this.#post({ kind: "asking", asking: true });
    try {
      const asked = await this.ask(selected, question, asking.token);
      if (asked.kind === "none") this.#post({ kind: "nothing", reason: asked.reason });
      if (asked.kind === "suggestion") this.#suggested(asked.suggestion);
    } finally {
      this.#asking = null;
      asking.dispose();
      this.#post({ kind: "asking", asking: false });
    }
  }

  /** What policy denies is shown as such, and is no text to run. */
  #suggested({ id, sql, report, differences, repaired }: Suggestion): void {
    if (report.decision.verdict === "deny") {
      this.#post({
        kind: "nothing",
        reason: `policy blocks what the model wrote. ${report.decision.reason}`,
      });
      return;
    }
    this.taken(id);
    const notes = [
      ...repaired.map((words) => `Put right: ${words}.`),
      ...differences.map(({ message }) => message),
    ];
    this.#post({ kind: "suggested", suggestion: id, text: sql, notes });
  }

  async #run(text: string, suggestion: string | null): Promise<void> {
    await this.#connections.requireSignedIn();
    const selected = this.#selected();
    const connection = selected === null ? undefined : this.#connections.find(selected);
    if (connection === undefined) return;
    const suggested = suggestion === null ? [] : [{ start: 0, end: text.length, suggestion }];
    const order = { sessionId: SESSION, connection, title: "Query", text, baseOffset: 0, uri: null };
    await this.#runs.run({ ...order, suggested });
  }

  #tellState(): void {
    this.#post({
      kind: "state",
      identity: this.#identity.state?.kind ?? "unknown",
      connections: this.#connections.profiles.map((profile) => ({
        id: profile.id,
        name: profile.name,
        environment: effectiveEnvironment(profile),
        environmentSet: profile.environment !== undefined,
      })),
      selected: this.#selected(),
      running: this.#runs.isRunning(SESSION),
    });
  }

  #selected(): ConnectionId | null {
    const { profiles } = this.#connections;
    const stored = this.#context.workspaceState.get<string>(SELECTED);
    const known = profiles.find(({ id }) => id === stored) ?? profiles[0];
    return known === undefined ? null : connectionId(known.id);
  }

  #post(message: QueryBoxToPage): void {
    void this.#view?.webview.postMessage(message);
  }
}
