import type { SplitStatement } from "./sql/facts.ts";
import { splitPostgres, splitWhileTyping } from "./sql/postgres/split.ts";
import { TextError } from "./textError.ts";

/** Texts people run again and again: parsing is a tenth of what governing a small query costs. */
const known = new Map<string, readonly SplitStatement[]>();
const REMEMBERED = 100;
const LONGEST_REMEMBERED = 4_000;

/** The statements of a text a person sent. @throws TextError where the text is not SQL, or is no text. */
export function splitText(text: string): readonly SplitStatement[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  mustBeText(text);
  const split = splitPostgres(text);
  if (split.kind !== "split")
    throw new TextError("syntax-error", split.message, split.span.start, split.span.end);
  if (text.length <= LONGEST_REMEMBERED) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, split.statements);
  }
  return split.statements;
}

/** The same for a text that is being written: broken statements are among them. @throws TextError for no text. */
export function splitUnfinishedText(text: string): readonly SplitStatement[] {
  mustBeText(text);
  return splitWhileTyping(text);
}

function mustBeText(text: string): void {
  if (text.isWellFormed()) return;
  const message = "The text holds half of a surrogate pair, which is no character.";
  throw new TextError("not-unicode", message, 0, text.length);
}
