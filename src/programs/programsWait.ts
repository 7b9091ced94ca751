import * as vscode from "vscode";
import { counted } from "../../protocol/counted.ts";
import type { Task } from "../../protocol/task.ts";
import type { ProgramsWait, WaitingLine } from "../../protocol/waiting.ts";
import type { AgentClient } from "../agentClient.ts";
import type { Identity } from "../signIn/identity.ts";
import { withoutLinks } from "../withoutLinks.ts";
import { shortened, WaitingNotices } from "./waitingNotices.ts";

const NOTHING: ProgramsWait = { statements: [], tasks: [] };

/** What AI agents wait for from this person, as last told; what is new is said in a notification. */
export class ProgramsWaiting implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  readonly #notices = new WaitingNotices("sluice.programs.review");
  readonly #said = new Set<string>();
  #waiting = NOTHING;

  constructor(agent: AgentClient, identity: Identity) {
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/programsWait", (waiting) => this.#take(waiting)),
      identity.onChange((state) => {
        if (state?.kind !== "signed_in") this.#take(NOTHING);
      }),
    );
  }

  get statements(): readonly WaitingLine[] {
    return this.#waiting.statements;
  }

  get tasks(): readonly Task[] {
    return this.#waiting.tasks;
  }

  find(id: string): WaitingLine | undefined {
    return this.statements.find((line) => line.id === id);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  #take(waiting: ProgramsWait): void {
    this.#waiting = waiting;
    this.#changed.fire();
    this.#notices.take(waiting.statements);
    for (const task of waiting.tasks) {
      if (this.#isNew(`${task.id} ${task.statements}`)) void offerToGoOn(task);
    }
  }

  #isNew(key: string): boolean {
    if (this.#said.has(key)) return false;
    this.#said.add(key);
    return true;
  }
}

async function offerToGoOn(task: Task): Promise<void> {
  if (task.state.kind !== "stopped") return;
  const chosen = await vscode.window.showWarningMessage(
    withoutLinks(
      `An agent's task was stopped: ${task.state.words} ${counted(task.statements, "statement")} so far, for: ${shortened(task.purpose)}`,
    ),
    "Let It Go On",
    "End the Task",
  );
  if (chosen === "Let It Go On") await vscode.commands.executeCommand("sluice.programs.resume", task.id);
  if (chosen === "End the Task") await vscode.commands.executeCommand("sluice.programs.end", task.id);
}
