import { sqlTokens } from "./sqlTokens.ts";

/** Where in a document a statement can be offered, and what it would be for. */
export interface InlinePlace {
  /** What the comment in front asks for; empty where there is none. */
  readonly question: string;
  /** What stands there already of the statement. */
  readonly begun: string;
  /** Where the statement begins. */
  readonly start: number;
}

const LONGEST_BEGUN = 25;
const FIRST_WORDS: ReadonlySet<string> = new Set([
  "select",
  "with",
  "insert",
  "update",
  "delete",
  "create",
  "alter",
  "explain",
]);
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const LEAST_QUESTION = 8;

/**
 * The place at the cursor: on a line after a comment, or at the start of a statement with nothing behind it. Null where
 * nothing is to be offered: inside of a statement, in a text, where values stand already.
 */
export function inlinePlace(text: string, offset: number): InlinePlace | null {
  const after = /^[^\S\n]*(?:\n([\s\S]*))?$/.exec(text.slice(offset));
  if (after === null || !isApart(after[1])) return null;
  const start = statementStart(text, offset);
  if (start === null) return null;
  const before = text.slice(start, offset);
  const tokens = sqlTokens(before);
  const comments = [...before.matchAll(COMMENT)];
  const first = tokens[0];
  if (first === undefined) {
    const last = comments.at(-1);
    if (last === undefined) return null;
    const behind = before.slice(last.index + last[0].length);
    // While the comment is still being written nothing is offered; far behind it, it is about something else.
    if (!/^[^\S\n]*\n[^\S\n]*$/.test(behind)) return null;
    const question = commentWords(before, comments);
    return question.length < LEAST_QUESTION ? null : { question, begun: "", start: offset };
  }
  const isCode = tokens.every(({ kind }) => kind === "word" || kind === "sign");
  const words = before.slice(first.start, first.end).toLowerCase();
  if (!isCode || tokens.length > LONGEST_BEGUN || !FIRST_WORDS.has(words)) return null;
  if (before.slice(first.start).search(COMMENT) >= 0) return null;
  const begun = before.slice(first.start);
  if (!/\s$/.test(begun) && tokens.length < 2) return null;
  const inFront = comments.filter(({ index }) => index < first.start);
  return { question: commentWords(before, inFront), begun, start: start + first.start };
}

/** Nothing follows, or what follows stands apart. */
const isApart = (following: string | undefined): boolean =>
  following === undefined || following.trim() === "" || /^[^\S\n]*\n/.test(following);

/** Where the statement around the offset begins: behind the last semicolon. Null inside of a string. */
function statementStart(text: string, offset: number): number | null {
  let start = 0;
  for (const token of sqlTokens(text.slice(0, offset))) {
    if (token.kind === "broken") return null;
    if (token.kind === "sign" && text.slice(token.start, token.end) === ";") start = token.end;
  }
  const open = text.slice(start, offset).lastIndexOf("/*");
  return open >= 0 && text.slice(start + open, offset).indexOf("*/") < 0 ? null : start;
}

/** The last comments without a blank line between them, as one line of words. */
function commentWords(text: string, comments: readonly RegExpMatchArray[]): string {
  const block: string[] = [];
  let until: number | null = null;
  for (const comment of comments.toReversed()) {
    const end = (comment.index ?? 0) + comment[0].length;
    if (until !== null && /\n[^\S\n]*\n/.test(text.slice(end, until))) break;
    block.unshift(comment[0]);
    until = comment.index ?? 0;
  }
  return block
    .map((comment) => comment.replace(/^--+|^\/\*+|\*+\/$/g, "").trim())
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}
