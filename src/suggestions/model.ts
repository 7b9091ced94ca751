import type { PromptMessage } from "../../protocol/suggestion/suggestion.ts";

/** A language model, whoever runs it. */
export interface Model {
  /** As it is recorded. */
  readonly name: string;
  /** The answer as it comes. Ends early where `signal` does. @throws ModelError */
  send(messages: readonly PromptMessage[], signal: AbortSignal): AsyncIterable<string>;
}

/** A model did not answer. `reason` continues "Nothing was suggested: …". */
export class ModelError extends Error {
  readonly reason: string;
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = "ModelError";
    this.reason = reason;
  }
}
