import { element } from "../element.ts";

interface Wish {
  /** Unique on its page. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Values with their names. */
  readonly choices: readonly (readonly [value: string, name: string])[];
}

/** A field of a form with a few values to choose from. */
export function choiceField({ id, label, value, choices }: Wish) {
  const problem = element("span", { id: `${id}-problem`, class: "failed" });
  const control = element(
    "select",
    { id, "aria-describedby": `${id}-problem` },
    ...choices.map(([each, name]) => element("option", { value: each, selected: each === value }, name)),
  );
  const shown = element("div", { class: "field" }, element("label", { for: id }, label), control, problem);
  const tell = (words: string | null): void => {
    problem.textContent = words ?? "";
    control.setAttribute("aria-invalid", String(words !== null));
  };
  return { shown, control, tell };
}
