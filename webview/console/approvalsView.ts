import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { element } from "../element.ts";
import { approvalCard } from "./approvalCard.ts";
import { elevationCard } from "./elevationCard.ts";
import { type Cursors, hasMore, pagedRequests, type RequestPage } from "./pagedRequests.ts";
import { section } from "./parts.ts";
import { seesAll, type View, type ViewContext } from "./view.ts";

interface Approvals {
  readonly approvals: readonly Approval[];
  readonly next: string | null;
}
interface Elevations {
  readonly elevations: readonly Elevation[];
  readonly next: string | null;
}

/** What waits for this person's word, what they asked for and answered, and, for auditors, what everybody did. */
export async function approvalsView({ api, me }: ViewContext): Promise<View> {
  const asked = (box: string, cursor?: string) => (cursor === undefined ? { box } : { box, cursor });
  const page = async (box: string, cursors: Cursors): Promise<RequestPage> => {
    const [statements, rights] = await Promise.all([
      cursors.approvals === null
        ? { approvals: [], next: null }
        : api.get<Approvals>("/v1/approvals", asked(box, cursors.approvals)),
      cursors.elevations === null
        ? { elevations: [], next: null }
        : api.get<Elevations>("/v1/elevations", asked(box, cursors.elevations)),
    ]);
    return {
      approvals: statements.approvals,
      elevations: rights.elevations,
      next: { approvals: statements.next, elevations: rights.next },
    };
  };
  /** What somebody may still do something about is shown to its end. */
  const whole = async (box: string): Promise<RequestPage> => {
    let all = await page(box, {});
    while (hasMore(all.next)) {
      const { approvals, elevations, next } = await page(box, all.next);
      all = {
        approvals: [...all.approvals, ...approvals],
        elevations: [...all.elevations, ...elevations],
        next,
      };
    }
    return all;
  };
  const paged = (caption: string, box: string, first: RequestPage, empty: string): HTMLElement =>
    pagedRequests({ caption, empty, first, more: (cursors) => page(box, cursors) });
  const [decide, mine, decided, active, all] = await Promise.all([
    whole("decide"),
    page("mine", {}),
    page("decided", {}),
    whole("active"),
    seesAll(me) ? page("all", {}) : null,
  ]);
  const cards = ({ approvals, elevations }: RequestPage): readonly HTMLElement[] => [
    ...approvals.map((each) => approvalCard(each, api)),
    ...elevations.map((each) => elevationCard(each, api)),
  ];
  const body = element(
    "div",
    {},
    section("For you to decide", ...some(cards(decide), "Nothing waits for you.")),
    section(
      "Agreed to, and not run yet",
      ...some(cards({ ...active, elevations: [] }), "Nothing that you may take back."),
    ),
    section(
      "Rights given for a while",
      ...some(cards({ ...active, approvals: [] }), "None that you may end."),
    ),
    section(
      "Asked for by you",
      ...some(cards(newest(mine)), "You have asked for nothing."),
      hasOlder(mine) ? paged("Everything you asked for", "mine", mine, "") : null,
    ),
    section(
      "Answered by you",
      paged("Requests you answered", "decided", decided, "You have answered none of your groups' requests."),
    ),
    all === null
      ? null
      : section(
          "Everybody's requests",
          paged("Everybody's requests", "all", all, "Nobody has asked for anything."),
        ),
  );
  return { title: "Approvals", body };
}

/** Of one's own, so many of each kind are shown with all that can be done about them; the others as a list. */
const AS_CARDS = 20;

const newest = (page: RequestPage): RequestPage => ({
  ...page,
  approvals: page.approvals.slice(0, AS_CARDS),
  elevations: page.elevations.slice(0, AS_CARDS),
});

const hasOlder = (page: RequestPage): boolean =>
  hasMore(page.next) || page.approvals.length > AS_CARDS || page.elevations.length > AS_CARDS;

const some = (cards: readonly HTMLElement[], empty: string): readonly HTMLElement[] =>
  cards.length > 0 ? cards : [element("p", { class: "note" }, empty)];
