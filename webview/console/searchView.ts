import { decisionName } from "../../protocol/collector/decisionWords.ts";
import {
  type Facets,
  FILTERS,
  type Filter,
  type FoundRecords,
  type RecordHit,
  type SavedSearch,
} from "../../protocol/collector/search.ts";
import { button, element, icon } from "../element.ts";
import { type Api, ApiError } from "./api.ts";
import { exportBar } from "./exportBar.ts";
import { recordTable } from "./parts.ts";
import { periodOf } from "./period.ts";
import { placeHash } from "./place.ts";
import { savedSearchBar } from "./savedSearchBar.ts";
import { type SearchProblem, searchForm } from "./searchForm.ts";
import { actorWords } from "./suggestedField.ts";
import type { View, ViewContext } from "./view.ts";
import { findingText, kindText, numberText, timeText } from "./words.ts";

const NAMES: Readonly<Record<Filter, string>> = {
  decision: "Decision",
  verdict: "Judged",
  actor: "Who",
  connection: "Connection",
  environment: "Environment",
  type: "Information type",
  table: "Table",
  column: "Column",
  rule: "Rule",
  task: "Task",
  suggestion: "Suggestion",
  model: "Model",
  elevation: "Right",
  approval: "Approval",
  lease: "Login lent",
  kind: "Kind",
  effect: "Effect",
  observed: "Observed policy",
};
const ORDER: readonly Filter[] = [
  "decision",
  "actor",
  "connection",
  "environment",
  "type",
  "table",
  "column",
  "rule",
  "model",
  "task",
  "suggestion",
  "elevation",
  "approval",
  "lease",
  "effect",
  "observed",
  "kind",
  "verdict",
];

/** One search over all records one may read. */
export async function searchView({ api, place }: ViewContext): Promise<View> {
  const asked = askedOf(place.query);
  const [answer, { searches }, actor] = await Promise.all([
    answerTo(api, asked),
    api.get<{ searches: readonly SavedSearch[] }>("/v1/searches"),
    actorWords(api, place.query.get("actor") ?? ""),
  ]);
  const problem = answer.kind === "refused" ? answer.problem : null;
  const body = element(
    "div",
    {},
    searchForm({ api, place, actor, problem }),
    savedSearchBar(api, place, searches),
    chosen(place.query, actor),
    answer.kind === "refused"
      ? element("p", { class: "failed", role: "alert" }, answer.problem.words)
      : element(
          "div",
          { class: "search" },
          facetPanel(answer.facets, place.query),
          element("div", {}, exportBar(api, asked), resultList(api, asked, answer.found)),
        ),
  );
  return { title: "Search", body };
}

type Answer =
  | { readonly kind: "found"; readonly found: FoundRecords; readonly facets: Facets }
  | { readonly kind: "refused"; readonly problem: SearchProblem };

/** What was found, or which part of the search is not understood: that is told beside the form. */
async function answerTo(api: Api, asked: URLSearchParams): Promise<Answer> {
  try {
    const [found, facets] = await Promise.all([
      api.get<FoundRecords>("/v1/search", asked),
      api.get<Facets>("/v1/facets", asked),
    ]);
    return { kind: "found", found, facets };
  } catch (error) {
    if (!(error instanceof ApiError) || error.field === undefined) throw error;
    return { kind: "refused", problem: { field: error.field, words: error.message } };
  }
}

/** Records with a way to more of them. */
function resultList(api: Api, asked: URLSearchParams, found: FoundRecords): HTMLElement {
  const results = element("div", { class: "results" });
  const records: RecordHit[] = [];
  const show = (page: FoundRecords): void => {
    records.push(...page.records);
    const { next } = page;
    const more = next === null ? null : button("Show More", "secondary", () => void load(next));
    results.replaceChildren(
      element("p", { class: "note", role: "status" }, countWords(records.length, page)),
      recordTable("Records found", records),
      ...(more === null ? [] : [more]),
    );
  };
  const load = async (cursor: string): Promise<void> => {
    const query = new URLSearchParams(asked);
    query.set("cursor", cursor);
    const shown = records.length;
    show(await api.get<FoundRecords>("/v1/search", query));
    results.querySelectorAll<HTMLElement>("tbody tr a")[shown]?.focus();
  };
  show(found);
  return results;
}

/** The page's query as the collector understands it. */
function askedOf(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams();
  for (const name of [...FILTERS, "text", "risk", "from", "to"]) {
    const value = query.get(name);
    if (value !== null && value !== "") asked.set(name, value);
  }
  const period = query.get("period");
  const timed = asked.has("from") || asked.has("to");
  if (!timed && period !== null && period !== "all") asked.set("from", periodOf(period).from);
  return asked;
}

function countWords(shown: number, { next, searchedTo, textsDroppedTo }: FoundRecords): string {
  const gone =
    textsDroppedTo === null ? "" : ` Texts of records up to ${timeText(textsDroppedTo)} were dropped.`;
  if (searchedTo !== null)
    return `${numberText(shown)} found so far; looked through everything since ${timeText(searchedTo)}.${gone}`;
  return `${next === null ? "" : "The newest "}${numberText(shown)} records.${gone}`;
}

/** Filters in force, each with a link that takes it away. */
function chosen(query: URLSearchParams, actor: string): HTMLElement {
  return element(
    "ul",
    { class: "chosen", "aria-label": "Filters in force" },
    ...ORDER.flatMap((filter) => {
      const value = query.get(filter);
      if (value === null || value === "") return [];
      const words = `${NAMES[filter]}: ${filter === "actor" ? actor : valueText(filter, value)}`;
      return [
        element(
          "li",
          {},
          element(
            "a",
            { href: narrowed(query, filter, ""), "aria-label": `Remove ${words}` },
            words,
            " ",
            icon("close"),
          ),
        ),
      ];
    }),
  );
}

function facetPanel({ facets, counted, more }: Facets, query: URLSearchParams): HTMLElement {
  return element(
    "nav",
    { class: "facets", "aria-label": "Narrow the search" },
    ...ORDER.flatMap((filter) => {
      const values = facets[filter];
      if (values.length === 0 || query.has(filter) || filter === "verdict") return [];
      return [
        element("h2", {}, NAMES[filter]),
        element(
          "ul",
          {},
          ...values.map(({ value, name, count }) =>
            element(
              "li",
              {},
              element("a", { href: narrowed(query, filter, value), title: value }, valueText(filter, name)),
              element("span", { class: "note" }, numberText(count)),
            ),
          ),
        ),
      ];
    }),
    element(
      "p",
      { class: "note" },
      more ? `Of the newest ${numberText(counted)}.` : `Of ${numberText(counted)}.`,
    ),
  );
}

/** The search with one filter set, or taken away. */
function narrowed(query: URLSearchParams, filter: Filter, value: string): string {
  const other = new URLSearchParams(query);
  other.set(filter, value);
  return placeHash(["search"], other);
}

function valueText(filter: Filter, value: string): string {
  if (filter === "decision") return decisionName(value);
  if (filter === "verdict") return findingText(value);
  return filter === "kind" ? kindText(value) : value;
}
