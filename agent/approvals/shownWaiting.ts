import os from "node:os";
import { actorName } from "../../protocol/actor.ts";
import type { Approval, ApprovalOrder } from "../../protocol/approval/approval.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Judged } from "../judge.ts";
import { approvalConnection, approvalOrder, askingProgram, hashOf, NO_PARAMETERS } from "./approvalOrder.ts";
import type { WaitingStatement } from "./waitingFiles.ts";

/** A statement that waits here, as the person it waits for is shown it. `subject` is what their answer is bound to. */
export function shownWaiting(
  waiting: WaitingStatement,
  judged: Judged,
  subject: Sha256,
  counted: ApprovalOrder["counted"],
): Approval {
  const profile: ConnectionProfile = waiting.connection;
  const { actor, text, task } = waiting;
  const person = actor.kind === "ai_agent" ? actor.onBehalfOf : actor;
  const requester = {
    issuer: person.kind === "local_user" ? person.host : person.issuer,
    subject: person.kind === "local_user" ? person.account : person.subject,
  };
  const bound = {
    statement: hashOf(text),
    parameters: NO_PARAMETERS,
    meaning: subject,
    connection: approvalConnection(profile),
    requester,
    chain: subject,
  };
  const order = approvalOrder(judged, bound, {
    recorded: text,
    purpose: waiting.purpose,
    connectionName: profile.name,
    counted,
    ...(actor.kind === "ai_agent" ? { program: askingProgram(actor, task, "person") } : {}),
  });
  return {
    id: waiting.id,
    version: 1,
    state: "pending",
    order: { ...order, group: "you", device: os.hostname() },
    requester: { ...requester, name: actorName(person) },
    decisions: [],
    createdAt: waiting.askedAt,
    expiresAt: waiting.expiresAt,
    notAfter: null,
    redeemedAt: null,
    takenBack: null,
    mayDecide: true,
    mayTakeBack: false,
  };
}
