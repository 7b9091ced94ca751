import { element } from "../element.ts";
import { type Place, placeHash } from "./place.ts";

const PERIODS = [
  ["all", "Any time"],
  ["day", "Last 24 hours"],
  ["week", "Last 7 days"],
  ["month", "Last 30 days"],
  ["quarter", "Last 90 days"],
  ["year", "Last 365 days"],
] as const;

/** Words to look for in statements, a column, the risk and the time. */
export function searchForm({ query }: Place): HTMLElement {
  const text = field("Text in statements", query.get("text") ?? "", "Words of a statement");
  const column = field("Column", query.get("column") ?? "", "schema.table.column");
  const risk = field("Risk from", query.get("risk") ?? "", "Risk from (0–100)");
  const period = element("vscode-dropdown", { "aria-label": "Time" });
  for (const [id, name] of PERIODS)
    period.append(
      element("vscode-option", { value: id, selected: id === (query.get("period") ?? "all") }, name),
    );
  const go = element("vscode-button", { type: "submit", appearance: "primary" }, "Search");
  const form = element("form", { class: "bar", role: "search" }, text, column, risk, period, go);
  const search = (): void => {
    const other = new URLSearchParams(query);
    for (const [name, value] of Object.entries({
      text: text.value.trim(),
      column: column.value.trim(),
      risk: risk.value.trim(),
      period: period.value,
    }))
      other.set(name, value);
    location.hash = placeHash(["search"], other);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  // The toolkit's controls are no form controls of their own where the form is in a shadow tree's page.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target !== period && event.target !== go) search();
  });
  go.addEventListener("click", search);
  return form;
}

function field(label: string, value: string, placeholder: string) {
  const made = element("vscode-text-field", { placeholder }, label);
  made.setAttribute("value", value);
  return made;
}
