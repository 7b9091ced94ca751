import type { Approval } from "../../protocol/approval/approval.ts";
import { button, element } from "../element.ts";
import { ApiError } from "./api.ts";
import { environmentMark, facts, verdictMark } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

interface Approvals {
  readonly approvals: readonly Approval[];
}

/** What waits for this person's word, and what they asked for themselves. */
export async function approvalsView(context: ViewContext): Promise<View> {
  const title = "Approvals";
  try {
    const [decide, mine] = await Promise.all([
      context.api.get<Approvals>("/v1/approvals", { box: "decide" }),
      context.api.get<Approvals>("/v1/approvals", { box: "mine" }),
    ]);
    const body = element(
      "div",
      {},
      box("For you to decide", decide.approvals, context, "Nothing waits for you."),
      box("Asked for by you", mine.approvals, context, "You have asked for nothing."),
    );
    return { title, body };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not-found") throw error;
    return { title, body: element("p", { class: "note" }, "This collector takes no requests for approval.") };
  }
}

const box = (
  heading: string,
  approvals: readonly Approval[],
  context: ViewContext,
  empty: string,
): HTMLElement =>
  element(
    "section",
    {},
    element("h2", {}, heading),
    ...(approvals.length === 0
      ? [element("p", { class: "note" }, empty)]
      : approvals.map((approval) => card(approval, context))),
  );

function card(approval: Approval, context: ViewContext): HTMLElement {
  const { order, requester, state, decisions, createdAt, expiresAt } = approval;
  const shown = element(
    "article",
    {
      class: "approval",
      "aria-label": `${order.statementKind} on ${order.connectionName} by ${requester.name}`,
    },
    element(
      "p",
      {},
      element("b", {}, requester.name),
      ` on ${order.connectionName} `,
      environmentMark(order.subject.connection.environment),
      ` — ${state}`,
    ),
    element("pre", { class: "sql", tabindex: "0" }, ...marked(order)),
    facts(
      ["Why", order.purpose],
      ["Reason", order.reason],
      [
        "Risk",
        `${order.risk.score}: ${order.risk.factors.map(({ name, points }) => `${name} ${points}`).join(", ")}`,
      ],
      ["Rows", order.plannedRows === null ? null : `about ${order.plannedRows.toLocaleString("en")}`],
      ["Writes", order.writes.length === 0 ? null : order.writes.join(", ")],
      ["Needs", `${order.needed} of ${order.group}`],
      ["Asked", timeText(createdAt)],
      ["Until", timeText(expiresAt)],
    ),
    order.findings.length === 0
      ? null
      : element(
          "ul",
          { class: "plain" },
          ...order.findings.map(({ rule, message, verdict }) =>
            element("li", {}, verdictMark(verdict), ` ${rule}: ${message}`),
          ),
        ),
    decisions.length === 0
      ? null
      : element(
          "ul",
          { class: "plain" },
          ...decisions.map(({ by, decision, reason, at }) =>
            element(
              "li",
              {},
              `${by.name}: ${decision}, ${timeText(at)}${reason === "" ? "" : ` — ${reason}`}`,
            ),
          ),
        ),
  );
  if (approval.mayDecide && state === "pending") shown.append(answers(approval, context, shown));
  return shown;
}

function answers(approval: Approval, context: ViewContext, shown: HTMLElement): HTMLElement {
  const reason = element("vscode-text-field", { placeholder: "Reason" }, "Reason");
  const told = element("span", { class: "failed", role: "alert" });
  const decide = async (decision: "approve" | "deny"): Promise<void> => {
    try {
      const path = `/v1/approvals/${approval.id}/decision`;
      const after = await context.api.send<Approval>("POST", path, { decision, reason: reason.value });
      shown.replaceWith(card(after, context));
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  return element(
    "div",
    { class: "bar" },
    reason,
    button("Approve", "primary", () => void decide("approve")),
    button("Deny", "secondary", () => void decide("deny")),
    told,
  );
}

/** The statement with the places marked that rules are about. */
function marked({ statement, findings }: Approval["order"]): readonly (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const { start, end, message } of findings.toSorted((one, other) => one.start - other.start)) {
    if (start < at || end <= start || end > statement.length) continue;
    parts.push(statement.slice(at, start), element("mark", { title: message }, statement.slice(start, end)));
    at = end;
  }
  return [...parts, statement.slice(at)];
}
