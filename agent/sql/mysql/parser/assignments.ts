import type { Node } from "libpg-query";
import { foldColumn, foldTable } from "../settings.ts";
import { readExpression } from "./expressions.ts";
import type { Assignment, NamedColumn } from "./statement.ts";
import type { TokenStream } from "./tokenStream.ts";

/** `a = 1, t.b = DEFAULT`. */
export const readAssignments = (stream: TokenStream): Assignment[] =>
  stream.list(() => {
    const location = stream.token.start;
    const name = readColumnName(stream);
    if (!stream.acceptAny("=", ":=")) stream.fail("= is expected here");
    return { name, value: readValueOrDefault(stream), location };
  });

/** A value, or undefined for DEFAULT. */
export function readValueOrDefault(stream: TokenStream): Node | undefined {
  if (stream.at("DEFAULT") && stream.ahead().key !== "(") {
    stream.next();
    return undefined;
  }
  if (!stream.mysql && stream.at("IGNORE")) {
    stream.next();
    return undefined;
  }
  return readExpression(stream);
}

/** `column`, `table.column` or `schema.table.column`, folded. */
function readColumnName(stream: TokenStream): readonly string[] {
  stream.accept(".");
  const parts = [stream.name()];
  while (parts.length < 3 && stream.accept(".")) parts.push(stream.next().value);
  return parts.map((part, index) =>
    index === parts.length - 1 ? foldColumn(part) : foldTable(stream.settings, part),
  );
}

/** `(a, b)`; the parentheses may be empty. */
export function readColumnList(stream: TokenStream): NamedColumn[] {
  return stream.parenthesized(() =>
    stream.at(")")
      ? []
      : stream.list(() => {
          const location = stream.token.start;
          return { name: readColumnName(stream).at(-1) ?? "", location };
        }),
  );
}
