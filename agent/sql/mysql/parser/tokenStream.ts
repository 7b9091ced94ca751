import type { Span } from "../../facts.ts";
import type { Token } from "../lexer/token.ts";
import type { MysqlSettings } from "../settings.ts";
import { isReserved } from "./reservedWords.ts";

/** The text is no statement, or none of the kind that can be read here. */
export class NotParsed extends Error {
  readonly span: Span;
  /** `syntax`: the server would say so too. `beyond`: it may accept it; nobody here can follow it. */
  readonly reason: "syntax" | "beyond";

  constructor(message: string, span: Span, reason: "syntax" | "beyond") {
    super(message);
    this.name = "NotParsed";
    this.span = span;
    this.reason = reason;
  }
}

const nothing: Token = { kind: "end", start: 0, end: 0, key: "", value: "", quoted: false };
const deepest = 500;

/** The tokens of a text with a place in it: what every part of the parser reads from. */
export class TokenStream {
  readonly settings: MysqlSettings;
  readonly tokens: readonly Token[];
  position: number;
  /** How many `?` have been read. */
  parameters = 0;
  /** Inside ON DUPLICATE KEY UPDATE, where VALUES(a) is the value proposed for a. */
  proposing = false;
  #depth = 0;

  constructor(tokens: readonly Token[], settings: MysqlSettings, position = 0) {
    this.tokens = tokens;
    this.settings = settings;
    this.position = position;
  }

  get mysql(): boolean {
    return this.settings.variant === "mysql";
  }

  get token(): Token {
    return this.tokens[this.position] ?? this.tokens.at(-1) ?? nothing;
  }

  ahead(count = 1): Token {
    return this.tokens[this.position + count] ?? this.tokens.at(-1) ?? nothing;
  }

  /** The token before this one. */
  get last(): Token {
    return this.tokens[this.position - 1] ?? nothing;
  }

  next(): Token {
    const { token } = this;
    if (token.kind === "broken") this.fail(token.value);
    if (this.position < this.tokens.length - 1) this.position++;
    return token;
  }

  /** Whether the next tokens are these words or operators. */
  at(...keys: readonly string[]): boolean {
    return keys.every((key, index) => this.ahead(index).key === key);
  }

  atAny(...keys: readonly string[]): boolean {
    const { key } = this.token;
    return key !== "" && keys.includes(key);
  }

  accept(...keys: readonly string[]): boolean {
    if (!this.at(...keys)) return false;
    this.position += keys.length;
    return true;
  }

  /** The one of several words that comes next, if it is one of them. */
  acceptAny(...keys: readonly string[]): string | undefined {
    return this.atAny(...keys) ? this.next().key : undefined;
  }

  expect(...keys: readonly string[]): void {
    if (!this.accept(...keys)) this.fail(`${keys.join(" ")} is expected here`);
  }

  get ended(): boolean {
    return this.token.kind === "end";
  }

  fail(message: string): never {
    const { token } = this;
    if (token.kind === "broken") throw new NotParsed(token.value, token, "syntax");
    throw new NotParsed(message, { start: token.start, end: token.end }, "syntax");
  }

  /** The server may accept what comes here. */
  beyond(message: string): never {
    const { start, end } = this.token;
    throw new NotParsed(message, { start, end }, "beyond");
  }

  /** Whether the next token can be a name: anything quoted, or a word that is not reserved. */
  get atName(): boolean {
    const { token } = this;
    return token.kind === "name" || (token.kind === "word" && !isReserved(token.key, this.settings));
  }

  /** A name as written, without its quotes. */
  name(): string {
    if (!this.atName) this.fail("a name is expected here");
    return this.next().value;
  }

  /** Reads one or more things with commas between. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.accept(",")) items.push(read());
    return items;
  }

  /** Reads something in parentheses. */
  parenthesized<Result>(read: () => Result): Result {
    this.expect("(");
    const result = read();
    this.expect(")");
    return result;
  }

  /** Counts nesting, so that a text of parentheses alone ends in a refusal and not in an overflow. */
  deeper<Result>(read: () => Result): Result {
    if (this.#depth >= deepest) this.beyond("the statement is nested too deeply to be followed");
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  /** Moves over a balanced stretch up to a word or operator of these, or the end; parentheses hide what they hold. */
  skipTo(...keys: readonly string[]): void {
    let depth = 0;
    while (!this.ended) {
      if (depth === 0 && this.atAny(...keys)) return;
      if (this.at("(")) depth++;
      if (this.at(")") && --depth < 0) return;
      this.next();
    }
    if (depth > 0) this.fail("a parenthesis is not closed");
  }
}
