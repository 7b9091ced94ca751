import type { DeviceSessions, Timeline, TimelineEntry } from "../../protocol/collector/search.ts";
import { button, element } from "../element.ts";
import { actorLink, decisionMark, link, section, statementLine, table } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { kindText, timeText } from "./words.ts";

/** A device's sessions, and what it recorded in its own order. */
export async function deviceView({ api, place }: ViewContext): Promise<View> {
  const [, chain = ""] = place.path;
  const path = `/v1/devices/${encodeURIComponent(chain)}`;
  const from = place.query.get("from") ?? "1";
  const [{ sessions }, first] = await Promise.all([
    api.get<DeviceSessions>(`${path}/sessions`),
    api.get<Timeline>(`${path}/timeline`, { from }),
  ]);
  const list = element("ol", { class: "timeline", "aria-label": "Timeline" });
  const more = element("div", {});
  const show = ({ records, next }: Timeline): void => {
    list.append(...records.map(entryOf));
    more.replaceChildren(
      ...(next === null
        ? []
        : [
            button("Show More", "secondary", () => {
              void api.get<Timeline>(`${path}/timeline`, { from: String(next) }).then(show);
            }),
          ]),
    );
  };
  show(first);
  const body = element(
    "div",
    {},
    element("p", { class: "note" }, `Of ${first.device.owner ?? "the collector"}. Chain ${chain}.`),
    section(
      "Sessions",
      table(
        "Sessions",
        ["From", "To", "Of", "End"],
        sessions.map((session) => [
          link(timeText(session.openedAt), ["devices", chain], { from: String(session.from) }),
          session.closedAt === null
            ? element("span", { class: "failed" }, "no end recorded")
            : timeText(session.closedAt),
          session.origin,
          session.how === "crashed" ? element("span", { class: "failed" }, "crashed") : (session.how ?? ""),
        ]),
        "No session has begun yet.",
      ),
    ),
    section(`Timeline from record ${from}`, list, more),
  );
  return { title: first.device.name, body };
}

const entryOf = (entry: TimelineEntry): HTMLElement =>
  element(
    "li",
    { class: entry.kind },
    link(timeText(entry.at), ["records", entry.chain, String(entry.seq)]),
    element(
      "span",
      {},
      element("b", {}, kindText(entry.kind)),
      entry.actor === null ? null : " ",
      entry.actor === null ? null : actorLink(entry.actor),
      entry.decision === null ? null : " ",
      entry.decision === null ? null : decisionMark(entry.decision),
    ),
    statementLine(entry.summary ?? "(body dropped)"),
  );
