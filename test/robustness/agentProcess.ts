import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import {
  CancellationTokenSource,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { Requests, StatementEvent } from "../../protocol/messages.ts";

/** The version is put in when the agent is bundled; from source it is given here. */
const FROM_SOURCE: readonly string[] = [
  "--import",
  `data:text/javascript,globalThis.SLUICE_VERSION="test"`,
  path.join(import.meta.dirname, "..", "..", "agent", "main.ts"),
];

export interface AgentProcessOptions {
  readonly home: string;
  /** Kept by the test as the editor keeps them in its key chain: they outlive the agent. */
  readonly secrets: Map<string, string>;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** What `node` is given; the agent's source where nothing is said. */
  readonly arguments?: readonly string[];
  readonly settings?: { readonly issuer: string; readonly clientId: string };
  onStatement?(event: StatementEvent): void;
  openBrowser?(url: string): void;
}

/** The agent as an editor window starts it: a process of its own, spoken to on stdio. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #ended: Promise<void>;
  #stderr = "";

  static async start(options: AgentProcessOptions): Promise<AgentProcess> {
    const agent = new AgentProcess(options);
    const { home, settings } = options;
    await agent.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { home, ...(settings === undefined ? {} : { settings }) },
    });
    await agent.#connection.sendNotification("initialized", {});
    return agent;
  }

  private constructor(options: AgentProcessOptions) {
    this.#child = spawn(process.execPath, [...(options.arguments ?? FROM_SOURCE)], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid }),
    });
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("The agent has no pipes.");
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    stdin.on("error", () => {});
    this.#ended = new Promise((resolve) => this.#child.once("exit", () => resolve()));
    this.#connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    const { secrets } = options;
    this.#connection.onRequest("sluice/secret/get", ({ key }: { key: string }) => secrets.get(key) ?? null);
    this.#connection.onRequest("sluice/secret/store", ({ key, value }: { key: string; value: string }) => {
      secrets.set(key, value);
      return null;
    });
    this.#connection.onRequest("sluice/secret/delete", ({ key }: { key: string }) => {
      secrets.delete(key);
      return null;
    });
    this.#connection.onRequest("sluice/openExternal", ({ url }: { url: string }) => {
      options.openBrowser?.(url);
      return options.openBrowser !== undefined;
    });
    this.#connection.onNotification("sluice/statement", (event: StatementEvent) =>
      options.onStatement?.(event),
    );
    this.#connection.onError(() => {});
    this.#connection.listen();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get dead(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** @throws the JSON-RPC error, whose `data` is a Problem; rejects when the agent dies first. */
  ask<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    cancellation?: CancellationTokenSource,
  ): Promise<Requests[M]["result"]> {
    // An undefined token would be sent as a second parameter.
    const answer =
      cancellation === undefined
        ? this.#connection.sendRequest<Requests[M]["result"]>(method, params)
        : this.#connection.sendRequest<Requests[M]["result"]>(method, params, cancellation.token);
    return Promise.race([answer, this.#ended.then(() => Promise.reject(new AgentDied()))]);
  }

  /** SIGKILL: nothing of the agent runs after it. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone();
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#gone();
  }

  async #gone(): Promise<void> {
    await this.#ended;
    this.#connection.dispose();
  }
}

/** The agent ended before it answered. */
export class AgentDied extends Error {}

/** Resident memory of a process in bytes, now and at its highest. Linux. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { now: kibibytes("VmRSS") * 1024, peak: kibibytes("VmHWM") * 1024 };
}

export { CancellationTokenSource };
