import type { Span } from "../facts.ts";
import { nextCode } from "./lexer.ts";
import type { SourceText } from "./sourceText.ts";

/** The statement that writes to a relation: from its first word to the end of its last clause. */
export interface WriteExtent {
  readonly span: Span;
  /** Where a WHERE clause would go: before RETURNING, or at the end. */
  readonly insertWhereAt: number;
}

/** Finds the UPDATE, DELETE, … whose target is named at a byte position, by its words and parentheses. */
export function writeExtent(source: SourceText, targetAt: number | undefined): WriteExtent {
  const { text } = source;
  const target = source.at(targetAt);
  const start = startOfWrite(source, target);
  let depth = 0;
  let end = target;
  let insertAt: number | undefined;
  for (let token = nextCode(text, target); token; token = nextCode(text, token.end)) {
    const word = text.slice(token.start, token.end);
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (depth < 0 || (depth === 0 && word === ";")) break;
    if (depth === 0 && token.kind === "word" && /^returning$/i.test(word)) insertAt ??= end;
    end = token.end;
  }
  return { span: source.span(start, end), insertWhereAt: (insertAt ?? end) + source.shift };
}

const firstWords = /^(?:insert|update|delete|merge|truncate)$/i;

/** Words that can begin a write, as far as a text has been looked through: a script is not read anew for each. */
interface FirstWords {
  readonly starts: number[];
  scannedTo: number;
}
const known = new WeakMap<SourceText, FirstWords>();

/** The nearest of the words that begin a write, before its target. */
function startOfWrite(source: SourceText, target: number): number {
  const { text } = source;
  let words = known.get(source);
  if (!words) {
    words = { starts: [], scannedTo: 0 };
    known.set(source, words);
  }
  let token = nextCode(text, words.scannedTo);
  for (; token && token.start < target; token = nextCode(text, token.end)) {
    if (token.kind === "word" && firstWords.test(text.slice(token.start, token.end)))
      words.starts.push(token.start);
    words.scannedTo = token.end;
  }
  return words.starts.findLast((start) => start < target) ?? target;
}
