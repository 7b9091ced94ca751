import { z } from "zod";
import {
  APPROVAL_ORDER,
  type ApprovalPerson,
  type AskingProgram,
  PERSON,
} from "../../protocol/approval/approval.ts";
import { ELEVATION_ORDER } from "../../protocol/approval/elevation.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import { shownElevationHash, shownHash } from "../../protocol/approval/shownHash.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";

/** `ended` is an elevation's, `used` and `taken_back` a statement's; all were granted before. */
const STATE = z.enum(["pending", "granted", "denied", "withdrawn", "expired", "used", "ended", "taken_back"]);

const ANSWER = z.object({
  by: PERSON,
  decision: z.enum(["approve", "deny"]),
  reason: z.string(),
  at: z.string(),
});

/** As it is kept. */
export const APPROVAL_REQUEST = z.object({
  id: z.string(),
  /** Grows with every change. */
  version: z.number().int(),
  state: STATE,
  asked: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("statement"), order: APPROVAL_ORDER }),
    z.object({ kind: z.literal("elevation"), order: ELEVATION_ORDER }),
  ]),
  requester: PERSON,
  answers: z.array(ANSWER).readonly(),
  /** Milliseconds of the collector's clock, as are the other times. */
  createdAt: z.number(),
  /** Until when it may be answered. */
  expiresAt: z.number(),
  grantedAt: z.number().nullable(),
  /** Until when what was granted is good. */
  notAfter: z.number().nullable(),
  /** For which run a statement's grant was handed out, when first, and how often: after a crash it is asked for again. */
  redeemed: z.object({ nonce: z.string(), at: z.number(), times: z.number().int() }).nullable().default(null),
  /** Who ended it before its time, and when; or its device was trusted no more. */
  endedBy: PERSON.nullable(),
  endReason: z.string().default(""),
  endedAt: z.number().nullable().default(null),
});
/** Somebody asks others to agree: to one statement, or to a right for a while. */
export type ApprovalRequest = Readonly<z.infer<typeof APPROVAL_REQUEST>>;
export type RequestState = ApprovalRequest["state"];
export type RequestKind = ApprovalRequest["asked"]["kind"];

type Who = Pick<ApprovalPerson, "issuer" | "subject">;

export const isSamePerson = (one: Who, other: Who): boolean =>
  one.issuer === other.issuer && one.subject === other.subject;

/** The program that asks on behalf of the requester, where one does. */
export const programOf = ({ asked }: Pick<ApprovalRequest, "asked">): AskingProgram | undefined =>
  asked.kind === "statement" ? asked.order.program : undefined;

/** Whether a program asks the person it works for, who is its requester. */
export const isForPerson = ({ asked }: Pick<ApprovalRequest, "asked">): boolean =>
  asked.kind === "statement" && asksItsPerson(asked.order);

/** Everybody who has agreed, once. */
export const approversOf = ({ answers }: ApprovalRequest): readonly ApprovalPerson[] =>
  answers
    .filter(({ decision }) => decision === "approve")
    .map(({ by }) => by)
    .filter((person, place, all) => all.findIndex((other) => isSamePerson(person, other)) === place);

/** SHA-256 over everything that a grant would be bound to. */
export const subjectHash = ({ asked }: ApprovalRequest): string =>
  nodeVerifier.sha256(canonicalJson(asked.order.subject));

/** SHA-256 over everything that those who are asked are shown. */
export const shownOf = ({ asked }: Pick<ApprovalRequest, "asked">): Sha256 =>
  asked.kind === "statement"
    ? shownHash(asked.order, nodeVerifier)
    : shownElevationHash(asked.order, nodeVerifier);

/** When time alone changes it; null where it no longer does. */
export const dueAt = ({ state, expiresAt, notAfter }: ApprovalRequest): number | null =>
  state === "pending" ? expiresAt : state === "granted" ? notAfter : null;

export const isOverdue = (request: ApprovalRequest, now: number): boolean => {
  const due = dueAt(request);
  return due !== null && due <= now;
};
