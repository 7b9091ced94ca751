import type { FacetValue, Filter } from "../../protocol/collector/search.ts";
import type { Api } from "./api.ts";
import { type FormField, formField } from "./formField.ts";

/** What is asked for by a filter: an empty value for nothing, or why nobody can tell. */
export type Resolved =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "unclear"; readonly words: string };

export interface SuggestedField extends FormField {
  /** The value behind what was typed: people are typed by their names. */
  readonly resolved: () => Promise<Resolved>;
}

interface Wish {
  readonly filter: Filter;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
}

const PAUSE_MS = 200;

/** A field that offers what is on record while somebody types. */
export function suggestedField(api: Api, { filter, label, hint, value }: Wish): SuggestedField {
  const field = formField({
    ...{ id: `search-${filter}`, label, value, known: [] },
    ...(hint === undefined ? {} : { hint }),
  });
  const { control } = field;
  let byWords: ReadonlyMap<string, string> = new Map();
  /** Counts what was asked, so that a slow answer never covers a later one. */
  let latest = 0;
  const offer = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    const values = await like(api, filter, control.value.trim()).catch(() => null);
    if (values === null || mine !== latest) return;
    byWords = worded(values);
    field.offer([...byWords.keys()]);
  };
  let pause: ReturnType<typeof setTimeout> | undefined;
  control.addEventListener("focus", () => void offer());
  control.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => void offer(), PAUSE_MS);
  });
  const resolved = async (): Promise<Resolved> => {
    const typed = control.value.trim();
    const known = byWords.get(typed);
    if (known !== undefined) return { kind: "value", value: known };
    return typed === "" || filter !== "actor" ? { kind: "value", value: typed } : actorCalled(api, typed);
  };
  return { ...field, resolved };
}

/** The name somebody goes by; the identity itself where none is on record. */
export async function actorWords(api: Api, id: string): Promise<string> {
  if (id === "") return id;
  const values = await like(api, "actor", id).catch(() => []);
  return values.find(({ value }) => value === id)?.name ?? id;
}

async function actorCalled(api: Api, typed: string): Promise<Resolved> {
  const values = await like(api, "actor", typed);
  const [named, ...others] = values.filter(
    ({ value, name }) => value === typed || name.toLowerCase() === typed.toLowerCase(),
  );
  if (named !== undefined && others.length === 0) return { kind: "value", value: named.value };
  // An identity that nobody has been recorded under is still one to ask for.
  if (named === undefined && typed.includes("|")) return { kind: "value", value: typed };
  const words =
    named === undefined
      ? "Nobody of this name is on record. Choose one of those offered."
      : "Several go by this name. Choose one of those offered.";
  return { kind: "unclear", words };
}

const like = async (api: Api, filter: Filter, text: string): Promise<readonly FacetValue[]> =>
  (await api.get<{ values: readonly FacetValue[] }>("/v1/terms", { filter, text })).values;

/** Values by what they are offered as; the same name of two is told apart by the value. */
function worded(values: readonly FacetValue[]): ReadonlyMap<string, string> {
  const often = new Map<string, number>();
  for (const { name } of values) often.set(name, (often.get(name) ?? 0) + 1);
  return new Map(
    values.map(({ value, name }) => [often.get(name) === 1 ? name : `${name} (${value})`, value]),
  );
}
