import type { Approval } from "../../protocol/approval/approval.ts";
import {
  agentText,
  approvalRows,
  approvalStanding,
  askerName,
  boundNote,
} from "../../protocol/approval/approvalWords.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import { seenText } from "../seenText.ts";
import type { Api } from "./api.ts";
import { decisionBar, decisionList, GO_ON, reasonBar } from "./decision.ts";
import { environmentMark, facts, findingMark } from "./parts.ts";
import { timeText } from "./words.ts";

/** A statement that others have to agree to, with all that was found in it. */
export function approvalCard(approval: Approval, api: Api): HTMLElement {
  const { order, requester, state, decisions, createdAt, expiresAt, notAfter, redeemedAt, takenBack } =
    approval;
  const goesOn = letsGoOn(order);
  const shown = element(
    "article",
    {
      class: "approval",
      "aria-label": goesOn
        ? `Stopped task of ${askerName(approval)}`
        : `${order.statementKind} on ${visibleText(order.connectionName)} by ${askerName(approval)}`,
    },
    element(
      "p",
      {},
      element("b", {}, askerName(approval)),
      goesOn ? " was stopped. May it go on?" : ` on ${visibleText(order.connectionName)} `,
      goesOn ? null : environmentMark(order.subject.connection.environment),
      ` — ${goesOn ? approvalStanding(approval) : state.replace("_", " ")}`,
    ),
    goesOn ? null : element("pre", { class: "sql", tabindex: "0" }, ...marked(order)),
    facts(
      ["Why", order.purpose],
      [goesOn ? "Stopped" : "Reason", order.reason],
      ["Stopped by", order.resumes?.cause ?? null],
      [
        "Risk",
        goesOn
          ? null
          : `${order.risk.score}: ${order.risk.factors.map(({ name, points }) => `${name} ${points}`).join(", ")}`,
      ],
      ["Rows", goesOn ? null : approvalRows(order) || null],
      ["Reads", goesOn || order.reads.length === 0 ? null : order.reads.join(", ")],
      ["Writes", goesOn || order.writes.length === 0 ? null : order.writes.join(", ")],
      ["AI agent", agentText(order) || null],
      [
        "Needs",
        asksItsPerson(order) ? `${requester.name}, and nobody else` : `${order.needed} of ${order.group}`,
      ],
      ["Device", order.device],
      ["Asked", timeText(createdAt)],
      ["Answer by", state === "pending" ? timeText(expiresAt) : null],
      ["Good until", notAfter === null ? null : timeText(notAfter)],
      ["Handed out", redeemedAt === null ? null : timeText(redeemedAt)],
      [
        "Taken back by",
        takenBack === null ? null : [takenBack.by.name, takenBack.reason].filter(Boolean).join(": "),
      ],
    ),
    goesOn || order.findings.length === 0
      ? null
      : element(
          "ul",
          { class: "plain" },
          ...order.findings.map(({ rule, message, verdict }) =>
            element("li", {}, findingMark(verdict), visibleText(` ${rule}: ${message}`)),
          ),
        ),
    decisionList(decisions),
  );
  if (approval.mayDecide)
    shown.append(
      element("p", { class: "note" }, boundNote(approval)),
      decisionBar<Approval>(
        api,
        `/v1/approvals/${approval.id}`,
        (changed) => shown.replaceWith(approvalCard(changed, api)),
        goesOn ? GO_ON : undefined,
      ),
    );
  if (approval.mayTakeBack)
    shown.append(
      reasonBar("Take Back", async (reason) => {
        const path = `/v1/approvals/${approval.id}/take-back`;
        shown.replaceWith(approvalCard(await api.send<Approval>("POST", path, { reason }), api));
      }),
    );
  return shown;
}

/** The statement with the places marked that rules are about. */
function marked({ statement, findings }: Approval["order"]): readonly Node[] {
  const parts: Node[] = [];
  let at = 0;
  for (const { start, end, message } of findings.toSorted((one, other) => one.start - other.start)) {
    if (start < at || end <= start || end > statement.length) continue;
    const words = seenText(statement.slice(start, end));
    parts.push(
      ...seenText(statement.slice(at, start)),
      element("mark", { title: visibleText(message) }, ...words),
    );
    at = end;
  }
  return [...parts, ...seenText(statement.slice(at))];
}
