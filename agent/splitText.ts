import type { SplitStatement } from "./sql/facts.ts";
import { splitPostgres } from "./sql/postgres/split.ts";
import { TextError } from "./textError.ts";

/** The statements of a text a person sent. @throws TextError where the text is not SQL, or is no text. */
export function splitText(text: string): readonly SplitStatement[] {
  if (!text.isWellFormed()) {
    throw new TextError(
      "not-unicode",
      "The text holds half of a surrogate pair, which is no character.",
      0,
      text.length,
    );
  }
  const split = splitPostgres(text);
  if (split.kind === "split") return split.statements;
  throw new TextError("syntax-error", split.message, split.span.start, split.span.end);
}
