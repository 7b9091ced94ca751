import { Refusal } from "../refusal.ts";

export interface WithQuery {
  /** As it was read from the address: a text by each name, or several. */
  readonly request: { readonly query: unknown };
}

/** A parameter that nobody reads would be taken for one that narrows. @throws Refusal that names it. */
export function checkQuery({ request: { query } }: WithQuery, known: readonly string[]): void {
  if (typeof query !== "object" || query === null) return;
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name))
      throw new Refusal(
        "bad-request",
        `There is no parameter "${name.slice(0, 40)}".`,
        `It may have: ${known.join(", ")}.`,
        { field: name.slice(0, 40) },
      );
    if (typeof value !== "string")
      throw new Refusal("bad-request", `"${name}" is given more than once.`, "Give it once.", {
        field: name,
      });
  }
}
