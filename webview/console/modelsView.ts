import type { Influence } from "../../protocol/behaviour/influence.ts";
import type {
  FilteredByModel,
  ModelsSeen,
  SeenByModel,
  SuggestionsMade,
} from "../../protocol/collector/behaviour.ts";
import { counted } from "../../protocol/counted.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import { modelsForm } from "./modelsForm.ts";
import { behindNote, environmentMark, link, section, statementLine, table } from "./parts.ts";
import { periodOf } from "./period.ts";
import { placeHash } from "./place.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText, timeText } from "./words.ts";

const NARROWED = ["model", "type", "environment"] as const;

/** What each AI model has been shown, by label, and the records that prove it. */
export async function modelsView({ api, place }: ViewContext): Promise<View> {
  const asked = new URLSearchParams();
  for (const name of NARROWED) {
    const value = place.query.get(name);
    if (value !== null && value !== "") asked.set(name, value);
  }
  const period = place.query.get("period");
  if (period !== null && period !== "all") asked.set("from", periodOf(period).from);
  const narrowed = [...asked.keys()].length > 0;
  const [{ exposures, filtered, complete, missed, since, upTo }, { suggestions, next }] = await Promise.all([
    api.get<ModelsSeen>("/v1/models", asked),
    api.get<SuggestionsMade>("/v1/suggestions", { limit: "50" }),
  ]);
  const only = (name: (typeof NARROWED)[number], value: string): HTMLElement => {
    const query = new URLSearchParams(place.query);
    query.set(name, value);
    return element("a", { href: placeHash(["models"], query) }, visibleText(value));
  };
  const whole = since === null && complete && upTo.counted >= upTo.size;
  const body = element(
    "div",
    {},
    element(
      "p",
      { class: "note" },
      "Every result of an AI agent's statement is shown to its model. What is counted here are labels and rows, of every record in the log; values are on no record.",
    ),
    behindNote(upTo),
    modelsForm(api, place),
    complete
      ? null
      : element("p", { class: "failed" }, "There are more lines than are shown here: narrow the search."),
    since === null
      ? null
      : element(
          "p",
          { class: "failed" },
          `Whole for what came after ${timeText(since)}: the texts of ${counted(missed, "statement")} of AI agents up to then were dropped before they were counted, and what those showed cannot be told any more.`,
        ),
    section(
      "Shown to models",
      table(
        "What models were shown",
        [
          ...["Model", "Type", "Level", "Where", "Statements", "Rows unmasked", "Rows masked", "Masks"],
          ...["First", "Last", "Columns"],
        ],
        exposures.map((one) => [
          only("model", one.model),
          only("type", one.infoType),
          one.level,
          environmentMark(one.environment),
          behind(one, period),
          numberText(one.shownRows),
          numberText(one.maskedRows),
          one.masks.join(", "),
          proof(one.first),
          proof(one.last),
          columnsOf(one),
        ]),
        noneWords(whole, narrowed),
      ),
    ),
    filtered.length === 0
      ? null
      : section(
          "Asked about, not shown",
          element(
            "p",
            { class: "note" },
            "Results that were chosen, or counted, by data that did not stand in them.",
          ),
          table(
            "What models asked about",
            ["Model", "Type", "Level", "Where", "Statements", "First", "Last"],
            filtered.map((one) => [
              only("model", one.model),
              only("type", one.infoType),
              one.level,
              environmentMark(one.environment),
              behind(one, period),
              proof(one.first),
              proof(one.last),
            ]),
          ),
        ),
    section(
      "What suggestions led to",
      next === null
        ? null
        : element("p", { class: "note" }, `The newest ${suggestions.length}, of every model and time.`),
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

/** Link to the records behind a line: the statements of this model that touched this kind of data there. */
const behind = (line: FilteredByModel, period: string | null): HTMLElement =>
  link(numberText(line.statements), ["search"], {
    kind: "intent",
    model: line.model,
    type: line.infoType,
    environment: line.environment,
    period: period ?? "all",
  });

function noneWords(whole: boolean, narrowed: boolean): string {
  if (!whole) return "None in what could be counted.";
  return narrowed ? "No model has been shown any of this." : "No model has been shown any labelled data.";
}

const columnsOf = ({ columns, moreColumns }: SeenByModel): string =>
  `${columns.join(", ")}${moreColumns === 0 ? "" : `, and ${numberText(moreColumns)} more`}`;

const proof = ({ chain, seq, hash, at }: FilteredByModel["first"]): HTMLElement =>
  element("span", { title: hash }, chain === null ? "" : link(timeText(at), ["records", chain, String(seq)]));

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
    statementLine(statement),
  ];
}
