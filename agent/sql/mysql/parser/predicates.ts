import type { Node } from "libpg-query";
import { binding, readBitExpression, readExpression, readSimpleExpression } from "./expressions.ts";
import { call, negated, operation } from "./nodes.ts";
import { atQuery, readSubquery } from "./queries.ts";
import type { TokenStream } from "./tokenStream.ts";

/** IS NULL, IS TRUE and their kin. */
export function readIs(stream: TokenStream, left: Node): Node {
  const location = stream.next().start;
  const not = stream.accept("NOT");
  const what = stream.acceptAny("NULL", "TRUE", "FALSE", "UNKNOWN", "JSON");
  switch (what) {
    case "NULL":
      return { NullTest: { arg: left, nulltesttype: not ? "IS_NOT_NULL" : "IS_NULL", location } };
    case "TRUE":
    case "FALSE":
    case "UNKNOWN": {
      const booltesttype = `IS_${not ? "NOT_" : ""}${what}` as const;
      return { BooleanTest: { arg: left, booltesttype, location } };
    }
    default:
      return stream.fail("NULL, TRUE, FALSE or UNKNOWN is expected here");
  }
}

/** IN, BETWEEN, LIKE and REGEXP with NOT before them perhaps; undefined where none of them comes. */
export function readPredicate(stream: TokenStream, left: Node): Node | undefined {
  const not = stream.at("NOT") && ["IN", "BETWEEN", "LIKE", "REGEXP", "RLIKE"].includes(stream.ahead().key);
  const { start } = stream.token;
  const word = not ? stream.ahead().key : stream.token.key;
  if (word === "SOUNDS" && stream.ahead().key === "LIKE") {
    stream.accept("SOUNDS", "LIKE");
    const right = readBitExpression(stream);
    return operation("=", call("soundex", [left], start), call("soundex", [right], start), start);
  }
  if (word === "MEMBER" && stream.mysql) {
    stream.next();
    stream.accept("OF");
    return call("json_contains", [stream.parenthesized(() => readExpression(stream)), left], start);
  }
  if (!["IN", "BETWEEN", "LIKE", "REGEXP", "RLIKE"].includes(word)) return undefined;
  if (not) stream.next();
  stream.next();
  switch (word) {
    case "IN":
      return readIn(stream, left, not, start);
    case "BETWEEN": {
      const low = readBitExpression(stream);
      stream.expect("AND");
      const items = [low, readExpression(stream, binding.predicate)];
      const kind = not ? "AEXPR_NOT_BETWEEN" : "AEXPR_BETWEEN";
      return operation(kind, left, { List: { items } }, start, kind);
    }
    case "LIKE": {
      const pattern = readSimpleExpression(stream);
      const escapes = stream.accept("ESCAPE") ? [readSimpleExpression(stream)] : [];
      const right: Node = escapes.length > 0 ? { List: { items: [pattern, ...escapes] } } : pattern;
      return operation(not ? "!~~" : "~~", left, right, start, "AEXPR_LIKE");
    }
    default:
      return operation(not ? "!~" : "~", left, readBitExpression(stream), start);
  }
}

/** `((SELECT …), …`: the query in parentheses is only the first of several values. */
function beginsList(stream: TokenStream): boolean {
  let depth = 0;
  for (let count = 1; ; count++) {
    const { key, kind } = stream.ahead(count);
    if (kind === "end") return false;
    if (key === "(") depth++;
    if (key === ")") depth--;
    if (depth < 0) return false;
    if (depth === 0) return key === ")" && stream.ahead(count + 1).key === ",";
  }
}

function readIn(stream: TokenStream, left: Node, not: boolean, location: number): Node {
  if (stream.at("(") && atQuery(stream, 1) && !beginsList(stream)) {
    const select = readSubquery(stream);
    const found: Node = {
      SubLink: { subLinkType: "ANY_SUBLINK", testexpr: left, subselect: { SelectStmt: select }, location },
    };
    return not ? negated(found, location) : found;
  }
  const items = stream.parenthesized(() => stream.list(() => readExpression(stream)));
  return operation(not ? "<>" : "=", left, { List: { items } }, location, "AEXPR_IN");
}
