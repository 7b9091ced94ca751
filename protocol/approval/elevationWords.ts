import { visibleText } from "../visibleText.ts";
import type { ApprovalPerson } from "./approval.ts";
import { timeLeft } from "./approvalWords.ts";
import type { Elevation, ElevationRight } from "./elevation.ts";

/** How editor, pages and terminal tell a person what right is asked for, and where that stands. */

/** `see shop.people.email and 2 more`, or `write`; goes on with "on" a connection. */
export function rightWords(
  right: Pick<ElevationRight, "kind"> & { readonly columns?: readonly string[] },
): string {
  if (right.kind === "write") return "write";
  const [first = "", ...more] = right.columns ?? [];
  return `see ${visibleText(first)}${more.length === 0 ? "" : ` and ${more.length} more`}`;
}

/** `Waiting for sluice-dba · 1 of 2 agreed`, or what came of it, by whom and why; without the time that is left. */
export function elevationStanding(elevation: Elevation): string {
  const { order, state, requester, decisions, endedBy } = elevation;
  const agreed = decisions.filter(({ decision }) => decision === "approve").map(({ by }) => by.name);
  switch (state) {
    case "pending": {
      const progress = order.needed === 1 ? "" : ` · ${agreed.length} of ${order.needed} agreed`;
      return `Waiting for ${order.group}${progress}`;
    }
    case "granted":
      return `Given by ${agreed.join(" and ")}`;
    case "denied": {
      const denial = decisions.find(({ decision }) => decision === "deny");
      return denial === undefined ? "Denied" : `Denied by ${denial.by.name}: ${visibleText(denial.reason)}`;
    }
    case "withdrawn":
      return `Withdrawn by ${requester.name}`;
    case "expired":
      return `Expired before ${order.group} had agreed`;
    case "ended":
      return endedBy === null ? "Its time is over" : `Ended by ${endedBy.name}`;
  }
}

/** Where it stands and how long that holds, in one line. */
export function elevationStatus(elevation: Elevation, now: Date): string {
  const { state, leftMs, expiresAt } = elevation;
  if (state === "granted") return `${elevationStanding(elevation)} · ${timeLeft(leftMs ?? 0)} left`;
  if (state !== "pending") return elevationStanding(elevation);
  return `${elevationStanding(elevation)} · expires in ${timeLeft(Date.parse(expiresAt) - now.getTime())}`;
}

/** Why this person does not decide; null where they may. The collector has the last word. */
export function whyNotDecideElevation(
  elevation: Elevation,
  person: Pick<ApprovalPerson, "issuer" | "subject"> | null,
): string | null {
  const { state, order, requester, decisions, mayDecide } = elevation;
  const isPerson = (one: ApprovalPerson): boolean =>
    one.issuer === person?.issuer && one.subject === person.subject;
  if (state !== "pending") return `Nothing is left to decide. ${elevationStanding(elevation)}.`;
  if (isPerson(requester)) return "You asked for it, and nobody approves what they asked for themselves.";
  if (decisions.some(({ by }) => isPerson(by))) return "You have answered already.";
  return mayDecide ? null : `Members of ${order.group} decide.`;
}
