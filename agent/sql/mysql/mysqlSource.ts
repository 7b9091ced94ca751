import type { Span } from "../facts.ts";
import { SourceText } from "../postgres/sourceText.ts";
import type { Token } from "./lexer/token.ts";

/** The text of a statement with its tokens: positions of its tree are UTF-16 offsets already. */
export class MysqlSource extends SourceText {
  readonly tokens: readonly Token[];

  constructor(shift: number, tokens: readonly Token[]) {
    super("", shift);
    this.tokens = tokens;
  }

  override at(offset: number | undefined): number {
    return offset ?? 0;
  }

  override token(offset: number | undefined): Span {
    if (offset === undefined) return { start: 0, end: 0 };
    const token = this.tokens[this.#indexAt(offset)];
    return this.span(offset, token && token.start <= offset ? token.end : offset);
  }

  /** Strings side by side are one literal. */
  override literal(offset: number | undefined): Span {
    let index = this.#indexAt(offset ?? 0);
    const start = this.tokens[index]?.start ?? 0;
    while (this.tokens[index]?.kind === "introducer" || this.tokens[index]?.key === "-") index++;
    while (this.tokens[index]?.kind === "string" && this.tokens[index + 1]?.kind === "string") index++;
    return this.span(start, this.tokens[index]?.end ?? start);
  }

  override names(offset: number | undefined, count: number): Span {
    let index = this.#indexAt(offset ?? 0);
    const start = this.tokens[index]?.start ?? 0;
    if (this.tokens[index]?.key === ".") index++;
    for (let part = 1; part < count && this.tokens[index + 1]?.key === "."; part++) index += 2;
    return this.span(start, this.tokens[index]?.end ?? start);
  }

  /** The index of the token at or after an offset. */
  #indexAt(offset: number): number {
    let [low, high] = [0, this.tokens.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
