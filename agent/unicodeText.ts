import type { Problem } from "../protocol/messages.ts";
import { TextError } from "./textError.ts";

/** Half of a surrogate pair: it has no form in which a record could hold it. */
const HALF = /\p{Surrogate}/u;

/**
 * Refuses a statement that no record could hold, before anything runs.
 * @throws TextError with the place.
 */
export function mustBeText(text: string): void {
  if (text.isWellFormed()) return;
  const at = text.search(HALF);
  const message =
    "The text holds half of a surrogate pair, which is no character: it cannot be sent or recorded as it is.";
  throw new TextError("not-unicode", message, at, at + 1);
}

/** Something said beside a statement, which goes on record with it, is no text. */
class SaidError extends Error {
  readonly problem: Problem;
  constructor(what: string) {
    const message = `${what} holds half of a surrogate pair, which is no character: it cannot be recorded as it is.`;
    super(message);
    this.name = "SaidError";
    this.problem = {
      code: "not-unicode",
      message,
      action: "Remove the broken character; nothing was run.",
    };
  }
}

/**
 * The same for what is said beside a statement: `what` begins the sentence.
 * @throws SaidError
 */
export function mustBeSayable(what: string, text: string | undefined): void {
  if (text?.isWellFormed() === false) throw new SaidError(what);
}
