import type { ColumnId, Span, StatementFacts } from "../facts.ts";
import { type Token, tokens } from "./lexer.ts";
import { parseSql } from "./libpgQuery.ts";

/** What stands in a recorded statement in place of a literal. */
const REDACTED = "'…'";

interface Replacement extends Span {
  readonly by: string;
}

/**
 * The text of an understood statement as it may be recorded: every literal that meets a hidden column is
 * `'…'`, and so is every literal that the facts say nothing of (a password, a default, a function's body).
 * A literal that meets no column, or only columns anyone may see, stays. Once a literal is hidden comments
 * go too, since they tend to repeat it.
 * `shift` is where `text` begins in the request that the facts' positions count from.
 */
export function redactLiterals(
  text: string,
  shift: number,
  facts: StatementFacts,
  isHidden: (column: ColumnId) => boolean,
): string {
  const shown = new Set<number>();
  const hidden: Replacement[] = [];
  for (const { span, columns } of facts.literals) {
    const place = { start: span.start - shift, end: span.end - shift };
    if (columns.some(isHidden)) hidden.push({ ...place, by: REDACTED });
    // The end identifies a literal: the grammar leaves prefixes out and takes a sign in.
    else shown.add(place.end);
  }
  const structure = new Structure(text);
  const comments: Replacement[] = [];
  for (const token of tokens(text)) {
    const structural = structure.holds(token);
    if (token.kind === "comment") comments.push({ ...token, by: " " });
    else if (isLiteral(token) && !shown.has(token.end) && !structural) {
      hidden.push({ ...token, by: REDACTED });
    }
  }
  return hidden.length === 0 ? text : replaceAll(text, [...hidden, ...comments]);
}

/**
 * A text that could not be understood, as it may be recorded: no string, number or comment is left, nor a
 * quoted name, since people who come from other databases quote values so. Where a quote may be missing or one
 * too many, because the grammar doesn't take the text or a string ends in `\'`, nobody can tell what is inside
 * of quotes: everything from the first quote on is hidden. Needs `loadPostgresParser()`.
 */
export function redactAllLiterals(text: string): string {
  const parses = parseSql(text).kind === "parsed";
  const replacements: Replacement[] = [];
  for (const token of tokens(text)) {
    const by = replacementOf(token);
    if (by === undefined) continue;
    const escaped = token.kind === "string" && text[token.end - 2] === "\\" && text[token.start] !== "$";
    const unclear = token.kind !== "number" && (!parses || escaped);
    replacements.push({ start: token.start, end: unclear ? text.length : token.end, by });
    if (unclear) break;
  }
  return replaceAll(text, replacements);
}

function replacementOf(token: Token): string | undefined {
  if (token.kind === "comment") return " ";
  if (token.kind === "quoted_name") return '"…"';
  return isLiteral(token) ? REDACTED : undefined;
}

const isLiteral = (token: Token): boolean => token.kind === "string" || token.kind === "number";

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let position = 0;
  const inOrder = [...replacements].sort((left, right) => left.start - right.start || right.end - left.end);
  for (const one of inOrder) {
    if (one.end <= position) continue;
    if (one.start >= position) pieces.push(text.slice(position, one.start), one.by);
    position = one.end;
  }
  return [...pieces, text.slice(position)].join("");
}

/** Words that PostgreSQL's grammar lets no function be called by, so what follows in `()` is a modifier. */
const MODIFIED_TYPES: ReadonlySet<string> = new Set(
  "bit char character dec decimal float interval nchar numeric time timestamp varchar varying".split(" "),
);

/** Follows the tokens of a statement to tell numbers that can't be data: `varchar(40)`, `ORDER BY 2`. */
class Structure {
  readonly #text: string;
  /** For each open parenthesis: what a bare number between its commas is. */
  readonly #lists: ("modifier" | "key" | "data")[] = ["data"];
  #before = "";

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the token, the next one in order, is such a number. */
  holds(token: Token): boolean {
    if (token.kind === "comment") return false;
    const word = this.#text.slice(token.start, token.end).toLowerCase();
    const before = this.#before;
    this.#before = word;
    const list = this.#lists.at(-1);
    if (word === "(") this.#lists.push(MODIFIED_TYPES.has(before) ? "modifier" : "data");
    else if (word === ")") this.#lists.pop();
    else if (word === "by") this.#lists[Math.max(0, this.#lists.length - 1)] = "key";
    else if (["select", "values", "set"].includes(word) && list === "key") {
      this.#lists[this.#lists.length - 1] = "data";
    }
    if (token.kind !== "number" || !/^\d+$/.test(word)) return false;
    if (list === "modifier") return before === "(" || before === ",";
    return list === "key" && (before === "by" || before === ",");
  }
}
