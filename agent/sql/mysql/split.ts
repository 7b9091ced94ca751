import type { Span, SplitStatement } from "../facts.ts";
import type { SplitResult } from "../postgres/split.ts";
import { lex } from "./lexer/lexer.ts";
import type { Token } from "./lexer/token.ts";
import { statementEnd } from "./parser/statementEnd.ts";
import type { MysqlSettings } from "./settings.ts";

/**
 * Splits a request into its statements as the server's own client does: at semicolons, or at what a DELIMITER line
 * names. Routines, triggers and events stay whole. Every piece is sent alone, and judged as it is sent.
 */
export function splitMysql(text: string, settings: MysqlSettings): SplitResult {
  const statements: SplitStatement[] = [];
  const tokens = new Tokens(text, settings);
  let at = 0;
  let delimiter = ";";
  while (at < text.length) {
    const command = delimiterCommand(text, at);
    if (command) {
      delimiter = command.delimiter;
      at = command.end;
      continue;
    }
    const end = delimiter === ";" ? tokens.endFrom(at) : endAtDelimiter(text, at, delimiter, settings);
    const statement = trimmed(text, at, end.end, settings);
    if (statement) statements.push(statement);
    at = Math.max(end.next, at + 1);
  }
  return { kind: "split", statements };
}

/** `DELIMITER $$` on a line of its own, where a statement could begin. */
function delimiterCommand(
  text: string,
  at: number,
): { readonly delimiter: string; readonly end: number } | undefined {
  const found = /^(\s*)delimiter[ \t]+(\S+)[^\n]*(?:\n|$)/i.exec(text.slice(at, at + 400));
  const before = text.slice(0, at + (found?.[1]?.length ?? 0));
  if (!found?.[2] || (before.trim() !== "" && !/\n[ \t]*$/.test(before))) return undefined;
  return { delimiter: found[2], end: at + found[0].length };
}

interface End {
  /** Where the statement's text ends, and where the next may begin. */
  readonly end: number;
  readonly next: number;
}

/** The tokens of a text, read once, with a place among them. */
class Tokens {
  readonly #tokens: readonly Token[];
  readonly #settings: MysqlSettings;
  #index = 0;

  constructor(text: string, settings: MysqlSettings) {
    this.#tokens = lex(text, settings).tokens;
    this.#settings = settings;
  }

  /** The end of the statement that begins at an offset. */
  endFrom(at: number): End {
    while ((this.#tokens[this.#index]?.start ?? Number.POSITIVE_INFINITY) < at) this.#index++;
    const end = this.#tokens[statementEnd(this.#tokens, this.#index, this.#settings)];
    const length = this.#tokens.at(-1)?.end ?? 0;
    return end?.key === ";" ? { end: end.start, next: end.end } : { end: length, next: length };
  }
}

/** Most statements between two delimiters are shorter. */
const PIECE = 16 * 1024;

/** The delimiter counts wherever it stands outside of quotes and comments, in the middle of a word too. */
function endAtDelimiter(text: string, at: number, delimiter: string, settings: MysqlSettings): End {
  for (let length = PIECE; ; length *= 8) {
    const piece = text.slice(at, at + length);
    const { tokens, comments } = lex(piece, settings);
    const code = tokens.filter((token) => token.kind !== "end");
    const hidden = [...code.filter((token) => token.quoted), ...comments].sort((a, b) => a.start - b.start);
    const isAll = at + length >= text.length;
    // Where a piece ends, its last token or comment may be the beginning of another.
    const cut = code.find(({ kind }) => kind === "broken")?.start ?? piece.length;
    const last = Math.max(code.at(-1)?.start ?? 0, comments.at(-1)?.start ?? 0);
    const sure = isAll ? piece.length : Math.min(cut, last);
    const found = indexOutside(piece, delimiter, hidden);
    if (found !== undefined && found + delimiter.length <= sure)
      return { end: at + found, next: at + found + delimiter.length };
    if (isAll) return { end: text.length, next: text.length };
  }
}

/** Where a text stands first that lies in none of the spans, which are in order. */
function indexOutside(text: string, wanted: string, spans: readonly Span[]): number | undefined {
  for (let from = 0; ; ) {
    const found = text.indexOf(wanted, from);
    if (found < 0) return undefined;
    const inside = spans.find((span) => span.start < found + wanted.length && found < span.end);
    if (!inside || inside.start >= found) return found;
    from = inside.end;
  }
}

/** The statement without comments around it; undefined where there is none. */
function trimmed(
  text: string,
  from: number,
  to: number,
  settings: MysqlSettings,
): SplitStatement | undefined {
  const { tokens, comments } = lex(text.slice(from, to), settings);
  const code = tokens.filter((token) => token.kind !== "end");
  const [first] = code;
  const last = code.at(-1);
  if (!first || !last) return undefined;
  const body = text.slice(from, to);
  // The mark of an executable comment is no token, and belongs to the statement.
  const skipped = comments.filter((one) => one.end <= first.start).at(-1)?.end ?? 0;
  const start = skipped + (body.slice(skipped).length - body.slice(skipped).trimStart().length);
  const behind = comments.find((one) => one.start >= last.end)?.start ?? body.length;
  const end = body.slice(0, behind).trimEnd().length;
  const span: Span = { start: from + start, end: from + end };
  return { text: text.slice(span.start, span.end), span };
}
