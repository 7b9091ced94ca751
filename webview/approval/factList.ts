import { isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import { agentText, approvalRows, approvalUntil } from "../../protocol/approval/approvalWords.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";

type Fact = readonly [name: string, value: string];

/** What the statement was understood to do, by whom, from where and on what. */
export function factList(approval: Approval): HTMLElement {
  const { order, requester } = approval;
  const { engine, host, port, database, environment } = order.subject.connection;
  const goesOn = letsGoOn(order);
  const address = host === "" ? database : `${host}:${port}/${database}`;
  const facts: readonly Fact[] = [
    ["Stopped by", order.resumes?.cause ?? ""],
    ...(goesOn ? [] : statementFacts(order)),
    ["AI agent", agentText(order)],
    [
      asksItsPerson(order) ? "It works for" : "Requester",
      `${requester.name} (${requester.subject}, ${requester.issuer})`,
    ],
    ["Device", order.device],
    ["Connection", goesOn ? "" : `${order.connectionName}: ${engine}, ${address}, ${environment}`],
    [
      "Approvers",
      isAnsweredHere(approval.id) || asksItsPerson(order) ? "you" : `${order.needed} of ${order.group}`,
    ],
    ["Asked", new Date(approval.createdAt).toLocaleString()],
    ["Good until", new Date(approvalUntil(approval)).toLocaleString()],
    ["Policy", goesOn ? "" : order.policyVersion],
  ];
  return element(
    "dl",
    { class: "facts" },
    ...facts
      .filter(([, value]) => value !== "")
      .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, visibleText(value))]),
  );
}

const statementFacts = (order: Approval["order"]): readonly Fact[] => [
  ["Kind", `${order.statementKind.replaceAll("_", " ")} (${order.effect})`],
  ["Reads", order.reads.join(", ")],
  ["Writes", order.writes.join(", ")],
  ["Rows", approvalRows(order)],
];
