import type { Influence } from "../../protocol/behaviour/influence.ts";
import type { ModelsSeen, SuggestionsMade } from "../../protocol/collector/behaviour.ts";
import { counted } from "../../protocol/counted.ts";
import { element } from "../element.ts";
import { environmentMark, link, section, table } from "./parts.ts";
import { periodOf } from "./period.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText, timeText } from "./words.ts";

/** What each AI model has been shown, by label, and the records that prove it. */
export async function modelsView({ api, place }: ViewContext): Promise<View> {
  const asked = new URLSearchParams();
  for (const name of ["type", "environment"]) {
    const value = place.query.get(name);
    if (value !== null && value !== "") asked.set(name, value);
  }
  const period = place.query.get("period");
  if (period !== null && period !== "all") asked.set("from", periodOf(period).from);
  const [{ exposures, looked, complete, dropped }, { suggestions }] = await Promise.all([
    api.get<ModelsSeen>("/v1/models", asked),
    api.get<SuggestionsMade>("/v1/suggestions", { limit: "50" }),
  ]);
  const proof = ({ chain, seq, hash, at }: ModelsSeen["exposures"][number]["first"]): HTMLElement =>
    element(
      "span",
      { title: hash },
      chain === null ? timeText(at) : link(timeText(at), ["records", chain, String(seq)]),
    );
  const body = element(
    "div",
    {},
    element(
      "p",
      { class: "note" },
      "Every result of an AI agent's statement is shown to its model. What is counted here are labels and rows; values are on no record.",
    ),
    complete
      ? null
      : element(
          "p",
          { class: "failed" },
          "There are more statements than were looked at: narrow the search.",
        ),
    dropped === 0
      ? null
      : element(
          "p",
          { class: "failed" },
          `Retention dropped the texts of ${counted(dropped, "statement")}: what they showed cannot be told any more.`,
        ),
    section(
      "Shown to models",
      table(
        "What models were shown",
        [
          "Model",
          "Type",
          "Level",
          "Where",
          "Rows as it is",
          "Rows masked",
          "Masks",
          "First",
          "Last",
          "Columns",
        ],
        exposures.map((one) => [
          one.model,
          link(one.infoType, ["models"], { type: one.infoType }),
          one.level,
          environmentMark(one.environment),
          numberText(one.shownRows),
          numberText(one.maskedRows),
          one.masks.join(", "),
          proof(one.first),
          proof(one.last),
          one.columns.join(", "),
        ]),
        dropped === 0 && complete
          ? "No model has been shown any labelled data."
          : "None in what could be looked at.",
      ),
    ),
    element(
      "p",
      { class: "note" },
      `Of ${numberText(looked)} statement${looked === 1 ? "" : "s"} of AI agents.`,
    ),
    section(
      "What suggestions led to",
      table(
        "Suggestions of models",
        ["Suggested", "Model", "Decided", "Ran", "Changed", "Statement"],
        suggestions.map(({ chain, influence }) => suggestionCells(chain, influence)),
        "No model has suggested anything.",
      ),
    ),
  );
  return { title: "AI models", body };
}

function suggestionCells(chain: string, { made, model, decided, runs, statement }: Influence) {
  const ran = runs.flatMap(({ record }, position) => [
    position === 0 ? "" : ", ",
    link(`record ${record.seq}`, ["records", chain, String(record.seq)]),
  ]);
  const changed = runs.map(
    ({ affected, writes }) =>
      `${numberText(affected ?? 0)} rows${writes.length === 0 ? "" : ` of ${writes.join(", ")}`}`,
  );
  return [
    link(timeText(made.at), ["records", chain, String(made.seq)]),
    model,
    decided === null
      ? "not yet"
      : `${decided.decision}${decided.changed ? ", changed" : ""} by ${decided.by}`,
    element("span", {}, ...ran),
    changed.join("; "),
    element("code", { class: "statement" }, statement),
  ];
}
