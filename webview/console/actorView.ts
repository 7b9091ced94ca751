import type { ActorSeen } from "../../protocol/collector/search.ts";
import { element } from "../element.ts";
import { USES, useText } from "./columnView.ts";
import { holdLink } from "./holdLink.ts";
import { behindNote, columnLink, link, section, table } from "./parts.ts";
import { periodChooser, periodOf } from "./period.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText } from "./words.ts";

/** What a person or an agent saw. */
export async function actorView({ api, me, place }: ViewContext): Promise<View> {
  const [, actor = ""] = place.path;
  const { from } = periodOf(place.query.get("period"));
  const seen = await api.get<ActorSeen>(`/v1/actors/${encodeURIComponent(actor)}/seen`, { from });
  const body = element(
    "div",
    {},
    element(
      "div",
      { class: "bar" },
      periodChooser(place),
      link("Everything recorded", ["search"], { actor }),
      holdLink(me, "Hold what they did…", { actor }),
    ),
    element("p", { class: "note" }, actor),
    behindNote(seen.upTo),
    section(
      "Sensitive data, by what it is",
      table(
        "Rows handed out, by information type",
        ["What", "Rows in the clear", "Rows masked"],
        seen.types.map(({ infoType, shownRows, maskedRows }) => [
          link(infoType, ["search"], { actor, type: infoType }),
          element("span", { class: shownRows > 0 ? "use shown" : "" }, numberText(shownRows)),
          numberText(maskedRows),
        ]),
        "None in this time.",
      ),
    ),
    section(
      "Columns",
      table(
        "Columns touched",
        ["Column", "What it is", ...USES.map(({ name }) => name)],
        seen.columns
          .toSorted(bySensitivity)
          .map(({ column, infoType, level, uses }) => [
            columnLink(column),
            infoType === null ? "" : `${infoType}${level === null ? "" : `, ${level}`}`,
            ...USES.map(({ use }) => useText(uses, use, infoType !== null)),
          ]),
        "None in this time.",
      ),
    ),
  );
  return { title: seen.actor.name, body };
}

const LEVELS = ["restricted", "confidential"];

/** The most sensitive first; else as they come, the busiest first. */
const bySensitivity = (one: SeenColumn, other: SeenColumn): number => rank(one) - rank(other);

type SeenColumn = ActorSeen["columns"][number];

function rank({ level }: SeenColumn): number {
  const place = LEVELS.indexOf(level ?? "");
  return place < 0 ? LEVELS.length : place;
}
