import * as vscode from "vscode";
import { counted } from "../../protocol/counted.ts";
import type { Task } from "../../protocol/task.ts";
import type { ProgramsWait, WaitingLine } from "../../protocol/waiting.ts";
import type { AgentClient } from "../agentClient.ts";
import type { Identity } from "../signIn/identity.ts";
import { withoutLinks } from "../withoutLinks.ts";

const NOTHING: ProgramsWait = { statements: [], tasks: [] };
const LONGEST = 80;
/** Where more wait, they are not said one by one. */
const MOST_SAID = 3;

/** What AI agents wait for from this person, as last told; what is new is said in a notification. */
export class ProgramsWaiting implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  readonly #said = new Set<string>();
  #waiting = NOTHING;
  #offersList = false;

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
    const fresh = waiting.statements.filter(({ id }) => this.#isNew(id));
    if (waiting.statements.length <= MOST_SAID) for (const line of fresh) void offerReview(line);
    else if (fresh.length > 0) void this.#offerList();
    for (const task of waiting.tasks) {
      if (this.#isNew(`${task.id} ${task.statements}`)) void offerToGoOn(task);
    }
  }

  /** One notice for all of them, and no second one while it is there. */
  async #offerList(): Promise<void> {
    if (this.#offersList) return;
    this.#offersList = true;
    try {
      const count = counted(this.statements.length, "statement");
      const chosen = await vscode.window.showWarningMessage(`${count} of AI agents wait for you.`, "Show");
      if (chosen === "Show") await vscode.commands.executeCommand("sluice.approvals.focus");
    } finally {
      this.#offersList = false;
    }
  }

  #isNew(key: string): boolean {
    if (this.#said.has(key)) return false;
    this.#said.add(key);
    return true;
  }
}

async function offerReview({ id, who, connection, text, purpose }: WaitingLine): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(
    withoutLinks(`${who} waits for you on ${connection}: ${shortened(text)} (${shortened(purpose)})`),
    "Review",
  );
  if (chosen === "Review") await vscode.commands.executeCommand("sluice.programs.review", id);
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

/** A line of what an agent wrote. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
