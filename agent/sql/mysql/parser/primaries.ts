import type { Node } from "libpg-query";
import { isIntervalFunction, readExpression } from "./expressions.ts";
import { atCall, readFunction } from "./functions.ts";
import { columnRef, operation, special, string, strings, subquery, text } from "./nodes.ts";
import { atQuery, readParenthesizedQuery, readSubquery } from "./queries.ts";
import type { TokenStream } from "./tokenStream.ts";

const units: ReadonlySet<string> = new Set(
  `MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND
   HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH SQL_TSI_SECOND
   SQL_TSI_MINUTE SQL_TSI_HOUR SQL_TSI_DAY SQL_TSI_WEEK SQL_TSI_MONTH SQL_TSI_QUARTER SQL_TSI_YEAR`.split(
    /\s+/,
  ),
);

/** A unit of time, as it follows the amount of an INTERVAL. */
export function readUnit(stream: TokenStream): void {
  if (!units.has(stream.token.key)) stream.fail("a unit of time is expected here");
  stream.next();
}

/** A literal, a name, a call, a subquery, something in parentheses; with COLLATE and JSON arrows behind it. */
export function readPrimary(stream: TokenStream): Node {
  let node = readWithoutSuffix(stream);
  for (;;) {
    const { start, key } = stream.token;
    if (key === "COLLATE") {
      stream.next();
      if (stream.token.kind === "string") stream.next();
      else if (!stream.accept("BINARY")) stream.name();
      node = { CollateClause: { arg: node, location: start } };
    } else if (key === "->" || key === "->>") {
      stream.next();
      if (!("ColumnRef" in node)) stream.fail("only a column has a path into it");
      const path = readTextLiteral(stream);
      const found: Node = {
        FuncCall: { funcname: [string("json_extract")], args: [node, path], location: start },
      };
      node =
        key === "->"
          ? found
          : { FuncCall: { funcname: [string("json_unquote")], args: [found], location: start } };
    } else return node;
  }
}

function readWithoutSuffix(stream: TokenStream): Node {
  const { token } = stream;
  switch (token.kind) {
    case "number":
      stream.next();
      return /^[0-9]{1,9}$/.test(token.value)
        ? { A_Const: { ival: { ival: Number(token.value) }, location: token.start } }
        : { A_Const: { fval: { fval: token.value }, location: token.start } };
    case "binary":
      stream.next();
      return { A_Const: { bsval: { bsval: token.value }, location: token.start } };
    case "string":
      return readTextLiteral(stream);
    case "introducer":
      stream.next();
      // N'…' names its character set itself.
      if (stream.token.key !== "" || (stream.token.kind !== "string" && stream.token.kind !== "binary"))
        stream.fail("a string is expected here");
      return readWithoutSuffix(stream);
    case "parameter":
      stream.next();
      stream.parameters++;
      return { ParamRef: { number: stream.parameters, location: token.start } };
    case "variable":
      return readVariable(stream);
    case "system_variable":
      return readSystemVariable(stream);
    case "name":
    case "word":
      return readWord(stream);
    default:
      return readPunctuation(stream);
  }
}

/** Strings side by side are one. */
function readTextLiteral(stream: TokenStream): Node {
  const { start } = stream.token;
  if (stream.token.kind !== "string") stream.fail("a string is expected here");
  let { value } = stream.next();
  while (stream.token.kind === "string" && stream.token.key === "") value += stream.next().value;
  return text(value, start);
}

function readVariable(stream: TokenStream): Node {
  const { value, start } = stream.next();
  const name = text(value, start);
  if (!stream.accept(":=")) return special("user_variable", [name], start);
  return special("assign_variable", [name, readExpression(stream)], start);
}

function readSystemVariable(stream: TokenStream): Node {
  const { start } = stream.next();
  const first = stream.next().value;
  const parts = [first];
  while (parts.length < 3 && stream.accept(".")) {
    if (stream.token.kind !== "word" && stream.token.kind !== "name") stream.fail("a name is expected here");
    parts.push(stream.next().value);
  }
  return special("system_variable", [text(parts.join("."), start)], start);
}

function readPunctuation(stream: TokenStream): Node {
  const { key, start } = stream.token;
  if (key === "(") return readParentheses(stream);
  if (key === ".") return readDottedName(stream);
  if (key !== "{") return stream.fail("an expression is expected here");
  // The notation of ODBC: {d '2020-01-01'}, {fn now()}.
  stream.next();
  stream.name();
  const inner = readExpression(stream);
  stream.expect("}");
  return { CollateClause: { arg: inner, location: start } };
}

