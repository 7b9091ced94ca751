import type { MaskKind } from "../../protocol/label.ts";
import { maskPlanLine } from "./planLine.ts";

/** What stands for a hidden value; of one length, so that it tells nothing of the value's own. */
export const HIDDEN = "••••••";

/** Longest text a partial mask looks at. */
const BOUND = 512;

/**
 * Hides a value in its text form. NULL stays NULL under every mask: whether something is known is told, what it
 * is not. A value that does not have the shape its mask counts on is hidden in full.
 */
export function maskValue(kind: MaskKind, value: string | null): string | null {
  if (value === null) return null;
  if (kind === "plan") return maskPlanLine(value);
  if (value.length > BOUND) return kind === "null" ? null : HIDDEN;
  switch (kind) {
    case "full":
      return HIDDEN;
    case "null":
      return null;
    case "last4":
      return last4(value);
    case "email":
      return email(value);
    case "initials":
      return initials(value);
    case "phone":
      return phone(value);
    case "year":
      return year(value);
    case "bucket":
      return bucket(value);
    case "network":
      return network(value);
    case "partial":
      return partial(value);
  }
}

/** The last four of at least ten letters and digits. */
function last4(value: string): string {
  const significant = value.replace(/[^\p{L}\p{N}]/gu, "");
  return significant.length < 10 ? HIDDEN : `${HIDDEN}${significant.slice(-4)}`;
}

/** First letter of both sides and the top-level domain: j•••@e•••.com */
function email(value: string): string {
  const match = /^\s*([^\s@]{2,})@([^\s@.]{2,})(?:\.[^\s@.]+)*\.([A-Za-z]{2,12})\s*$/u.exec(value);
  const [, local = "", host = "", top = ""] = match ?? [];
  return match === null ? HIDDEN : `${first(local)}•••@${first(host)}•••.${top}`;
}

/** The first letter of each of at most four words. */
function initials(value: string): string {
  const words = value.trim().split(/[\s-]+/u);
  const letters = words.filter((word) => /^\p{L}.+/u.test(word)).slice(0, 4);
  return letters.length === 0 || letters.length < words.length
    ? HIDDEN
    : letters.map((word) => `${first(word)}.`).join(" ");
}

/** The last two digits of at least seven. */
function phone(value: string): string {
  const digits = value.replace(/\D/g, "");
  return digits.length < 7 || digits.length > 18 ? HIDDEN : `${HIDDEN}${digits.slice(-2)}`;
}

/** The year of a date. */
function year(value: string): string {
  const match = /^(\d{4})-\d{2}-\d{2}/.exec(value);
  return match === null ? HIDDEN : `${match[1]}-••-••`;
}

/** The power-of-ten band a number lies in, a quarter wide: 52 300 is 50000–75000. */
function bucket(value: string): string {
  const number = Number(value.trim().replace(/^\$|,/g, ""));
  if (value.trim() === "" || !Number.isFinite(number)) return HIDDEN;
  if (number === 0) return "0";
  const size = 10 ** Math.floor(Math.log10(Math.abs(number))) * 2.5;
  if (!Number.isFinite(size) || size < 25) return HIDDEN;
  const from = Math.floor(Math.abs(number) / size) * size;
  return `${number < 0 ? "−" : ""}${from}–${from + size}`;
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one. */
function network(value: string): string {
  const v4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?:\/\d{1,2})?$/.exec(value);
  if (v4 !== null) return `${v4[1]}.0/24`;
  const v6 = /^([0-9a-f]{1,4}):([0-9a-f]{1,4}):([0-9a-f]{1,4}):[0-9a-f:]+(?:\/\d{1,3})?$/i.exec(value);
  return v6 === null ? HIDDEN : `${v6[1]}:${v6[2]}:${v6[3]}::/48`;
}

/** The first letter of at least six characters. */
function partial(value: string): string {
  return [...value.trim()].length < 6 ? HIDDEN : `${first(value.trim())}${HIDDEN}`;
}

const first = (text: string): string => [...text][0] ?? "";
