import { nextToken } from "../lexer.ts";

/**
 * The text with what psql and not the server reads blanked: meta-commands to the end of their line, and the rows
 * behind `COPY … FROM stdin;`. Length and line breaks stay, so positions do too.
 */
export function withoutPsqlLines(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  let words: string[] = [];
  let position = 0;
  const blank = (start: number, end: number): void => {
    // A meta-command in the middle of a line also ends the statement before it.
    pieces.push(text.slice(copied, start), ";", text.slice(start + 1, end).replace(/[^\n]/g, " "));
    copied = end;
    position = end;
    words = [];
  };
  for (let token = nextToken(text, 0); token; token = nextToken(text, position)) {
    position = token.end;
    if (token.kind === "comment") continue;
    const raw = text.slice(token.start, token.end);
    if (raw === "\\") blank(token.start, lineEnd(text, token.start));
    else if (raw !== ";") words.push(token.kind === "word" ? raw.toLowerCase() : "");
    else if (words[0] === "copy" && words.some((word, at) => word === "from" && words[at + 1] === "stdin")) {
      const rows = lineEnd(text, token.end) + 1;
      const end = /^\\\.[ \t\r]*$/m.exec(text.slice(rows));
      if (rows < text.length) blank(rows, end ? rows + end.index + end[0].length : text.length);
      words = [];
    } else words = [];
  }
  return pieces.length === 0 ? text : [...pieces, text.slice(copied)].join("");
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
