import { nextCode, type Token } from "../lexer.ts";
import type { SourceText } from "../sourceText.ts";

/** The text of one statement, from which parts that the tree has no end for are cut. */
export class StatementText {
  readonly source: SourceText;
  readonly end: number;
  readonly #tokens: readonly Token[];

  /** `start` and `end` are offsets into the source's text. */
  constructor(source: SourceText, start: number, end: number) {
    this.source = source;
    this.end = end;
    const code: Token[] = [];
    for (let token = nextCode(source.text, start); token && token.start < end; ) {
      code.push(token);
      token = nextCode(source.text, token.end);
    }
    this.#tokens = code;
  }

  slice(start: number, end: number): string {
    return this.source.text.slice(start, end);
  }

  word(token: Token | undefined): string {
    return token ? this.slice(token.start, token.end).toLowerCase() : "";
  }

  /** The first parentheses at or after a byte position, with what is in them. */
  parenthesised(byte: number | undefined): string | undefined {
    const from = this.source.at(byte);
    const open = this.#tokens.findIndex((token) => token.start >= from && this.word(token) === "(");
    const opening = this.#tokens[open];
    if (!opening) return undefined;
    let depth = 0;
    for (const token of this.#tokens.slice(open)) {
      if (this.word(token) === "(") depth++;
      if (this.word(token) === ")") depth--;
      if (depth === 0) return this.slice(opening.start, token.end);
    }
    return undefined;
  }

  /** The expression behind the word at a byte position, up to the next of `stops` or the end of its list. */
  expressionAfter(byte: number | undefined, stops: readonly (number | undefined)[]): string {
    const start = this.source.at(byte);
    const [, ...rest] = this.#tokens.filter((token) => token.start >= start);
    const limits = stops.map((stop) => this.source.at(stop)).filter((stop) => stop > start);
    return this.#expression(rest, Math.min(this.end, ...limits));
  }

  /** The default that each command of an ALTER TABLE sets, in order; undefined for other commands. */
  newDefaults(): readonly (string | undefined)[] {
    const clauses: Token[][] = [[]];
    let depth = 0;
    for (const token of this.#tokens) {
      const word = this.word(token);
      if (word === "(" || word === "[") depth++;
      if (word === ")" || word === "]") depth--;
      if (word === "," && depth === 0) clauses.push([]);
      else clauses.at(-1)?.push(token);
    }
    return clauses.map((clause) => {
      const at = clause.findIndex(
        (token, index) => this.word(token) === "default" && this.word(clause[index - 1]) === "set",
      );
      return at < 0 ? undefined : this.#expression(clause.slice(at + 1), this.end);
    });
  }

  /** Offset of the first of some words outside parentheses; undefined where none is there. */
  firstOf(...words: readonly string[]): number | undefined {
    return this.#first(words)?.start;
  }

  /** Offset behind the first word of that spelling outside parentheses. */
  behind(word: string): number | undefined {
    return this.#first([word])?.end;
  }

  /** Offset of the last word of that spelling outside parentheses, or the end. */
  lastBefore(wanted: string): number {
    let depth = 0;
    let found = this.end;
    for (const token of this.#tokens) {
      const word = this.word(token);
      if (word === "(") depth++;
      if (word === ")") depth--;
      if (depth === 0 && token.kind === "word" && word === wanted) found = token.start;
    }
    return found;
  }

  /** The last words of the statement, in lower case. */
  ending(count: number): readonly string[] {
    return this.#tokens.slice(-count).map((token) => this.word(token));
  }

  #first(words: readonly string[]): Token | undefined {
    let depth = 0;
    for (const token of this.#tokens) {
      const word = this.word(token);
      if (depth === 0 && token.kind === "word" && words.includes(word)) return token;
      if (word === "(") depth++;
      if (word === ")") depth--;
    }
    return undefined;
  }

  #expression(tokens: readonly Token[], limit: number): string {
    let depth = 0;
    let end: number | undefined;
    for (const token of tokens) {
      const word = this.word(token);
      if (token.start >= limit || (depth === 0 && (word === "," || word === ")"))) break;
      if (word === "(" || word === "[") depth++;
      if (word === ")" || word === "]") depth--;
      end = token.end;
    }
    const [first] = tokens;
    return first && end !== undefined ? this.slice(first.start, end) : "";
  }
}
