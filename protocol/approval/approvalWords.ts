import { counted } from "../counted.ts";
import { visibleText } from "../visibleText.ts";
import { isAnsweredHere } from "./answeredHere.ts";
import type { Approval, ApprovalPerson } from "./approval.ts";
import { asksItsPerson } from "./itsPerson.ts";
import { letsGoOn } from "./stoppedTask.ts";

/** How editor, pages and terminal tell a person where an approval stands. */

const LONGEST_TITLE = 80;

/** Who asks, in a line: `AI agent helper for Ada` where it is one, since it names itself as it likes. */
export const askerName = ({ requester, order: { program } }: Approval): string =>
  visibleText(program === undefined ? requester.name : `AI agent ${program.agent} for ${requester.name}`);

/** The AI agent that asks, by the names it gives itself; empty where none does. */
export const agentText = ({ program }: Approval["order"]): string =>
  program === undefined ? "" : `${program.agent} (${program.model}, ${program.host}), task ${program.task}`;

/** `Shop (production)`; a task that was stopped is on no connection alone. */
export const placeText = (order: Approval["order"]): string =>
  letsGoOn(order)
    ? order.connectionName
    : `${order.connectionName} (${order.subject.connection.environment})`;

/** What an answer is bound to, for who reads it on another machine than it was asked on. */
export const boundNote = ({ order }: Approval): string =>
  letsGoOn(order)
    ? "Your answer is bound to this task of this agent, this stop and the machine it runs on, and is good once. It gets its whole budget again; what it may do does not change, and what waits for you goes on waiting. What the agent says it is for is the agent's word."
    : asksItsPerson(order)
      ? "The agent runs on another machine. Values beside sensitive columns are taken out of what is shown here. Your answer is bound to the exact text, what it means, this agent and its task, its machine and this database, and is good for one run. What the agent says it is for is the agent's word."
      : "Values beside sensitive columns are taken out of what is shown here. The approval is bound to the exact text, this person, their device and this database, and is good for one run.";

/** Who has to agree: on an agent's own machine whoever reads it. */
const whoAgrees = ({ id, requester, order }: Approval): string =>
  asksItsPerson(order) && !isAnsweredHere(id) ? requester.name : order.group;

