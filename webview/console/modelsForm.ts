import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { choiceField } from "./choiceField.ts";
import { PERIOD_CHOICES } from "./period.ts";
import { type Place, placeHash } from "./place.ts";
import { suggestedField } from "./suggestedField.ts";

/** What is asked about models, also of what no line names: has any model been shown a payment card from production? */
export function modelsForm(api: Api, { query }: Place): HTMLElement {
  const given = (name: string): string => query.get(name) ?? "";
  const fields = {
    model: suggestedField(api, { filter: "model", label: "Model", value: given("model") }),
    type: suggestedField(api, {
      filter: "type",
      label: "Information type",
      value: given("type"),
      hint: "Such as payment_card.",
    }),
    environment: suggestedField(api, {
      filter: "environment",
      label: "Environment",
      value: given("environment"),
    }),
    period: choiceField({
      ...{ id: "models-period", label: "Time, by whole days", value: given("period") || "all" },
      choices: PERIOD_CHOICES,
    }),
  };
  const ask = (): void => {
    const asked = Object.entries(fields).map(([name, { control }]) => [name, control.value.trim()]);
    location.hash = placeHash(["models"], new URLSearchParams(asked.filter(([, value]) => value !== "")));
  };
  const form = element(
    "form",
    { class: "fields", role: "search", "aria-label": "What models were shown" },
    ...Object.values(fields).map(({ shown }) => shown),
    element(
      "div",
      { class: "bar" },
      button("Show", "primary", ask),
      element("a", { href: "#/models" }, "Show all"),
    ),
  );
  // The toolkit's button submits no form by itself.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    ask();
  });
  return form;
}
