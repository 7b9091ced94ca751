import { infoType } from "../taxonomy/taxonomy.ts";
import { findStructured } from "./findInText.ts";
import { LONGEST_CELL } from "./redactCell.ts";
import { withoutSpans } from "./textSpans.ts";

/** No key, card or address is shorter. */
const SHORTEST = 6;
/** Anything that is looked for has one of these. */
const MAYBE = /@|\d[ -]?\d{3}|[\w/+-]{16}|-----|:\/\//;
const STRAYS: ReadonlySet<string> = new Set(["email", "payment_card", "iban", "us_ssn"]);

/**
 * A value of a column that is taken for ordinary, without what plainly is something else: keys and passwords, cards,
 * account numbers and e-mail addresses that came in since anybody looked. A bare number is what its column is.
 */
export function withoutStrays(value: string): string {
  if (value.length < SHORTEST || value.length > LONGEST_CELL || !MAYBE.test(value)) return value;
  if (/^\d+$/.test(value)) return value;
  const found = findStructured(value).filter(
    ({ infoType: type }) => STRAYS.has(type) || infoType(type).category === "credential",
  );
  return found.length === 0
    ? value
    : withoutSpans(
        value,
        found.map(({ start, end, infoType: what }) => ({ start, end, what })),
      );
}
