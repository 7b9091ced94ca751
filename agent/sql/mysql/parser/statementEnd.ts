import type { Token } from "../lexer/token.ts";
import type { MysqlSettings } from "../settings.ts";
import { readStatement } from "./statements/statements.ts";
import { NotParsed, TokenStream } from "./tokenStream.ts";

const compounds: ReadonlySet<string> = new Set(["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"]);

/** The index of the semicolon that ends the statement beginning at an index, or of the token behind the last. */
export function statementEnd(tokens: readonly Token[], from: number, settings: MysqlSettings): number {
  const semicolon = nextSemicolon(tokens, from);
  if (!holdsStatements(tokens.slice(from, Math.min(semicolon, from + 16)))) return semicolon;
  const stream = new TokenStream(tokens, settings, from);
  try {
    readStatement(stream);
    const { position } = stream;
    if (stream.at(";")) return position;
    return stream.ended ? tokens.length - 1 : nextSemicolon(tokens, position);
  } catch (error) {
    if (!(error instanceof NotParsed) && !(error instanceof RangeError)) throw error;
    // Nobody can tell where it ends: everything belongs to it.
    return tokens.length - 1;
  }
}

function nextSemicolon(tokens: readonly Token[], from: number): number {
  let index = from;
  while (index < tokens.length - 1 && tokens[index]?.key !== ";") index++;
  return index;
}

/** CREATE of something with a body, ALTER EVENT, or BEGIN NOT ATOMIC. */
function holdsStatements(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (first?.key === "BEGIN") return second?.key === "NOT";
  if (first?.key !== "CREATE" && !(first?.key === "ALTER" && second?.key === "EVENT")) return false;
  return tokens.some((token) => compounds.has(token.key));
}
