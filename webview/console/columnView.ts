import type { ColumnAccess, ColumnUse, ColumnUseKind } from "../../protocol/collector/search.ts";
import { element } from "../element.ts";
import { holdLink } from "./holdLink.ts";
import { actorLink, behindNote, link, table } from "./parts.ts";
import { periodChooser, periodOf } from "./period.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText } from "./words.ts";

/** Who touched a column, and how. */
export async function columnView({ api, me, place }: ViewContext): Promise<View> {
  const [, column = ""] = place.path;
  const { from } = periodOf(place.query.get("period"));
  const access = await api.get<ColumnAccess>(`/v1/columns/${encodeURIComponent(column)}/access`, { from });
  const body = element(
    "div",
    {},
    element(
      "div",
      { class: "bar" },
      periodChooser(place),
      element(
        "span",
        { class: "note" },
        access.infoType === null ? "No label is recorded" : `Labelled ${access.infoType}`,
      ),
      link("Statements that touch it", ["search"], { column }),
      holdLink(me, "Hold what touches it…", { column }),
    ),
    behindNote(access.upTo),
    table(
      "Who touched this column",
      ["Who", ...USES.map(({ name }) => name), "Last"],
      access.actors.map(({ actor, uses }) => [
        actorLink(actor),
        ...USES.map(({ use }) => useText(uses, use, access.infoType !== null)),
        uses
          .map(({ last }) => last)
          .toSorted()
          .at(-1) ?? "",
      ]),
      "Nobody touched it in this time.",
    ),
  );
  return { title: column, body };
}

export const USES: readonly { readonly use: ColumnUseKind; readonly name: string }[] = [
  { use: "shown", name: "Shown" },
  { use: "masked", name: "Masked" },
  { use: "filtered", name: "Used in conditions, or only counted" },
  { use: "written", name: "Written" },
  { use: "refused", name: "Refused" },
];

/** How often a column was used so, and how many rows of it were handed out, or changed. */
export function useText(
  uses: readonly ColumnUse[],
  use: ColumnUseKind,
  sensitive: boolean,
): HTMLElement | string {
  const found = uses.filter((each) => each.use === use);
  const [requests, rows] = [
    found.reduce((sum, each) => sum + each.requests, 0),
    found.reduce((sum, each) => sum + each.rows, 0),
  ];
  if (requests === 0 && rows === 0) return "";
  const counted = use === "shown" || use === "masked" || use === "written";
  const handedOut = counted ? `, ${numberText(rows)} row${rows === 1 ? "" : "s"}` : "";
  const stands = use === "refused" || sensitive;
  return element("span", { class: stands ? `use ${use}` : "" }, `${numberText(requests)}×${handedOut}`);
}
