import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { element } from "../element.ts";
import { approvalCard } from "./approvalCard.ts";
import { elevationCard } from "./elevationCard.ts";
import { link, section } from "./parts.ts";
import { requestTable } from "./requestTable.ts";
import { seesAll, type View, type ViewContext } from "./view.ts";

interface Approvals {
  readonly approvals: readonly Approval[];
}
interface Elevations {
  readonly elevations: readonly Elevation[];
}

/** Requests that a list is at most of. */
const MOST = 200;

/** What waits for this person's word, what they asked for and answered, and, for auditors, what everybody did. */
export async function approvalsView({ api, me }: ViewContext): Promise<View> {
  const approvals = async (box: string) => (await api.get<Approvals>("/v1/approvals", { box })).approvals;
  const elevations = async (box: string) => (await api.get<Elevations>("/v1/elevations", { box })).elevations;
  const both = (box: string) => Promise.all([approvals(box), elevations(box)]);
  const [decide, mine, decided, given, active, all] = await Promise.all([
    both("decide"),
    both("mine"),
    both("decided"),
    approvals("active"),
    elevations("active"),
    seesAll(me) ? both("all") : null,
  ]);
  const cards = ([statements, rights]: Awaited<ReturnType<typeof both>>): readonly HTMLElement[] => [
    ...statements.map((each) => approvalCard(each, api)),
    ...rights.map((each) => elevationCard(each, api)),
  ];
  const body = element(
    "div",
    {},
    section("For you to decide", ...some(cards(decide), "Nothing waits for you.")),
    section("Agreed to, and not run yet", ...some(cards([given, []]), "Nothing that you may take back.")),
    section("Rights given for a while", ...some(cards([[], active]), "None that you may end.")),
    section("Asked for by you", ...some(cards(mine), "You have asked for nothing.")),
    section(
      "Answered by you",
      requestTable("Requests you answered", ...decided, "You have answered none of your groups' newest."),
    ),
    all === null
      ? null
      : section(
          "Everybody's requests",
          atMost(all),
          requestTable("Everybody's requests", ...all, "Nobody has asked for anything."),
        ),
  );
  return { title: "Approvals", body };
}

/** A list that has an end says where older ones are found. */
const atMost = (lists: readonly (readonly unknown[])[]): HTMLElement | null =>
  lists.some(({ length }) => length >= MOST)
    ? element(
        "p",
        { class: "note" },
        `The newest ${MOST} of each kind. Older ones are on record: `,
        link("statements", ["search"], { kind: "approval_opened" }),
        ", ",
        link("rights", ["search"], { kind: "elevation_opened" }),
        ".",
      )
    : null;

const some = (cards: readonly HTMLElement[], empty: string): readonly HTMLElement[] =>
  cards.length > 0 ? cards : [element("p", { class: "note" }, empty)];
