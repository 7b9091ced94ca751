import type { InfoType } from "../taxonomy/infoType.ts";
import { FLAG_WORDS, ORDER_WORDS } from "./modifiers.ts";
import { tellsByYesOrNo } from "./trailing.ts";

/**
 * Whether what stands before a phrase makes the whole something else than what the phrase names: a count of it
 * (`number_of_participants`), a question or an order (`has_phone`, `provide_email`), or what it is done with
 * (`contact_by_phone`, `relevant_to_user`).
 */
export function isTurnedBefore(words: readonly string[], start: number, type: InfoType): boolean {
  return isCounted(words, start) || isFlag(words, start, type) || isManner(words, start, type);
}

function isCounted(words: readonly string[], start: number): boolean {
  return words.slice(0, start).some((word, at) => word === "of" && COUNTERS.has(words[at - 1] ?? ""));
}

const COUNTERS: ReadonlySet<string> = new Set([
  "number",
  "count",
  "rate",
  "percentage",
  "percent",
  "share",
  "total",
  "sum",
  "average",
  "quantity",
]);

/** A fact about it, unless the fact is the secret (`is_pregnant`); what is to be done is never one. */
function isFlag(words: readonly string[], start: number, type: InfoType): boolean {
  const [first = ""] = words;
  if (start === 0) return false;
  return ORDER_WORDS.has(first) || (FLAG_WORDS.has(first) && !tellsByYesOrNo(type));
}

function isManner(words: readonly string[], start: number, type: InfoType): boolean {
  const before = words[start - 1] ?? "";
  if (start < 2 || tellsByYesOrNo(type)) return false;
  if (before === "at") return type.name === "birth_date";
  if (MANNERS.has(before)) return true;
  // Who did it is somebody: `invited_by_email` holds an address, `notify_by_email` does not.
  const relation = before === "by" || (type.name === "username" && RELATIONS.has(before));
  return relation && !/ed$/.test(words[start - 2] ?? "") && type.name !== "person_name";
}

const MANNERS: ReadonlySet<string> = new Set(["with", "without", "via", "per", "through"]);
const RELATIONS: ReadonlySet<string> = new Set(["to", "for", "of"]);
