import type { MysqlSettings } from "../settings.ts";
import { characterSets } from "./characterSets.ts";
import { isDoubtfulVersion, readComment } from "./comments.ts";
import { nameEnd, namePart, readFraction, readNumber, readQuoted } from "./literals.ts";
import type { Comment, Lexed, Token, TokenKind } from "./token.ts";

const space = /[ \t\n\v\f\r]/;
const digit = /[0-9]/;
/** After `--`: what makes it a comment, the end of the text included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the server asks for white space or a control character
const afterDashes = /^[\u0000-\u0020\u007f]?$/;
const host = /[0-9A-Za-z._$\u0080-\uffff]/;
const operators = ["<=>", "->>", "<=", ">=", "<>", "!=", "<<", ">>", "&&", "||", ":=", "->"];
const single = /[-+*/%^~&|<>=!(),;.:{}]/;

/** Takes a text apart by the rules of the server's own lexer; tolerant: what is wrong becomes a `broken` token. */
export function lex(text: string, settings: MysqlSettings): Lexed {
  return new Lexer(text, settings).run();
}

class Lexer {
  readonly #text: string;
  readonly #settings: MysqlSettings;
  readonly #tokens: Token[] = [];
  readonly #comments: Comment[] = [];
  #at = 0;
  /** Inside the code of an executable comment; its end ends this even if another was opened within. */
  #opened = false;
  #doubt: string | undefined;

  constructor(text: string, settings: MysqlSettings) {
    this.#text = text;
    this.#settings = settings;
  }

  run(): Lexed {
    while (this.#at < this.#text.length) this.#step();
    if (this.#opened) this.#push("broken", this.#at, "an executable comment is not closed");
    this.#push("end", this.#at);
    const found = { tokens: this.#tokens, comments: this.#comments };
    return this.#doubt === undefined ? found : { ...found, doubt: this.#doubt };
  }

  #step(): void {
    const at = this.#at;
    const first = this.#text.charAt(at);
    const second = this.#text.charAt(at + 1);
    if (space.test(first)) this.#at++;
    else if (first === "#") this.#lineComment();
    else if (first === "-" && second === "-" && afterDashes.test(this.#text.charAt(at + 2)))
      this.#lineComment();
    else if (first === "/" && second === "*") this.#blockComment();
    else if (first === "*" && second === "/" && this.#opened) {
      this.#opened = false;
      this.#at += 2;
    } else if (first === "'") this.#string(at, at);
    else if (first === '"') this.#settings.ansiQuotes ? this.#quotedName(at) : this.#string(at, at);
    else if (first === "`") this.#quotedName(at);
    else if (first === "@") this.#variable();
    else if (digit.test(first)) this.#number();
    else if (first === "." && digit.test(second) && !this.#followsWord()) {
      this.#real(readFraction(this.#text, at));
    } else if (second === "'" && /[nNxXbB]/.test(first)) this.#prefixed(first.toLowerCase());
    else if (namePart.test(first)) this.#word(nameEnd(this.#text, at));
    else if (first === "?") this.#push(namePart.test(second) ? "broken" : "parameter", at + 1);
    else if (first === "\\" && second === "N") this.#push("word", at + 2, "NULL", "NULL");
    else this.#operator();
  }

  #push(kind: TokenKind, end: number, value = "", key = "", quoted = false): void {
    this.#tokens.push({ kind, start: this.#at, end, key, value: value || this.#written(kind, end), quoted });
    this.#at = Math.max(end, this.#at);
  }

  #written(kind: TokenKind, end: number): string {
    return kind === "number" || kind === "binary" ? this.#text.slice(this.#at, end) : "";
  }

  #broken(what: string): void {
    this.#push("broken", this.#text.length, what);
  }

  #lineComment(): void {
    const start = this.#at;
    const end = this.#text.indexOf("\n", start);
    this.#at = end < 0 ? this.#text.length : end;
    this.#comments.push({ start, end: this.#at, hint: false });
  }

