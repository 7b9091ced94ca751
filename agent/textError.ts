import type { Problem } from "../protocol/messages.ts";

/** The text a person sent cannot be taken as SQL; positions are in that text. */
export class TextError extends Error {
  readonly problem: Problem;
  constructor(code: "syntax-error" | "not-unicode", message: string, start: number, end: number) {
    super(message);
    this.name = "TextError";
    this.problem = {
      code,
      message,
      action:
        code === "syntax-error"
          ? "Correct the underlined place; nothing was run."
          : "Remove the broken character; nothing was run.",
      start,
      end,
    };
  }
}
