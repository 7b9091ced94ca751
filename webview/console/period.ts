import { element } from "../element.ts";
import { type Place, placeHash } from "./place.ts";

const HOUR = 3_600_000;

const PERIODS = [
  { id: "day", name: "24 hours", hours: 24 },
  { id: "week", name: "7 days", hours: 7 * 24 },
  { id: "month", name: "30 days", hours: 30 * 24 },
  { id: "quarter", name: "90 days", hours: 90 * 24 },
  { id: "year", name: "365 days", hours: 365 * 24 },
] as const;

/** As a form offers them, any time first. */
export const PERIOD_CHOICES: readonly (readonly [value: string, name: string])[] = [
  ["all", "Any time"],
  ...PERIODS.map(({ id, name }) => [id, `Last ${name}`] as const),
];

/** The period of that name, a week where there is none; `from` as ISO 8601. */
export function periodOf(id: string | null): { readonly id: string; readonly from: string } {
  const { id: known, hours } = PERIODS.find((period) => period.id === id) ?? PERIODS[1];
  return { id: known, from: new Date(Date.now() - hours * HOUR).toISOString() };
}

/** Links to the same place for each period. */
export function periodChooser({ path, query }: Place): HTMLElement {
  const { id: now } = periodOf(query.get("period"));
  return element(
    "nav",
    { class: "periods", "aria-label": "Period" },
    ...PERIODS.map(({ id, name }) => {
      const other = new URLSearchParams(query);
      other.set("period", id);
      return element(
        "a",
        { href: placeHash(path, other), ...(id === now ? { "aria-current": "true" } : {}) },
        name,
      );
    }),
  );
}
