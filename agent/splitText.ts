import type { SplitStatement } from "./sql/facts.ts";
import { splitPostgres, splitWhileTyping } from "./sql/postgres/split.ts";
import { TextError } from "./textError.ts";

/** The statements of a text a person sent. @throws TextError where the text is not SQL, or is no text. */
export function splitText(text: string): readonly SplitStatement[] {
  mustBeText(text);
  const split = splitPostgres(text);
  if (split.kind === "split") return split.statements;
  throw new TextError("syntax-error", split.message, split.span.start, split.span.end);
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
