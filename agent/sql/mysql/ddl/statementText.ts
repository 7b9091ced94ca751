import type { TokenStream } from "../parser/tokenStream.ts";

/** A statement of DDL as tokens with the text they were read from. */
export interface StatementText {
  readonly text: string;
  readonly stream: TokenStream;
}

/** The text from a token on, up to where the stream is. */
export function textSince({ text, stream }: StatementText, from: number): string {
  const start = stream.tokens[from]?.start ?? 0;
  return text.slice(start, Math.max(start, stream.last.end));
}
