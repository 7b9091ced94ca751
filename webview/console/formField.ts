import { element } from "../element.ts";

/** One field of a form: its label, its control, what it takes, and what is wrong with it. */
export interface FormField {
  readonly shown: HTMLElement;
  readonly control: HTMLInputElement;
  /** Says what is wrong, at the field and to who cannot see it; null takes that away. */
  readonly tell: (problem: string | null) => void;
  /** Offers other values while somebody types, where it offers any. */
  readonly offer: (values: readonly string[]) => void;
}

interface Wish {
  /** Unique on its page. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?: "text" | "date" | "datetime-local";
  /** Offered while somebody types; anything else may be typed. */
  readonly known?: readonly { readonly value: string; readonly name: string }[];
}

/** A field whose errors stand under it. */
export function formField({ id, label, hint = "", value = "", type = "text", known }: Wish): FormField {
  const [hintId, problemId, listId] = [`${id}-hint`, `${id}-problem`, `${id}-known`];
  const control = element("input", {
    ...{ id, type, value, autocomplete: "off", spellcheck: "false" },
    "aria-describedby": hint === "" ? problemId : `${problemId} ${hintId}`,
    list: known === undefined ? undefined : listId,
  });
  const list = element("datalist", { id: listId });
  list.append(...(known ?? []).map((one) => element("option", { value: one.value }, one.name)));
  const problem = element("span", { id: problemId, class: "failed" });
  const shown = element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    control,
    known === undefined ? null : list,
    problem,
    hint === "" ? null : element("span", { id: hintId, class: "note" }, hint),
  );
  const tell = (words: string | null): void => {
    problem.textContent = words ?? "";
    control.setAttribute("aria-invalid", String(words !== null));
  };
  const offer = (values: readonly string[]): void =>
    list.replaceChildren(...values.map((each) => element("option", { value: each })));
  return { shown, control, tell, offer };
}
