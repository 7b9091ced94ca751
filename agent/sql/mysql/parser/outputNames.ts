import type { Node } from "libpg-query";
import type { TokenStream } from "./tokenStream.ts";

/** The texts of streams, for the names of outputs without an alias. */
const texts = new WeakMap<readonly unknown[], string>();

export function rememberText(tokens: readonly unknown[], text: string): void {
  texts.set(tokens, text);
}

/** The name the server gives an output without alias: the column's, a literal's value, or the text as written. */
export function outputName(stream: TokenStream, first: number, node: Node): string {
  if ("ColumnRef" in node) {
    const last = node.ColumnRef.fields?.at(-1);
    if (last && "String" in last) return last.String.sval ?? "";
  }
  const tokens = stream.tokens.slice(first, stream.position);
  if ("A_Const" in node) {
    const { isnull, boolval, sval } = node.A_Const;
    if (isnull) return "NULL";
    if (boolval) return boolval.boolval ? "TRUE" : "FALSE";
    const strings = tokens.filter(({ kind }) => kind === "string");
    const [only] = strings;
    const others = tokens.filter(({ kind }) => kind !== "string" && kind !== "introducer");
    if (sval && only && others.length === 0) return stream.mysql ? only.value : (sval.sval ?? "");
  }
  const [begin] = tokens;
  const text = texts.get(stream.tokens) ?? "";
  return shortened(text.slice(begin?.start ?? 0, stream.last.end));
}

/** Names longer than this are cut, at a character's end. */
const mostBytes = 255;

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  let [kept, bytes] = ["", 0];
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    kept += character;
  }
  return kept;
}
