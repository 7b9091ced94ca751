import type { ApprovalConnection, ApprovalPerson, AskingProgram } from "../../protocol/approval/approval.ts";
import {
  type ApprovalRequest,
  approversOf,
  programOf,
  type RequestKind,
  type RequestState,
} from "../approvals/request.ts";
import type { Step } from "../approvals/step.ts";

/** Longer statements are cut: a message is no place to read them. */
const MOST_OF_STATEMENT = 2_500;

/** What a webhook is told. Every text is as the ledger holds it: redacted. */
export interface ApprovalEvent {
  readonly v: 1;
  /** Of this message: repeated where it is sent again. */
  readonly id: string;
  /** `approval.opened`, `elevation.granted`, … */
  readonly event: `${"approval" | "elevation"}.${"opened" | "answered" | Exclude<RequestState, "pending">}`;
  readonly at: string;
  /** Name of the log. */
  readonly log: string;
  /** The collector's address, where it knows it. */
  readonly collector: string | null;
  /** The request's page on the collector, where it knows its address. */
  readonly link: string | null;
  readonly approval: {
    readonly id: string;
    readonly version: number;
    readonly state: RequestState;
    readonly requester: ApprovalPerson;
    /** The AI agent that asks on behalf of the requester; `group` is then `person` where it asks them alone. */
    readonly program: AskingProgram | null;
    readonly group: string;
    readonly needed: number;
    readonly approvers: readonly ApprovalPerson[];
    readonly connection: ApprovalConnection & { readonly name: string };
    readonly purpose: string;
    readonly expiresAt: string;
    readonly notAfter: string | null;
    readonly asked:
      | {
          readonly kind: "statement";
          readonly statement: string;
          readonly statementKind: string;
          readonly effect: string;
          readonly reason: string;
          readonly risk: number;
        }
      | { readonly kind: "elevation"; readonly right: string; readonly minutes: number };
  };
  /** Who did it; null where time or a record did. */
  readonly by: ApprovalPerson | null;
}

/** A step as others are told of it. */
export function eventOf(
  { before, after, by }: Step,
  message: {
    readonly id: string;
    readonly at: string;
    readonly log: string;
    readonly address: string | null;
  },
): ApprovalEvent {
  const { asked, notAfter } = after;
  const { subject, connectionName, group, needed, purpose } = asked.order;
  const what = before === null ? "opened" : after.state === "pending" ? "answered" : after.state;
  return {
    v: 1,
    id: message.id,
    event: `${asked.kind === "statement" ? "approval" : "elevation"}.${what}`,
    at: message.at,
    log: message.log,
    collector: message.address,
    link: message.address === null ? null : requestLink(message.address, asked.kind, after.id),
    approval: {
      id: after.id,
      version: after.version,
      state: after.state,
      requester: after.requester,
      program: programOf(after) ?? null,
      group,
      needed,
      approvers: approversOf(after),
      connection: { name: connectionName, ...subject.connection },
      purpose,
      expiresAt: new Date(after.expiresAt).toISOString(),
      notAfter: notAfter === null ? null : new Date(notAfter).toISOString(),
      asked: askedOf(asked),
    },
    by: by === null ? null : { issuer: by.issuer, subject: by.subject, name: by.name },
  };
}

/** Opens that request in the console, after signing in where somebody has not. */
function requestLink(address: string, kind: RequestKind, id: string): string {
  const page = new URL(address);
  page.hash = `/${kind === "statement" ? "approvals" : "elevations"}/${id}`;
  return page.href;
}

function askedOf(asked: ApprovalRequest["asked"]): ApprovalEvent["approval"]["asked"] {
  if (asked.kind === "statement") {
    const { statement, statementKind, effect, reason, risk } = asked.order;
    return {
      kind: "statement",
      statement: cut(statement),
      statementKind,
      effect,
      reason,
      risk: risk.score,
    };
  }
  const { right } = asked.order.subject;
  const told = right.kind === "write" ? "write" : `see ${right.columns.join(", ")}`;
  return { kind: "elevation", right: cut(told), minutes: asked.order.minutes };
}

const cut = (text: string): string =>
  text.length <= MOST_OF_STATEMENT ? text : `${text.slice(0, MOST_OF_STATEMENT).toWellFormed()}…`;
