import { decisionName } from "../../protocol/collector/decisionWords.ts";
import { DECISIONS } from "../../protocol/collector/search.ts";
import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { choiceField } from "./choiceField.ts";
import { type FormField, formField } from "./formField.ts";
import { type Place, placeHash } from "./place.ts";
import { type Resolved, suggestedField } from "./suggestedField.ts";

const PERIODS = [
  ["all", "Any time"],
  ["day", "Last 24 hours"],
  ["week", "Last 7 days"],
  ["month", "Last 30 days"],
  ["quarter", "Last 90 days"],
  ["year", "Last 365 days"],
  ["between", "From and to"],
] as const;

/** What the collector, or this page, does not understand of a search. */
export interface SearchProblem {
  /** Parameter of the search. */
  readonly field: string;
  readonly words: string;
}

interface Parts {
  readonly api: Api;
  readonly place: Place;
  /** As the person who is looked for is called. */
  readonly actor: string;
  readonly problem: SearchProblem | null;
}

/** Every dimension of a search, each with what is wrong with it. What is asked for is the page's address. */
export function searchForm({ api, place: { query }, actor, problem }: Parts): HTMLElement {
  const given = (name: string): string => query.get(name) ?? "";
  const typed = [
    suggestedField(api, { filter: "actor", label: "Who", value: actor, hint: "A name, or an identity." }),
    suggestedField(api, { filter: "connection", label: "Connection", value: given("connection") }),
    suggestedField(api, { filter: "table", label: "Table", value: given("table"), hint: "schema.table" }),
    suggestedField(api, {
      filter: "column",
      label: "Column",
      value: given("column"),
      hint: "schema.table.column",
    }),
    suggestedField(api, {
      filter: "type",
      label: "Information type",
      value: given("type"),
      hint: "Such as email.",
    }),
    suggestedField(api, { filter: "rule", label: "Rule", value: given("rule") }),
  ] as const;
  const [who, connection, table, column, type, rule] = typed;
  const text = formField({ id: "search-text", label: "Text in statements", value: given("text") });
  const risk = formField({ id: "search-risk", label: "Risk from", value: given("risk"), hint: "0 to 100." });
  const decision = choiceField({
    ...{ id: "search-decision", label: "Decision", value: given("decision") },
    choices: [["", "Any"], ...DECISIONS.map((kind) => [kind, decisionName(kind)] as const)],
  });
  const between = given("from") !== "" || given("to") !== "";
  const period = choiceField({
    ...{ id: "search-period", label: "Time", value: between ? "between" : given("period") || "all" },
    choices: PERIODS,
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [from, to] = [
    momentField("search-from", "From", given("from"), `In your own time, ${zone}.`),
    momentField("search-to", "Before", given("to"), `In your own time, ${zone}.`),
  ];
  period.control.addEventListener("change", () => {
    if (period.control.value !== "between") for (const { field } of [from, to]) field.control.value = "";
  });
  for (const { field } of [from, to])
    field.control.addEventListener("input", () => {
      period.control.value = "between";
    });
  const fields: Readonly<Record<string, Pick<FormField, "tell"> & { readonly control: HTMLElement }>> = {
    ...{ text, actor: who, connection, table, column, type, rule, decision, risk },
    ...{ from: from.field, to: to.field },
  };
  const tell = ({ field, words }: SearchProblem): void => {
    fields[field]?.tell(words);
    fields[field]?.control.focus();
  };
  const search = async (): Promise<void> => {
    for (const each of Object.values(fields)) each.tell(null);
    const wrong =
      (from.isHalfTyped() ? { field: "from", words: "This is no complete time." } : null) ??
      (to.isHalfTyped() ? { field: "to", words: "This is no complete time." } : null) ??
      (isRisk(risk.control.value.trim())
        ? null
        : { field: "risk", words: "This is no number from 0 to 100." });
    if (wrong !== null) return tell(wrong);
    const asked = await Promise.all(typed.map(({ resolved }) => resolved()));
    const unclear = asked.find((each) => each.kind === "unclear");
    if (unclear !== undefined) return tell({ field: "actor", words: unclear.words });
    const [actorAsked, connectionAsked, tableAsked, columnAsked, typeAsked, ruleAsked] =
      asked.map(chosenValue);
    const timed = from.value() !== "" || to.value() !== "";
    const other = new URLSearchParams(query);
    for (const [name, value] of Object.entries({
      ...{ actor: actorAsked, connection: connectionAsked, table: tableAsked, column: columnAsked },
      ...{ type: typeAsked, rule: ruleAsked, decision: decision.control.value },
      ...{ text: text.control.value.trim(), risk: risk.control.value.trim() },
      ...{
        from: from.value(),
        to: to.value(),
        period: timed || period.control.value === "between" ? "" : period.control.value,
      },
    }))
      other.set(name, value ?? "");
    goTo(placeHash(["search"], other));
  };
  const form = element(
    "form",
    { class: "fields", role: "search", "aria-label": "Search records" },
    ...[text, who, connection, table, column, type, rule, decision, risk, period].map(({ shown }) => shown),
    ...[from, to].map(({ field }) => field.shown),
    element(
      "div",
      { class: "bar" },
      button("Search", "primary", () => void search()),
      element("a", { href: "#/search" }, "Begin anew"),
    ),
  );
  // The toolkit's button submits no form by itself.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void search();
  });
  if (problem !== null) fields[problem.field]?.tell(problem.words);
  return form;
}

const chosenValue = (resolved: Resolved): string => (resolved.kind === "value" ? resolved.value : "");

const isRisk = (text: string): boolean => text === "" || (/^[0-9]{1,3}$/.test(text) && Number(text) <= 100);

/** The same search again asks again. */
function goTo(hash: string): void {
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}

/** A moment in the reader's own zone, and in the address as everybody understands it. */
function momentField(id: string, label: string, value: string, hint: string) {
  const field = formField({ id, label, type: "datetime-local", value: localText(value), hint });
  field.control.step = "1";
  const before = field.control.value;
  return {
    field,
    isHalfTyped: (): boolean => field.control.validity.badInput,
    /** What stands in the address, untouched, is not rounded. */
    value: (): string => {
      const now = field.control.value;
      if (now === before) return value;
      return now === "" ? "" : new Date(now).toISOString();
    },
  };
}

/** As a field for a time takes it; empty where it is none. */
function localText(moment: string): string {
  const at = new Date(moment);
  if (moment === "" || Number.isNaN(at.getTime())) return "";
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [String(at.getFullYear()).padStart(4, "0"), two(at.getMonth() + 1), two(at.getDate())].join(
    "-",
  );
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}
