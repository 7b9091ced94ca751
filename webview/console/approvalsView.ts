import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { element } from "../element.ts";
import { approvalCard } from "./approvalCard.ts";
import { elevationCard } from "./elevationCard.ts";
import { section } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";

interface Approvals {
  readonly approvals: readonly Approval[];
}
interface Elevations {
  readonly elevations: readonly Elevation[];
}

/** What waits for this person's word, what they asked for themselves, and the rights that are given for a while. */
export async function approvalsView({ api }: ViewContext): Promise<View> {
  const [decide, given, mine, rights, active, myRights] = await Promise.all([
    api.get<Approvals>("/v1/approvals", { box: "decide" }),
    api.get<Approvals>("/v1/approvals", { box: "active" }),
    api.get<Approvals>("/v1/approvals", { box: "mine" }),
    api.get<Elevations>("/v1/elevations", { box: "decide" }),
    api.get<Elevations>("/v1/elevations", { box: "active" }),
    api.get<Elevations>("/v1/elevations", { box: "mine" }),
  ]);
  const statements = (approvals: readonly Approval[]) => approvals.map((each) => approvalCard(each, api));
  const elevations = (all: readonly Elevation[]) => all.map((each) => elevationCard(each, api));
  const body = element(
    "div",
    {},
    section(
      "For you to decide",
      ...some([...statements(decide.approvals), ...elevations(rights.elevations)], "Nothing waits for you."),
    ),
    section(
      "Agreed to, and not run yet",
      ...some(statements(given.approvals), "Nothing that you may take back."),
    ),
    section("Rights given for a while", ...some(elevations(active.elevations), "None that you may end.")),
    section(
      "Asked for by you",
      ...some(
        [...statements(mine.approvals), ...elevations(myRights.elevations)],
        "You have asked for nothing.",
      ),
    ),
  );
  return { title: "Approvals", body };
}

const some = (cards: readonly HTMLElement[], empty: string): readonly HTMLElement[] =>
  cards.length > 0 ? cards : [element("p", { class: "note" }, empty)];
