import type { Arm } from "./completionBlocks.ts";
import { nameOf, type Token } from "./lexer.ts";

/** A column of a SELECT list: `*` and `t.*`, or a name and, where it is a column alone, which. */
export type Output =
  | { readonly kind: "star"; readonly of: string | undefined }
  | {
      readonly kind: "column";
      readonly name: string;
      readonly column: string | undefined;
      readonly of: string | undefined;
    };

/** The columns that a SELECT list or RETURNING names; one whose name can't be told is left out. */
export function outputNames(text: string, code: readonly Token[], arm: Arm): readonly Output[] {
  const { outputs } = arm;
  if (!outputs) return [];
  const word = (token: Token | undefined): string => (token ? text.slice(token.start, token.end) : "");
  let first = outputs.first;
  if (/^(distinct|all)$/i.test(word(code[first]))) first++;
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of code.slice(first, outputs.end)) {
    const raw = word(token);
    if (raw === "(" || raw === "[") depth++;
    if (raw === ")" || raw === "]") depth--;
    if (raw === "," && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.flatMap((item) => outputOf(text, item));
}

function outputOf(text: string, item: readonly Token[]): readonly Output[] {
  const word = (token: Token | undefined): string => (token ? text.slice(token.start, token.end) : "");
  const isName = (token: Token | undefined): boolean =>
    token?.kind === "word" || token?.kind === "quoted_name";
  const last = item.at(-1);
  if (!last) return [];
  if (word(last) === "*" && (item.length === 1 || word(item.at(-2)) === ".")) {
    const owner = item.at(-3);
    return [{ kind: "star", of: owner && isName(owner) ? nameOf(text, owner) : undefined }];
  }
  const explicit = /^as$/i.test(word(item.at(-2)));
  const before = item.at(-2);
  const implicit =
    isName(before) || word(before) === ")" || before?.kind === "number" || before?.kind === "string";
  const aliased = isName(last) && item.length > 1 && (explicit || implicit) && !/^end$/i.test(word(last));
  const expression = aliased ? item.slice(0, explicit ? -2 : -1) : item;
  const column = columnAlone(text, expression);
  const name = aliased ? nameOf(text, last) : (column?.column ?? callName(text, expression));
  if (name === undefined) return [];
  return [{ kind: "column", name, column: column?.column, of: column?.of }];
}

/** `a`, `t.a`, `s.t.a`, each with or without a cast behind it. */
function columnAlone(
  text: string,
  item: readonly Token[],
): { readonly column: string; readonly of: string | undefined } | undefined {
  const cast = item.findIndex((token) => text.slice(token.start, token.end) === "::");
  const parts = cast < 0 ? item : item.slice(0, cast);
  if (parts.length === 0 || parts.length % 2 === 0) return undefined;
  const wellFormed = parts.every((token, position) =>
    position % 2 === 0
      ? token.kind === "word" || token.kind === "quoted_name"
      : text.slice(token.start, token.end) === ".",
  );
  const [owner, , column] = parts.slice(-3);
  if (!wellFormed || !owner) return undefined;
  return column
    ? { column: nameOf(text, column), of: nameOf(text, owner) }
    : { column: nameOf(text, owner), of: undefined };
}

/** The name of the function that an item calls. */
function callName(text: string, item: readonly Token[]): string | undefined {
  const open = item.findIndex((token) => text.slice(token.start, token.end) === "(");
  const name = open > 0 ? item[open - 1] : undefined;
  const last = item.at(-1);
  const whole = last !== undefined && text.slice(last.start, last.end) === ")";
  return name?.kind === "word" && whole ? nameOf(text, name) : undefined;
}
