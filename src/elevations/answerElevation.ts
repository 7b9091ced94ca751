import * as vscode from "vscode";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import {
  type ElevationFact,
  elevationFacts,
  elevationTitle,
} from "../../protocol/approval/elevationFacts.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ApprovalList } from "../approvals/approvalList.ts";
import { askChoice, askText, type Choice, type StepAnswer } from "../connections/steps.ts";

type Decision = "approve" | "deny";

interface Answer {
  readonly decision: Decision;
  readonly reason: string;
}

/** Without a word of the request: a notification makes links of what is written like one. */
const OUTCOMES: Readonly<Record<Elevation["state"], string>> = {
  pending: "You agreed. Others have to agree as well.",
  granted: "You agreed, and the right is given.",
  denied: "You denied it.",
  withdrawn: "It was withdrawn before you answered.",
  expired: "It expired before you answered.",
  ended: "It is over.",
};

/** A dialog does not scroll everywhere; the list before it shows every line. */
const MOST_CONFIRMED = 30;

/**
 * Shows the whole of a request for a right and takes this person's answer. Nothing is approved without a dialog, which
 * no command can answer.
 */
export async function answerElevation(agent: AgentClient, list: ApprovalList, id: string): Promise<void> {
  const elevation = list.elevations.find((one) => one.id === id);
  if (elevation === undefined) {
    void vscode.window.showInformationMessage("This request does not wait for you any more.");
    return;
  }
  const facts = elevationFacts(elevation, new Date());
  const title = `${elevationTitle(elevation)}?`;
  const answer = await questions(title, facts);
  if (answer === null) return;
  if (answer.decision === "approve" && !(await isConfirmed(title, facts))) return;
  try {
    const decided = await agent.request("sluice/elevations/decide", { id, ...answer });
    list.putElevation(decided);
    void vscode.window.showInformationMessage(OUTCOMES[decided.state]);
  } finally {
    void list.refresh();
  }
}

async function questions(title: string, facts: readonly ElevationFact[]): Promise<Answer | null> {
  for (;;) {
    const decision = await askDecision(title, facts);
    if (decision === null) return null;
    const told: StepAnswer<string> = await askText({
      title,
      step: 2,
      totalSteps: 2,
      prompt:
        decision === "approve"
          ? "A reason, if you like. It goes on the record."
          : "Why not? Whoever asked reads it, and it goes on the record.",
      value: "",
      refuse: (text) => {
        if (text.length > 2_000) return "Use at most 2,000 characters.";
        return decision === "deny" && text === "" ? "Whoever asked has to know why." : undefined;
      },
    });
    if (told.kind === "cancelled") return null;
    if (told.kind === "answer") return { decision, reason: told.value };
  }
}

async function askDecision(title: string, facts: readonly ElevationFact[]): Promise<Decision | null> {
  const choices: readonly Choice<Decision | "read">[] = [
    { label: "$(check) Approve...", value: "approve" },
    { label: "$(close) Deny...", value: "deny" },
    ...facts.map((fact) => ({ label: withoutIcons(lineOf(fact)), value: "read" as const })),
  ];
  for (;;) {
    const chosen: StepAnswer<Decision | "read"> = await askChoice<Decision | "read">(
      { title, step: 1, totalSteps: 2 },
      "Read what is asked for, then approve or deny",
      choices,
      "approve",
    );
    if (chosen.kind !== "answer") return null;
    if (chosen.value !== "read") return chosen.value;
  }
}

async function isConfirmed(title: string, facts: readonly ElevationFact[]): Promise<boolean> {
  const shown = facts.slice(0, MOST_CONFIRMED).map(lineOf);
  const more = facts.length - shown.length;
  const detail = [...shown, ...(more === 0 ? [] : [`and ${more} more lines, as listed before`])].join("\n");
  const approve = "Approve";
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, approve)) === approve;
}

const lineOf = ({ name, text }: ElevationFact): string => `${name}: ${text}`;

/** Rows of a list draw `$(name)` as an icon; what people wrote is text. */
const withoutIcons = (text: string): string => text.replaceAll("$(", "\\$(");
