import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Finding } from "../../protocol/decision.ts";
import { isProgram } from "../../protocol/task.ts";
import type { StatementFacts, Understanding } from "../sql/facts.ts";
import { PERSON, type Ruling } from "./authorisation.ts";
import type { ConnectionAction } from "./cedarSchema.ts";

/** An effect nobody knows is judged as the gravest. */
export const ACTION: Readonly<Record<StatementFacts["effect"], ConnectionAction>> = {
  read: "read",
  session: "read",
  write: "write",
  ddl: "ddl",
  admin: "admin",
  unknown: "admin",
};

/** What is found where policy does not simply allow such an effect here. */
export function effectFinding(
  action: ConnectionAction,
  ruling: Exclude<Ruling, { verdict: "allow" }>,
  connection: ConnectionProfile,
  at: { start: number; end: number },
): Finding {
  const environment = connection.environment ?? "an environment nobody has set (treated like production)";
  const words = {
    read: "Reading",
    write: "Changing data",
    ddl: "Changing the schema",
    admin: "Administering the database",
  }[action];
  if (ruling.verdict === "approve" && ruling.approvers === PERSON) {
    const message = `${words} needs the agreement of the person this agent works for.`;
    const rule = `${action}-needs-a-person`;
    return { rule, severity: "error", message, verdict: "approve", agrees: "person", ...at };
  }
  if (ruling.verdict === "approve") {
    const unset =
      connection.environment === undefined
        ? " If this is a development database, say so in the connection."
        : "";
    const message = `${words} on ${environment} needs the approval of ${ruling.approvers}.${unset}`;
    return { rule: `${action}-needs-approval`, severity: "error", message, verdict: "approve", ...at };
  }
  const message = ruling.reason ?? `${words} on ${environment} is not allowed for you.`;
  return { rule: `${action}-not-allowed`, severity: "error", message, verdict: "deny", ...at };
}

/** What is found where nobody can tell what a statement does (law 2). */
export function unknownFindings(
  understanding: Extract<Understanding, { kind: "understood" | "cannot_tell" }>,
  actor: Actor,
): readonly Finding[] {
  const { facts } = understanding;
  if (understanding.kind === "understood" && facts.unknowns.length === 0) return [];
  const verdict = isProgram(actor) ? "deny" : "approve";
  const unknowns =
    facts.unknowns.length > 0 ? facts.unknowns : [{ reason: "it is not fully understood", span: facts.span }];
  return unknowns.map(({ reason, span }) => ({
    rule: "cannot-tell",
    severity: "error",
    message: `What this does cannot be told: ${reason.replace(/\.$/, "")}. What is not understood is not run without approval.`,
    verdict,
    start: span.start,
    end: span.end,
  }));
}