  #blockComment(): void {
    const start = this.#at;
    if (isDoubtfulVersion(this.#text, start, this.#settings)) {
      this.#doubt =
        "A version of six digits in an executable comment is read differently by servers of MySQL.";
    }
    const comment = readComment(this.#text, start, this.#settings);
    switch (comment.kind) {
      case "unclosed":
        this.#broken("a comment is not closed");
        return;
      case "opened":
        this.#opened = true;
        this.#at = comment.end;
        return;
      case "skipped":
        this.#comments.push({ start, end: comment.end, hint: comment.hint });
        this.#at = comment.end;
    }
  }

  /** A string whose quote is at `quote`; the token begins at the current place, before a prefix. */
  #string(quote: number, start: number, key = ""): void {
    const { end, value } = readQuoted(this.#text, quote, !this.#settings.noBackslashEscapes);
    if (end === undefined) {
      this.#broken("a string is not closed");
      return;
    }
    this.#at = start;
    this.#push("string", end, value, key, true);
  }

  #quotedName(at: number): void {
    const { end, value } = readQuoted(this.#text, at, false);
    if (end === undefined) {
      this.#broken("a quoted name is not closed");
      return;
    }
    this.#push("name", end, value, "", true);
  }

  #prefixed(prefix: string): void {
    const at = this.#at;
    if (prefix === "n") {
      this.#string(at + 1, at, "N''");
      return;
    }
    const pattern = prefix === "x" ? /^[xX]'((?:[0-9A-Fa-f]{2})*)'/ : /^[bB]'([01]*)'/;
    const close = this.#text.indexOf("'", at + 2);
    const body = close < 0 ? undefined : pattern.exec(this.#text.slice(at, close + 1));
    if (body) this.#push("binary", close + 1);
    else this.#push("broken", close < 0 ? this.#text.length : close + 1, "a literal is not valid");
  }

  #variable(): void {
    const at = this.#at;
    const next = this.#text.charAt(at + 1);
    if (next === "@") {
      const after = this.#text.charAt(at + 2);
      if (after === "`" || namePart.test(after)) this.#push("system_variable", at + 2);
      else this.#push("broken", at + 2, "a variable has no name");
      return;
    }
    if (next === "'" || next === '"' || next === "`") {
      const escapes = next !== "`" && !this.#settings.noBackslashEscapes;
      const { end, value } = readQuoted(this.#text, at + 1, escapes);
      if (end === undefined) {
        this.#broken("the name of a variable is not closed");
        return;
      }
      this.#push("variable", end, value, "", true);
      return;
    }
    let end = at + 1;
    while (end < this.#text.length && host.test(this.#text.charAt(end))) end++;
    if (end === at + 1) {
      this.#push("broken", end, "a variable has no name");
      return;
    }
    this.#push("variable", end, this.#text.slice(at + 1, end));
  }

  #number(): void {
    if (this.#followsDot()) {
      this.#word(nameEnd(this.#text, this.#at));
      return;
    }
    const { kind, end } = readNumber(this.#text, this.#at);
    if (kind === "word") this.#word(end);
    else if (this.#text.slice(this.#at, end).includes(".")) this.#real(end);
    else this.#push(kind, end);
  }

  /** Behind a fraction, an E must be an exponent. */
  #real(end: number): void {
    const written = this.#text.slice(this.#at, end);
    const lost = /e/i.test(this.#text.charAt(end)) && !/e/i.test(written);
    this.#push(lost ? "broken" : "number", end, lost ? "an exponent has no digits" : written);
  }

  /** A name right after a dot is never a keyword. */
  #word(end: number): void {
    const value = this.#text.slice(this.#at, end);
    if (this.#followsDot()) {
      this.#push("name", end, value);
      return;
    }
    const set = value.startsWith("_") ? value.slice(1).toLowerCase() : "";
    if (characterSets.has(set)) {
      this.#push("introducer", end, set);
      return;
    }
    this.#push("word", end, value, value.toUpperCase());
  }

  #followsDot(): boolean {
    const last = this.#tokens.at(-1);
    return last?.key === "." && last.end === this.#at;
  }

  /** `t.5` is column 5 of t, where t stands right before the dot without quotes. */
  #followsWord(): boolean {
    const last = this.#tokens.at(-1);
    return (
      last !== undefined &&
      last.end === this.#at &&
      (last.kind === "word" || last.kind === "name") &&
      !last.quoted
    );
  }

  #operator(): void {
    const at = this.#at;
    const arrows = this.#settings.variant === "mysql";
    for (const operator of operators) {
      if (!this.#text.startsWith(operator, at) || (operator.startsWith("->") && !arrows)) continue;
      this.#push("operator", at + operator.length, "", operator);
      return;
    }
    const first = this.#text.charAt(at);
    if (single.test(first)) {
      this.#push("operator", at + 1, "", first);
      return;
    }
    this.#push("broken", at + 1, "this character stands in no statement");
  }
}
