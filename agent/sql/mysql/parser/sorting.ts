import type { Node } from "libpg-query";
import { readExpression } from "./expressions.ts";
import type { TokenStream } from "./tokenStream.ts";

/** One key of ORDER BY, or of a GROUP BY that still takes ASC and DESC. */
export function readSort(stream: TokenStream): Node {
  const location = stream.token.start;
  const node = readExpression(stream);
  stream.acceptAny("ASC", "DESC");
  return { SortBy: { node, location } };
}
