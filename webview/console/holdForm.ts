import type { RetentionHold } from "../../protocol/collector/retention.ts";
import type { Facets, FoundRecords } from "../../protocol/collector/search.ts";
import { holdSearch } from "../../protocol/retention/holdSearch.ts";
import { button, element } from "../element.ts";
import { type Api, ApiError } from "./api.ts";
import { type FormField, formField } from "./formField.ts";

/** What is sent; null for what does not narrow. */
type Order = RetentionHold["scope"] & { readonly reason: string };
type Fields = Readonly<Record<keyof Order, FormField>>;

interface Parts {
  readonly api: Api;
  /** Whom and what is recorded, to choose from. */
  readonly facets: Facets["facets"];
  /** What another page has filled in. */
  readonly filled: URLSearchParams;
  /** Told of the hold, and whether anything recorded is found by it. */
  readonly after: (hold: RetentionHold, found: boolean) => Promise<void>;
}

/** Fields for a hold. What is wrong with one is the collector's to say, and is said at the field. */
export function holdForm({ api, facets, filled, after }: Parts): HTMLElement {
  const fields = fieldsOf(facets, filled);
  const everything = element("input", { type: "checkbox", id: "hold-everything" });
  const told = element("p", { class: "failed", role: "alert" });
  let busy = false;
  const send = async (): Promise<void> => {
    for (const field of Object.values(fields)) field.tell(null);
    told.textContent = "";
    const wrong = halfTyped(fields) ?? unclear(fields, everything);
    if (wrong !== null) return tellAt(wrong.at, wrong.words, told);
    try {
      const hold = await api.send<RetentionHold>("POST", "/v1/retention/holds", orderOf(fields));
      await after(hold, await isFound(api, hold));
    } catch (error) {
      const at = error instanceof ApiError ? Object.entries(fields).find(([id]) => id === error.field) : null;
      tellAt(at?.[1] ?? null, error instanceof Error ? error.message : String(error), told);
    }
  };
  /** A second press while the first is on its way would set a second hold. */
  const once = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    await send();
    busy = false;
  };
  const form = element(
    "form",
    { class: "fields", "aria-label": "Set a hold" },
    ...[fields.actor, fields.connection, fields.column, fields.from, fields.to].map(({ shown }) => shown),
    element(
      "div",
      { class: "field" },
      element("label", { class: "check" }, everything, " Everything there is"),
      element("span", { class: "note" }, "For a hold that nothing narrows."),
    ),
    element("div", { class: "wide" }, fields.reason.shown),
    element(
      "div",
      { class: "bar" },
      button("Set Hold", "primary", () => void once()),
    ),
    told,
  );
  // The toolkit's button submits no form by itself.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void once();
  });
  return form;
}

function fieldsOf(facets: Facets["facets"], filled: URLSearchParams): Fields {
  const given = (name: string): string => filled.get(name) ?? "";
  return {
    actor: formField({
      ...{ id: "hold-actor", label: "Person or program", value: given("actor"), known: facets.actor },
      hint: "Their identity, as their page shows it. Programs that act for a person are held with them.",
    }),
    connection: formField({
      ...{ id: "hold-connection", label: "Connection", value: given("connection") },
      ...{ known: facets.connection, hint: "Its name, as records show it." },
    }),
    column: formField({
      ...{ id: "hold-column", label: "Column or table", value: given("column") },
      hint: "schema.table.column, or schema.table for all of its columns.",
    }),
    from: formField({ id: "hold-from", label: "From", type: "date", hint: "This day, in your own time." }),
    to: formField({ id: "hold-to", label: "To", type: "date", hint: "Up to the end of this day." }),
    reason: formField({ id: "hold-reason", label: "Reason", hint: "Such as the case it is for. On record." }),
  };
}

interface Wrong {
  readonly at: FormField | null;
  readonly words: string;
}

/** A browser takes a day that was not typed to its end for none. */
function halfTyped({ from, to }: Fields): Wrong | null {
  const at = [from, to].find(({ control }) => control.validity.badInput);
  return at === undefined ? null : { at, words: "This is no complete day." };
}

/** A field that was forgotten would be a hold on all. */
function unclear(fields: Fields, everything: HTMLInputElement): Wrong | null {
  const { reason: _, ...scope } = orderOf(fields);
  const narrowed = Object.values(scope).some((part) => part !== null);
  if (narrowed !== everything.checked) return null;
  const words = narrowed
    ? "Everything is ticked, and something narrows the hold: take one of them away."
    : "Nothing narrows this hold: fill in what it is about, or tick that it covers everything there is.";
  return { at: narrowed ? null : fields.actor, words };
}

function tellAt(field: FormField | null, words: string, told: HTMLElement): void {
  if (field === null) {
    told.textContent = words;
    return;
  }
  field.tell(words);
  field.control.focus();
}

function orderOf(fields: Fields): Order {
  const text = ({ control }: FormField): string | null =>
    control.value.trim() === "" ? null : control.value.trim();
  return {
    actor: text(fields.actor),
    connection: text(fields.connection),
    column: text(fields.column),
    from: moment(text(fields.from), "00:00:00.000"),
    to: moment(text(fields.to), "23:59:59.999"),
    reason: text(fields.reason) ?? "",
  };
}

/** A moment of a day in the reader's own zone; what is no day goes as it is, for the collector to refuse. */
function moment(day: string | null, time: string): string | null {
  if (day === null) return null;
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) ? day : at.toISOString();
}

/** The hold stands already: where nobody can tell, nothing is said of it. */
async function isFound(api: Api, { scope }: RetentionHold): Promise<boolean> {
  const query = { ...holdSearch(scope), limit: "1" };
  const found = await api.get<FoundRecords>("/v1/search", query).catch(() => null);
  return found?.records.length !== 0;
}
