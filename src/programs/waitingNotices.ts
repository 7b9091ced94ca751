import * as vscode from "vscode";
import { counted } from "../../protocol/counted.ts";
import { withoutLinks } from "../withoutLinks.ts";

/** Where more wait, they are not said one by one. */
const MOST_SAID = 3;
const LONGEST = 80;

/** Something an AI agent asks of this person. */
export interface AgentAsks {
  readonly id: string;
  /** `AI agent copilot for Ada`. */
  readonly who: string;
  readonly connection: string;
  readonly text: string;
  readonly purpose: string;
}

/** Says once of each statement of an AI agent that it waits for this person, and leads to the page that shows it. */
export class WaitingNotices {
  readonly #command: string;
  readonly #said = new Set<string>();
  #waiting = 0;
  #offersList = false;

  /** `command` opens what waits under an id. */
  constructor(command: string) {
    this.#command = command;
  }

  /** Takes everything that waits now. */
  take(waiting: readonly AgentAsks[]): void {
    this.#waiting = waiting.length;
    const fresh = waiting.filter(({ id }) => !this.#said.has(id));
    for (const { id } of fresh) this.#said.add(id);
    if (waiting.length <= MOST_SAID) for (const one of fresh) void this.#offerReview(one);
    else if (fresh.length > 0) void this.#offerList();
  }

  async #offerReview({ id, who, connection, text, purpose }: AgentAsks): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(
      withoutLinks(`${who} waits for you on ${connection}: ${shortened(text)} (${shortened(purpose)})`),
      "Review",
    );
    if (chosen === "Review") await vscode.commands.executeCommand(this.#command, id);
  }

  /** One notice for all of them, and no second one while it is there. */
  async #offerList(): Promise<void> {
    if (this.#offersList) return;
    this.#offersList = true;
    try {
      const count = counted(this.#waiting, "statement");
      const chosen = await vscode.window.showWarningMessage(`${count} of AI agents wait for you.`, "Show");
      if (chosen === "Show") await vscode.commands.executeCommand("sluice.approvals.focus");
    } finally {
      this.#offersList = false;
    }
  }
}

/** A line of what an agent wrote. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
