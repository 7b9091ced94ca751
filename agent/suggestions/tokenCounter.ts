/** How many tokens a text has. */
export type TokenCounter = (text: string) => number;

let loaded: Promise<TokenCounter> | null = null;

/**
 * Counts as the models of these years do; others differ by little, and a budget is no promise. The vocabulary is large
 * and read when it is first asked for.
 */
export function tokenCounter(): Promise<TokenCounter> {
  loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(
    ({ countTokens }) =>
      (text) =>
        countTokens(text, { disallowedSpecial: new Set() }),
  );
  return loaded;
}