/** Its statement in one line. */
export function approvalTitle({ order: { statement } }: Approval): string {
  const line = visibleText(
    statement
      .slice(0, 4 * LONGEST_TITLE)
      .replace(/\s+/g, " ")
      .trim(),
  );
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1)}…` : line;
}

/** `Waiting for sluice-dba · 1 of 2 agreed`, or what came of it, by whom and why; without the time that is left. */
export function approvalStanding(approval: Approval): string {
  return letsGoOn(approval.order) ? stopStanding(approval) : statementStanding(approval);
}

/** The same of a stopped task: nothing is run under what was answered. */
function stopStanding(approval: Approval): string {
  const { state, requester } = approval;
  switch (state) {
    case "granted":
      return `Let go on by ${names(approvers(approval))}, which its machine has not noted yet`;
    case "used":
      return `Let go on by ${names(approvers(approval))}`;
    case "denied":
      return denialWords("Left stopped", approval);
    case "expired":
      return approvers(approval).length === 0
        ? `Expired before ${requester.name} had answered`
        : `Let go on by ${names(approvers(approval))}, and expired before its machine heard of it`;
    default:
      return statementStanding(approval);
  }
}

/** `Denied by Ada: not on a Friday`. */
function denialWords(what: string, { decisions }: Approval): string {
  const denial = decisions.find(({ decision }) => decision === "deny");
  return denial === undefined ? what : `${what} by ${denial.by.name}: ${visibleText(denial.reason)}`;
}

function statementStanding(approval: Approval): string {
  const { order, state, requester } = approval;
  switch (state) {
    case "pending": {
      const progress = order.needed === 1 ? "" : ` · ${approvers(approval).length} of ${order.needed} agreed`;
      return `Waiting for ${whoAgrees(approval)}${progress}`;
    }
    case "granted": {
      const begun = approval.redeemedAt === null ? "" : ", and handed out to be run";
      return `Approved by ${names(approvers(approval))}${begun}`;
    }
    case "used":
      return `Approved by ${names(approvers(approval))}, and used`;
    case "denied":
      return denialWords("Denied", approval);
    case "withdrawn":
      return asksItsPerson(order)
        ? "Closed: answered where the agent runs, or not asked any more"
        : `Withdrawn by ${requester.name}`;
    case "taken_back": {
      const { takenBack } = approval;
      if (takenBack === null) return "Taken back";
      const reason = takenBack.reason === "" ? "" : `: ${visibleText(takenBack.reason)}`;
      return `Taken back by ${takenBack.by.name}${reason}`;
    }
    case "expired":
      return approvers(approval).length < order.needed
        ? `Expired before ${whoAgrees(approval)} had agreed`
        : `Approved by ${names(approvers(approval))}, and expired before it was used`;
  }
}

/** Until when it may be answered; once it is granted, until when it may be used. ISO 8601. */
export const approvalUntil = ({ notAfter, expiresAt }: Pick<Approval, "notAfter" | "expiresAt">): string =>
  notAfter ?? expiresAt;

/** `expires in 58 min` while somebody still waits for it, or may use it; empty afterwards. */
export function approvalExpiry(approval: Approval, now: Date): string {
  const { state } = approval;
  if (state !== "pending" && state !== "granted") return "";
  return `expires in ${timeLeft(Date.parse(approvalUntil(approval)) - now.getTime())}`;
}

/** Where it stands and how long it is good for, in one line. */
export const approvalStatus = (approval: Approval, now: Date): string =>
  [approvalStanding(approval), approvalExpiry(approval, now)].filter((part) => part !== "").join(" · ");

/**
 * `1,187 rows when it was asked for (the planner expects about 1,200), at most 1,781 rows may change`; empty where nothing
 * is known of a statement that is no write.
 */
export function approvalRows(order: Approval["order"]): string {
  const { effect, maxAffectedRows } = order;
  const unlimited = effect === "write" ? "any number of rows may change" : "";
  const most = maxAffectedRows === null ? unlimited : `at most ${counted(maxAffectedRows, "row")} may change`;
  return [expectedRows(order), most].filter((part) => part !== "").join(", ");
}

function expectedRows({ plannedRows, counted: found }: Approval["order"]): string {
  const planned = plannedRows === null ? "" : `about ${counted(plannedRows, "row")}`;
  if (found === null) return planned;
  const told = `${found.more ? "more than " : ""}${counted(found.rows, "row")} when it was asked for`;
  return planned === "" ? told : `${told} (the planner expects ${planned})`;
}

/** Why this person does not decide; null where they may. The collector has the last word. */
export function whyNotDecide(
  approval: Approval,
  person: { readonly issuer: string; readonly subject: string } | null,
): string | null {
  const { state, order, requester, decisions, mayDecide } = approval;
  const isPerson = (one: ApprovalPerson): boolean =>
    one.issuer === person?.issuer && one.subject === person.subject;
  if (state !== "pending") return `Nothing is left to decide. ${approvalStanding(approval)}.`;
  const ofProgram = asksItsPerson(order);
  if (isPerson(requester) && !ofProgram)
    return "You asked for it, and nobody approves what they asked for themselves.";
  if (decisions.some(({ by }) => isPerson(by))) return "You have answered already.";
  if (mayDecide) return null;
  return ofProgram
    ? `${requester.name}, whom the AI agent works for, decides, signed in themselves.`
    : `Members of ${order.group} decide.`;
}

/** Why this person does not take it back; null where they may. The collector has the last word. */
export function whyNotTakeBack(approval: Approval): string | null {
  const { state, redeemedAt, mayTakeBack } = approval;
  if (state === "pending") return "Nothing was given yet. Deny it, or withdraw it if it is your own.";
  if (state !== "granted") return `Nothing is left to take back. ${approvalStanding(approval)}.`;
  if (redeemedAt !== null) return "It was handed out to be run, and may have run.";
  return mayTakeBack ? null : `Whoever agreed, ${takersBack(approval)} and administrators take it back.`;
}

const takersBack = ({ order }: Approval): string =>
  asksItsPerson(order) ? "the person it was asked of" : `members of ${order.group}`;

const approvers = ({ decisions }: Approval): readonly ApprovalPerson[] =>
  decisions.filter(({ decision }) => decision === "approve").map(({ by }) => by);

const names = (people: readonly ApprovalPerson[]): string => people.map(({ name }) => name).join(" and ");

/** `58 min`, `3 h`: as exactly as people count. */
export function timeLeft(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
