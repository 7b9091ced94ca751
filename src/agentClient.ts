import { type ChildProcess, spawn } from "node:child_process";
import * as vscode from "vscode";
import type { LanguageClient, LanguageClientOptions } from "vscode-languageclient/node";
import type { AgentNotifications, ClientRequests, Requests } from "../protocol/messages.ts";
import { AGENT_FLAGS } from "./agentFlags.ts";
import { type AgentState, restartDelay } from "./agentState.ts";
import { ProblemError } from "./problem.ts";

const STABLE_AFTER_MS = 60_000;

export interface AgentOptions {
  /** Absolute path of the agent's script. */
  readonly script: string;
  readonly initializationOptions: () => unknown;
  readonly clientRequests: {
    readonly [M in keyof ClientRequests]: (
      params: ClientRequests[M]["params"],
    ) => Promise<ClientRequests[M]["result"]>;
  };
  readonly log: vscode.LogOutputChannel;
  readonly showCodeLenses: () => boolean;
}

type Listeners = {
  readonly [M in keyof AgentNotifications]: vscode.EventEmitter<AgentNotifications[M]>;
};

/**
 * Owns the agent's process: starts it at the first request, speaks LSP and `sluice/*` with it, and starts it
 * again with growing pauses when it dies.
 */
export class AgentClient implements vscode.Disposable {
  readonly #options: AgentOptions;
  readonly #stateChanged = new vscode.EventEmitter<AgentState>();
  readonly onStateChange = this.#stateChanged.event;
  readonly #listeners: Listeners = {
    "sluice/identityChanged": new vscode.EventEmitter(),
    "sluice/statement": new vscode.EventEmitter(),
    "sluice/highlights": new vscode.EventEmitter(),
    "sluice/catalogChanged": new vscode.EventEmitter(),
    "sluice/progress": new vscode.EventEmitter(),
    "sluice/labelsIgnored": new vscode.EventEmitter(),
    "sluice/activityAdded": new vscode.EventEmitter(),
    "sluice/syncChanged": new vscode.EventEmitter(),
    "sluice/programsWait": new vscode.EventEmitter(),
    "sluice/elevationChanged": new vscode.EventEmitter(),
  };
  #state: AgentState = { kind: "idle" };
  #client: Promise<LanguageClient> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #runningSince = 0;
  #lastExit = "";
  #disposed = false;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  get state(): AgentState {
    return this.#state;
  }

  /** Starts the agent unless it is running or about to. */
  async start(): Promise<void> {
    await this.#running();
  }

  /** Asks the agent. Rejects with an error whose `data` is a `Problem`. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    const client = await this.#running();
    try {
      // A token that is not there would be sent along as a second parameter.
      const rest = token === undefined ? [] : [token];
      return await client.sendRequest<Requests[M]["result"]>(method, params, ...rest);
    } catch (error) {
      if (this.#state.kind === "running") throw error;
      throw this.#stopped();
    }
  }

  /** Calls `listener` for each notification of this kind, from whichever process is the agent then. */
  on<M extends keyof AgentNotifications>(
    method: M,
    listener: (params: AgentNotifications[M]) => unknown,
  ): vscode.Disposable {
    const emitter: Listeners[M] = this.#listeners[method];
    return emitter.event(listener);
  }

  /** Ends the process, if there is one, and starts a new one at once. */
  async restart(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    this.#failures = 0;
    this.#clearRetry();
    this.#setState({ kind: "idle" });
    await client?.dispose().catch((error: unknown) => this.#options.log.warn(String(error)));
    await this.start();
  }

  /** Asks for the code lenses again, after a setting that shows or hides them. */
  async refreshCodeLenses(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    for (const document of vscode.workspace.textDocuments) {
      client?.getFeature("textDocument/codeLens")?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#clearRetry();
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    await client?.dispose().catch(() => {});
    for (const emitter of Object.values(this.#listeners)) emitter.dispose();
    this.#stateChanged.dispose();
  }

  #running(): Promise<LanguageClient> {
    if (this.#state.kind === "waiting") return Promise.reject(this.#stopped());
    if (this.#client === null) {
      const client = this.#connect();
      this.#client = client;
      client.catch((error: unknown) => {
        this.#options.log.error(`The agent did not start: ${String(error)}`);
        if (this.#client === client) this.#died();
      });
    }
    return this.#client;
  }

  async #connect(): Promise<LanguageClient> {
    this.#setState({ kind: "starting" });
    const { CloseAction, ErrorAction, QuietLanguageClient, RevealOutputChannelOn, State } = await import(
      "./languageClient.ts"
    );
    const options: LanguageClientOptions = {
      documentSelector: [{ language: "sql" }],
      initializationOptions: this.#options.initializationOptions(),
      initializationFailedHandler: () => false,
      outputChannel: this.#options.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      markdown: { isTrusted: { enabledCommands: ["sluice.labels.correct", "sluice.elevations.askToSee"] } },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
      middleware: {
        provideCodeLenses: (document, token, next) =>
          this.#options.showCodeLenses() ? next(document, token) : [],
      },
    };
    const client = new QuietLanguageClient(() => this.#spawn(), options, this.#options.log);
    for (const [method, emitter] of Object.entries(this.#listeners)) {
      client.onNotification(method, (params) => emitter.fire(params));
    }
    const { clientRequests } = this.#options;
    client.onRequest("sluice/secret/get", clientRequests["sluice/secret/get"]);
    client.onRequest("sluice/secret/store", clientRequests["sluice/secret/store"]);
    client.onRequest("sluice/secret/delete", clientRequests["sluice/secret/delete"]);
    client.onRequest<boolean, void>("sluice/openExternal", clientRequests["sluice/openExternal"]);
    await client.start();
    this.#runningSince = Date.now();
    this.#setState({ kind: "running" });
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Stopped || this.#disposed) return;
      void this.#client?.then((current) => {
        if (current === client) this.#died();
      });
    });
    return client;
  }

  async #spawn(): Promise<ChildProcess> {
    this.#lastExit = "";
    const child = spawn(process.execPath, [...AGENT_FLAGS, this.#options.script], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: "pipe",
    });
    child.on("error", (error) => {
      this.#lastExit = error.message;
    });
    child.on("exit", (code, signal) => {
      this.#lastExit = signal === null ? `exit code ${code}` : `signal ${signal}`;
    });
    return child;
  }

  #died(): void {
    if (Date.now() - this.#runningSince > STABLE_AFTER_MS) this.#failures = 0;
    this.#failures += 1;
    this.#client = null;
    const seconds = restartDelay(this.#failures);
    this.#options.log.warn(
      `The agent stopped (${this.#lastExit || "no exit code"}); starting it again in ${seconds} s.`,
    );
    this.#setState({ kind: "waiting", seconds, reason: this.#lastExit });
    this.#retry = setTimeout(() => {
      this.#setState({ kind: "idle" });
      this.start().catch(() => {});
    }, seconds * 1000);
  }

  #stopped(): ProblemError {
    const when = this.#state.kind === "waiting" ? ` It starts again in ${this.#state.seconds} s.` : "";
    return new ProblemError({
      code: "agent-stopped",
      message: `The Sluice agent stopped, so nothing can be run or recorded.${when}`,
      action: "Try again once it runs; the log (Sluice: Show Log) says why it stopped.",
    });
  }

  #setState(state: AgentState): void {
    if (this.#disposed) return;
    this.#state = state;
    this.#stateChanged.fire(state);
  }

  #clearRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}
