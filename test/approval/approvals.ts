import type { Approval, ApprovalOrder, ApprovalPerson } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import { sha256 } from "../../protocol/ids.ts";

const ISSUER = "https://login.sluice.test";
const person = (subject: string, name: string): ApprovalPerson => ({ issuer: ISSUER, subject, name });
export const ADA = person("ada", "Ada Lindqvist");
export const DANA = person("dana", "Dana Okafor");
export const OMAR = person("omar", "Omar Haddad");
export const NOW = new Date("2026-11-25T12:00:00.000Z");

export const decision = (
  by: ApprovalPerson,
  what: "approve" | "deny",
  reason = "",
): Approval["decisions"][number] => ({ by, decision: what, reason, at: NOW.toISOString() });

type Changes = Partial<Omit<Approval, "order">> &
  Partial<Pick<ApprovalOrder, "statement" | "needed" | "findings" | "columns">>;

/** Ada asks to change prices; changed as wanted. */
export function approval({ statement, needed, findings, columns, ...changes }: Changes): Approval {
  const order: ApprovalOrder = {
    subject: {
      statement: sha256("1".repeat(64)),
      parameters: sha256("2".repeat(64)),
      meaning: sha256("3".repeat(64)),
      connection: {
        engine: "postgres",
        host: "db.internal",
        port: 5432,
        database: "northwind",
        environment: "production",
      },
      requester: { issuer: ISSUER, subject: "ada" },
      chain: sha256("4".repeat(64)),
    },
    group: "sluice-dba",
    needed: needed ?? 1,
    purpose: "Ticket 4711: prices of next year",
    device: "ada-laptop",
    connectionName: "Northwind",
    statement: statement ?? "UPDATE shop.products\nSET price = price * 1.1\nWHERE discontinued",
    statementKind: "update",
    effect: "write",
    reads: ["shop.products"],
    writes: ["shop.products"],
    columns: columns ?? [],
    findings: findings ?? [],
    risk: { score: 62, factors: [{ name: "production", points: 30 }] },
    reason: "Changes on production need approval.",
    policyVersion: "0123456789ab",
    plannedRows: 1_200,
    counted: null,
    maxAffectedRows: 1_800,
  };
  return {
    id: "a".repeat(32),
    version: 1,
    state: "pending",
    order,
    requester: ADA,
    decisions: [],
    createdAt: NOW.toISOString(),
    expiresAt: new Date(NOW.getTime() + 58 * 60_000).toISOString(),
    // Given for a quarter of an hour, however long it could be answered.
    notAfter: changes.state === "granted" ? new Date(NOW.getTime() + 15 * 60_000).toISOString() : null,
    redeemedAt: null,
    takenBack: null,
    mayTakeBack: false,
    mayDecide: false,
    ...changes,
  };
}

/** The same as an AI agent of hers asks herself. */
export const ofAgent = (asked: Approval): Approval => ({
  ...asked,
  order: {
    ...asked.order,
    group: ITS_PERSON,
    program: { agent: "Dana Okafor", model: "large-1", host: "helper 1.0", task: "t1", asks: "person" },
  },
});
