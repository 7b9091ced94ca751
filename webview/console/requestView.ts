import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { element } from "../element.ts";
import { approvalCard } from "./approvalCard.ts";
import { elevationCard } from "./elevationCard.ts";
import { link } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";

/** One request for approval of a statement. */
export async function approvalView({ api, place }: ViewContext): Promise<View> {
  const id = place.path[1] ?? "";
  const approval = await api.get<Approval>(`/v1/approvals/${encodeURIComponent(id)}`);
  return page("Approval", approvalCard(approval, api), link("Records of it", ["search"], { approval: id }));
}

/** One right that somebody asks for, or had, for a while. */
export async function elevationView({ api, place }: ViewContext): Promise<View> {
  const id = place.path[1] ?? "";
  const elevation = await api.get<Elevation>(`/v1/elevations/${encodeURIComponent(id)}`);
  return page(
    "Right for a while",
    elevationCard(elevation, api),
    link("Records of it", ["search"], { elevation: id }),
  );
}

const page = (title: string, card: HTMLElement, records: HTMLElement): View => ({
  title,
  body: element("div", {}, card, element("p", {}, records, ". ", link("All approvals", ["approvals"]))),
});
