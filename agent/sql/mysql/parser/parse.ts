import { lex } from "../lexer/lexer.ts";
import type { Comment } from "../lexer/token.ts";
import type { MysqlSettings } from "../settings.ts";
import { rememberText } from "./outputNames.ts";
import type { Statement } from "./statement.ts";
import { readRoutineBody } from "./statements/compound.ts";
import { readStatement } from "./statements/statements.ts";
import { NotParsed, TokenStream } from "./tokenStream.ts";

/** A statement as far as its grammar goes, or why it is none. Positions are offsets into the text. */
export type ParsedStatement =
  | {
      readonly kind: "parsed";
      readonly statement: Statement;
      readonly tokens: TokenStream["tokens"];
      readonly comments: readonly Comment[];
      readonly parameters: number;
      readonly doubt: string | undefined;
    }
  | {
      readonly kind: "syntax_error" | "beyond";
      readonly message: string;
      readonly start: number;
      readonly end: number;
    };

/** Parses one statement; anything behind it but a semicolon is an error. Never throws. */
export function parseMysql(text: string, settings: MysqlSettings): ParsedStatement {
  return parseWith(text, settings, readStatement);
}

function parseWith(
  text: string,
  settings: MysqlSettings,
  read: (stream: TokenStream) => Statement,
): ParsedStatement {
  // The server itself takes these off the end before it reads.
  const sent = text.replace(/[; \t\n\v\f\r]+$/, "");
  const { tokens, comments, doubt } = lex(sent, settings);
  rememberText(tokens, sent);
  const stream = new TokenStream(tokens, settings);
  try {
    const statement = read(stream);
    stream.accept(";");
    if (!stream.ended) stream.fail("the statement should end here");
    return { kind: "parsed", statement, tokens, comments, parameters: stream.parameters, doubt };
  } catch (error) {
    if (error instanceof NotParsed) {
      const kind = error.reason === "syntax" ? "syntax_error" : "beyond";
      return { kind, message: error.message, start: error.span.start, end: error.span.end };
    }
    if (error instanceof RangeError) {
      return {
        kind: "beyond",
        message: "it is nested too deeply to be followed",
        start: 0,
        end: text.length,
      };
    }
    throw error;
  }
}

/** Parses the body of a routine or trigger: a statement, a block of them, or RETURN. */
export function parseBody(text: string, settings: MysqlSettings): ParsedStatement {
  return parseWith(text, settings, readRoutineBody);
}
