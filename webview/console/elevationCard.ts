import type { Elevation } from "../../protocol/approval/elevation.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import type { Api } from "./api.ts";
import { changeBar, decisionBar, decisionList } from "./decision.ts";
import { environmentMark, facts, link } from "./parts.ts";
import { timeText } from "./words.ts";

/** A right somebody asks for, or has, for a while. */
export function elevationCard(elevation: Elevation, api: Api): HTMLElement {
  const { order, requester, state, decisions, createdAt, expiresAt, notAfter, endedBy } = elevation;
  const { right, connection } = order.subject;
  const words = visibleText(right.kind === "write" ? "write" : `see ${right.columns.join(", ")}`);
  const [who, where] = [visibleText(requester.name), visibleText(order.connectionName)];
  const path = `/v1/elevations/${elevation.id}`;
  const shown = element(
    "article",
    { class: "approval", "aria-label": `${who}: ${words} on ${where}` },
    element(
      "p",
      {},
      element("b", {}, who),
      ` asks to ${words} on ${where} `,
      environmentMark(connection.environment),
      ` for ${order.minutes} minutes — ${state}`,
    ),
    facts(
      ["Why", order.purpose],
      ["Needs", `${order.needed} of ${order.group}`],
      ["Device", order.device],
      ["Asked", timeText(createdAt)],
      ["Answer by", state === "pending" ? timeText(expiresAt) : null],
      ["Good until", notAfter === null ? null : timeText(notAfter)],
      ["Ended by", endedBy === null ? null : endedBy.name],
      ["Done under it", notAfter === null ? null : link("Records", ["search"], { elevation: elevation.id })],
    ),
    decisionList(decisions),
  );
  const after = (changed: Elevation): void => shown.replaceWith(elevationCard(changed, api));
  if (elevation.mayDecide) shown.append(decisionBar(api, path, after));
  if (elevation.mayEnd) shown.append(changeBar(api, "End Now", `${path}/end`, after));
  return shown;
}
