import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { Requests } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { askChoice, askText, type Choice, type StepAnswer } from "../connections/steps.ts";

type WantedRight = Requests["sluice/elevations/ask"]["params"]["right"];

const MINUTES: readonly Choice<number>[] = [
  { label: "15 minutes", value: 15 },
  { label: "1 hour", value: 60 },
  { label: "4 hours", value: 240 },
  { label: "8 hours", description: "as long as collectors give one by default", value: 480 },
];

/** Asks what a right is needed for and how long, and has the agent ask others. `what` ends "Ask to …". */
export async function askForElevation(
  agent: AgentClient,
  connectionId: ConnectionId,
  right: WantedRight,
  what: string,
): Promise<void> {
  const wanted = await questions(`Ask to ${what}`);
  if (wanted === null) return;
  const { order } = await agent.request("sluice/elevations/ask", { connectionId, right, ...wanted });
  void vscode.window.showInformationMessage(
    `Asked to ${what}. It waits for ${order.needed === 1 ? "a member" : `${order.needed} members`} of ${order.group}; you are told when they answer.`,
  );
}

async function questions(
  title: string,
): Promise<{ readonly purpose: string; readonly minutes: number } | null> {
  for (let purpose = ""; ; ) {
    const told: StepAnswer<string> = await askText({
      title,
      step: 1,
      totalSteps: 2,
      prompt: "What is it for? Whoever agrees reads it, and it goes on the record.",
      placeholder: "Ticket 4711: call back customers of the outage",
      value: purpose,
      refuse: (text) => (text === "" ? "Whoever is to agree has to know what it is for." : undefined),
    });
    if (told.kind !== "answer") return null;
    purpose = told.value;
    const chosen: StepAnswer<number> = await askChoice(
      { title, step: 2, totalSteps: 2 },
      "For how long, from when it is given?",
      MINUTES,
      60,
    );
    if (chosen.kind === "cancelled") return null;
    if (chosen.kind === "answer") return { purpose, minutes: chosen.value };
  }
}
