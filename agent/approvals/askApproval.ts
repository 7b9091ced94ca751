import type { Actor } from "../../protocol/actor.ts";
import type { Approval, AskingProgram } from "../../protocol/approval/approval.ts";
import { type Judges, judge } from "../judge.ts";
import { recordedConnection, recordedStatement } from "../recorder.ts";
import type { SplitStatement } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import { ApprovalError } from "./approvalError.ts";
import { approvalOrder, approvalSubject, askingProgram } from "./approvalOrder.ts";
import type { Approvals } from "./approvals.ts";
import { countMatching, type ReadRows } from "./countMatching.ts";

/**
 * Asks others to agree to one statement, as it is judged now in this session. Does not run it; the rows it would change
 * are counted with `read`, where that can be told and may be.
 * @throws ApprovalError where it needs no approval, none would help, or nobody can be asked for this person.
 */
export async function askApproval(
  request: {
    readonly session: StatementSession;
    readonly statements: readonly SplitStatement[];
    readonly actor: Actor;
    readonly purpose: string;
    /** Of the program that asks. */
    readonly task?: string;
  },
  judges: Judges,
  approvals: Approvals,
  read: ReadRows,
): Promise<Approval> {
  const { session, actor, purpose } = request;
  const [statement, ...more] = request.statements;
  if (statement === undefined || more.length > 0) {
    throw new ApprovalError(
      "approval-one-statement",
      "Approval is asked for one statement at a time.",
      "Select the statement that needs it.",
    );
  }
  if (purpose.trim() === "") {
    throw new ApprovalError(
      "approval-purpose",
      "Whoever is to agree has to know what it is for.",
      "Say in a few words why the statement has to run.",
    );
  }
  const { task } = request;
  const judging = { session, statement, actor, purpose, ...(task === undefined ? {} : { task }) };
  const judged = await session.inTurn(() => judge(judging, judges));
  const { decision, facts } = judged;
  if (decision.verdict === "allow") {
    throw new ApprovalError("approval-not-needed", "This statement needs no approval.", "Run it.");
  }
  if (decision.verdict === "deny" || facts === null) {
    throw new ApprovalError(
      "approval-denied",
      `Nobody can approve this: ${decision.reason}`,
      "Write it another way, or ask for another policy.",
    );
  }
  const { profile } = session.database;
  const subject = approvalSubject({ ...judging, text: statement.text, profile }, facts, approvals.chain);
  if (subject === null) {
    throw new ApprovalError(
      "approval-needs-sign-in",
      "A local user is verified by nobody, so nobody can agree to what they ask.",
      "Sign in with your company's provider.",
    );
  }
  const counted = await countMatching(judging, facts, judges, read);
  const order = approvalOrder(judged, subject, {
    counted,
    recorded: recordedStatement(judging, judged),
    purpose,
    connectionName: profile.name,
    ...programIn(actor, task),
  });
  return approvals.ask(order, { actor, connection: recordedConnection(profile), task: task ?? null });
}

/** A program that asks a group does so by its own name. */
const programIn = (actor: Actor, task: string | undefined): { readonly program?: AskingProgram } =>
  actor.kind === "ai_agent" && task !== undefined ? { program: askingProgram(actor, task, "group") } : {};