function readParentheses(stream: TokenStream): Node {
  const { start } = stream.token;
  if (atQuery(stream, 0)) {
    const found = readParenthesizedQuery(stream);
    return found.kind === "query" ? subquery(found.select, start) : found.node;
  }
  stream.expect("(");
  return finishParentheses(stream, readExpression(stream), start);
}

/** After the first expression in parentheses: more of them make a row. */
export function finishParentheses(stream: TokenStream, first: Node, location: number): Node {
  const args = [first];
  while (stream.accept(",")) args.push(readExpression(stream));
  stream.expect(")");
  if (args.length === 1) return first;
  return { RowExpr: { args, row_format: "COERCE_IMPLICIT_CAST", location } };
}

function readDottedName(stream: TokenStream): Node {
  const { start } = stream.token;
  const parts: string[] = [];
  const dotted = stream.at(".");
  if (!dotted) parts.push(stream.name());
  while (parts.length < 3 && stream.at(".") && stream.ahead().key !== "*") {
    stream.next();
    const { token } = stream;
    if (token.kind !== "name" && !stream.atName) stream.fail("a name is expected here");
    stream.next();
    parts.push(token.value);
  }
  if (dotted && parts.length < 2) stream.fail("a column of a table is expected here");
  return columnRef(parts, start);
}

/** Functions of the grammar that are written without parentheses. */
const bare: ReadonlySet<string> = new Set(
  `CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_ROLE LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME
   UTC_TIMESTAMP`.split(/\s+/),
);

function readWord(stream: TokenStream): Node {
  const { token } = stream;
  const { key, start } = token;
  switch (key) {
    case "NULL":
      stream.next();
      return { A_Const: { isnull: true, location: start } };
    case "TRUE":
    case "FALSE":
      stream.next();
      return { A_Const: { boolval: { boolval: key === "TRUE" }, location: start } };
    case "CASE":
      return readCase(stream);
    case "BINARY":
      stream.next();
      return {
        TypeCast: {
          arg: readExpression(stream, 13),
          typeName: { names: strings(["binary"]) },
          location: start,
        },
      };
    case "EXISTS":
      stream.next();
      return {
        SubLink: {
          subLinkType: "EXISTS_SUBLINK",
          subselect: { SelectStmt: readSubquery(stream) },
          location: start,
        },
      };
    case "INTERVAL":
      if (!isIntervalFunction(stream)) return readInterval(stream);
      break;
    case "NEXT":
    case "PREVIOUS":
      if (stream.at(key, "VALUE", "FOR")) return readSequence(stream, key);
      break;
    default:
  }
  if (atCall(stream)) return readFunction(stream);
  if (bare.has(key)) {
    stream.next();
    return { FuncCall: { funcname: [string(key.toLowerCase())], args: [], location: start } };
  }
  if (["DATE", "TIME", "TIMESTAMP"].includes(key) && stream.ahead().kind === "string") {
    stream.next();
    return readTextLiteral(stream);
  }
  return readDottedName(stream);
}

function readCase(stream: TokenStream): Node {
  const location = stream.next().start;
  const arg = stream.at("WHEN") ? undefined : readExpression(stream);
  const args: Node[] = [];
  while (stream.accept("WHEN")) {
    const expr = readExpression(stream);
    stream.expect("THEN");
    args.push({ CaseWhen: { expr, result: readExpression(stream) } });
  }
  if (args.length === 0) stream.fail("WHEN is expected here");
  const defresult = stream.accept("ELSE") ? readExpression(stream) : undefined;
  stream.expect("END");
  return { CaseExpr: { ...(arg ? { arg } : {}), args, ...(defresult ? { defresult } : {}), location } };
}

/** `INTERVAL 1 DAY + date`. */
function readInterval(stream: TokenStream): Node {
  const { start } = stream.next();
  const amount = readExpression(stream);
  readUnit(stream);
  if (!stream.at("+")) stream.fail("+ is expected here");
  stream.next();
  const date = readExpression(stream, 11);
  return operation("date+", special("interval", [amount], start), date, start);
}

function readSequence(stream: TokenStream, word: "NEXT" | "PREVIOUS"): Node {
  const { start } = stream.token;
  stream.expect(word, "VALUE", "FOR");
  return special(word === "NEXT" ? "next_value" : "last_value", [readDottedName(stream)], start);
}
