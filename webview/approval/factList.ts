import { isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import { agentText, approvalRows, approvalUntil } from "../../protocol/approval/approvalWords.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";

/** What the statement was understood to do, by whom, from where and on what. */
export function factList(approval: Approval): HTMLElement {
  const { order, requester } = approval;
  const { engine, host, port, database, environment } = order.subject.connection;
  const address = host === "" ? database : `${host}:${port}/${database}`;
  const facts: readonly (readonly [string, string])[] = [
    ["Kind", `${order.statementKind.replaceAll("_", " ")} (${order.effect})`],
    ["Reads", order.reads.join(", ")],
    ["Writes", order.writes.join(", ")],
    ["Rows", approvalRows(order)],
    ["AI agent", agentText(order)],
    [
      asksItsPerson(order) ? "It works for" : "Requester",
      `${requester.name} (${requester.subject}, ${requester.issuer})`,
    ],
    ["Device", order.device],
    ["Connection", `${order.connectionName}: ${engine}, ${address}, ${environment}`],
    [
      "Approvers",
      isAnsweredHere(approval.id) || asksItsPerson(order) ? "you" : `${order.needed} of ${order.group}`,
    ],
    ["Asked", new Date(approval.createdAt).toLocaleString()],
    ["Good until", new Date(approvalUntil(approval)).toLocaleString()],
    ["Policy", order.policyVersion],
  ];
  return element(
    "dl",
    { class: "facts" },
    ...facts
      .filter(([, value]) => value !== "")
      .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, visibleText(value))]),
  );
}
