import type { RetentionHold, RetentionOverview } from "../../protocol/collector/retention.ts";
import type { Facets } from "../../protocol/collector/search.ts";
import { counted } from "../../protocol/counted.ts";
import { afterLifting, retentionSentences, scopeWords } from "../../protocol/retention/retentionWords.ts";
import { element } from "../element.ts";
import { holdCard } from "./holdCard.ts";
import { holdForm } from "./holdForm.ts";
import { liftBar } from "./liftDialog.ts";
import { link, section } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

type Parts = Pick<ViewContext, "api" | "me"> & { readonly filled: URLSearchParams };

/** What is dropped of old records and what is held. Who may hold is the collector's to say. */
export async function retentionView({ api, me, place }: ViewContext): Promise<View> {
  return { title: "Retention", body: await retentionBody({ api, me, filled: place.query }, null) };
}

/** `told`: what just became of a hold. */
async function retentionBody({ api, me, filled }: Parts, told: string | null): Promise<HTMLElement> {
  const admin = me.roles.includes("admin");
  const [overview, facets] = await Promise.all([
    api.get<RetentionOverview>("/v1/retention"),
    admin ? api.get<Facets>("/v1/facets") : null,
  ]);
  const body = element("div", {});
  const again = async (words: string): Promise<void> => {
    const next = await retentionBody({ api, me, filled: new URLSearchParams() }, words);
    body.replaceWith(next);
    next.querySelector<HTMLElement>("[role=status]")?.focus();
  };
  const change = (hold: RetentionHold): HTMLElement | null =>
    admin
      ? liftBar(hold, {
          ...{ api, days: overview.days },
          after: (lifted) =>
            again(`Held no longer: ${scopeWords(lifted, timeText)}. ${afterLifting(overview.days)}`),
        })
      : null;
  const inForce = overview.holds.filter(({ liftedAt }) => liftedAt === null);
  const lifted = overview.holds.filter(({ liftedAt }) => liftedAt !== null);
  body.append(
    ...(told === null ? [] : [element("p", { role: "status", tabindex: "-1", class: "told" }, told)]),
    element(
      "ul",
      { class: "plain" },
      ...retentionSentences(overview, timeText).map((sentence) => element("li", {}, sentence)),
    ),
    element(
      "p",
      {},
      "On record: ",
      onRecord("bodies_dropped", "texts dropped"),
      ", ",
      onRecord("hold_set", "holds set"),
      ", ",
      onRecord("hold_lifted", "holds lifted"),
      ".",
    ),
    section(
      "Holds in force",
      ...(inForce.length === 0
        ? [element("p", { class: "note" }, "Nothing is held.")]
        : inForce.map((hold) => holdCard(hold, change(hold)))),
    ),
  );
  if (facets !== null)
    body.append(
      section(
        "Set a hold",
        element(
          "details",
          { open: ["actor", "connection", "column"].some((name) => filled.has(name)) },
          element("summary", {}, "What no age drops, until the hold is lifted"),
          element(
            "p",
            { class: "note" },
            "It covers what fulfils everything that is filled in, with what cannot be told, from the moment it is set.",
          ),
          holdForm({
            ...{ api, facets: facets.facets, filled },
            after: (hold, found) =>
              again(
                `Kept from now on, however old: ${scopeWords(hold, timeText)}.${found ? "" : " No record is found by that so far. If there should be some, look at how it is spelled."}`,
              ),
          }),
        ),
      ),
    );
  if (lifted.length > 0)
    body.append(
      element(
        "details",
        {},
        element("summary", {}, `${counted(lifted.length, "hold")} lifted`),
        ...lifted.map((hold) => holdCard(hold, null)),
      ),
    );
  return body;
}

const onRecord = (kind: string, words: string): HTMLElement => link(words, ["search"], { kind });
