import type { Span } from "../facts.ts";

/** A name the server would refuse too: the statement can't run as it stands. */
export class Unresolved extends Error {
  readonly span: Span;
  readonly hint: string | undefined;

  constructor(message: string, span: Span, hint?: string) {
    super(message);
    this.name = "Unresolved";
    this.span = span;
    this.hint = hint;
  }
}
