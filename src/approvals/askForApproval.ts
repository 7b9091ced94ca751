import type { Approval } from "../../protocol/approval/approval.ts";
import type { AgentClient } from "../agentClient.ts";
import { askChoice, askText, type StepAnswer } from "../connections/steps.ts";
import type { StartedRun } from "../results/resultsView.ts";
import type { AskedStatements } from "./askedStatements.ts";

interface Wanted {
  readonly purpose: string;
  readonly runsItself: boolean;
}

/** Asks what it is for and has the agent ask others; null where the person gave up. */
export async function askForApproval(
  agent: AgentClient,
  asked: AskedStatements,
  { run, uri, connectionId }: StartedRun,
  statement: { readonly text: string; readonly start: number },
): Promise<Approval | null> {
  const { sessionId, title } = run;
  const document = uri?.toString() ?? sessionId;
  const wanted = await questions(run.connection, asked.purpose(document));
  if (wanted === null) return null;
  const { purpose, runsItself } = wanted;
  await asked.keepPurpose(document, purpose);
  const { text, start } = statement;
  const approval = await agent.request("sluice/approvals/ask", { connectionId, sessionId, text, purpose });
  const place = { start, uri: uri?.toString() ?? null };
  await asked.keep(approval.id, { connectionId, sessionId, title, text, runsItself, ...place });
  return approval;
}

async function questions(connection: string, before: string): Promise<Wanted | null> {
  const title = `Ask for Approval on ${connection}`;
  for (let purpose = before; ; ) {
    const told: StepAnswer<string> = await askText({
      title,
      step: 1,
      totalSteps: 2,
      prompt: "What is it for? Whoever approves reads it, and it goes on the record.",
      placeholder: "Ticket 4711: prices of next year",
      value: purpose,
      refuse: (text) => (text === "" ? "Whoever is to agree has to know what it is for." : undefined),
    });
    if (told.kind !== "answer") return null;
    purpose = told.value;
    const chosen: StepAnswer<boolean> = await askChoice<boolean>(
      { title, step: 2, totalSteps: 2 },
      "What happens when it is approved?",
      [
        { label: "Ask", description: "you are told, and run it with one click", value: false },
        {
          label: "Ask and Run When Approved",
          description: "it runs by itself, once, while this window is open",
          value: true,
        },
      ],
      false,
    );
    if (chosen.kind === "cancelled") return null;
    if (chosen.kind === "answer") return { purpose, runsItself: chosen.value };
  }
}
