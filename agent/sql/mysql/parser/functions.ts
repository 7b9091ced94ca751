import type { FuncCall, Node } from "libpg-query";
import { readAggregate, readOver } from "./aggregates.ts";
import { readExpression } from "./expressions.ts";
import { columnRef, special, strings } from "./nodes.ts";
import { isReserved } from "./reservedWords.ts";
import { readSpecialArguments } from "./specialFunctions.ts";
import type { TokenStream } from "./tokenStream.ts";

/** Reserved words that are functions where a parenthesis follows. */
const callable: ReadonlySet<string> = new Set(
  `LEFT RIGHT IF MOD INSERT REPLACE REPEAT CHAR DATABASE SCHEMA INTERVAL ROW_NUMBER RANK DENSE_RANK CUME_DIST
   PERCENT_RANK NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE GROUPING CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
   CURRENT_USER CURRENT_ROLE LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP CONVERT MATCH DEFAULT VALUES
   ROW`.split(/\s+/),
);

/** Functions of the grammar itself, which refuses other numbers of arguments. */
const arities: Readonly<Record<string, readonly [number, number]>> = {
  ...Object.fromEntries(
    "ASCII CHARSET COLLATION DATE DAY HOUR MICROSECOND MINUTE MONTH PASSWORD QUARTER SECOND TIME YEAR"
      .split(" ")
      .map((name) => [name, [1, 1]] as const),
  ),
  USER: [0, 0],
  IF: [3, 3],
  INSERT: [4, 4],
  LEFT: [2, 2],
  RIGHT: [2, 2],
  MOD: [2, 2],
  REPEAT: [2, 2],
  REPLACE: [3, 3],
  TRUNCATE: [2, 2],
  COALESCE: [1, 65_535],
  FORMAT: [2, 3],
  TIMESTAMP: [1, 2],
  WEEK: [1, 2],
};

/** Whether a call comes next: `f(`, or `schema.f(`. */
export function atCall(stream: TokenStream): boolean {
  const { token } = stream;
  if (stream.ahead().key === "(") {
    if (token.kind === "name") return true;
    return token.kind === "word" && (callable.has(token.key) || !isReserved(token.key, stream.settings));
  }
  return (
    stream.ahead().key === "." && stream.ahead(3).key === "(" && stream.atName && stream.ahead(2).key !== "*"
  );
}

export function readFunction(stream: TokenStream): Node {
  const { start, value, key } = stream.next();
  const parts = [value];
  if (stream.accept(".")) parts.push(stream.next().value);
  const word = parts.length === 1 ? key : "";
  switch (word) {
    case "DEFAULT":
      return special("default", [readColumnArgument(stream)], start);
    case "VALUES":
    case "VALUE":
      if (!stream.proposing && !stream.mysql && word === "VALUES")
        stream.fail("VALUES stands for no row here");
      return special("proposed", [readColumnArgument(stream)], start);
    case "ROW": {
      const args = stream.parenthesized(() => stream.list(() => readExpression(stream)));
      return { RowExpr: { args, row_format: "COERCE_EXPLICIT_CALL", location: start } };
    }
    case "NEXTVAL":
    case "LASTVAL":
      return special(word === "NEXTVAL" ? "next_value" : "last_value", [readColumnArgument(stream)], start);
    case "SETVAL": {
      stream.expect("(");
      const sequence = readNameArgument(stream);
      const rest: Node[] = [];
      while (stream.accept(",")) rest.push(readExpression(stream));
      stream.expect(")");
      return special("next_value", [sequence, ...rest], start);
    }
    case "MATCH":
      return readMatch(stream, start);
    default:
  }
  const shaped = readAggregate(stream, word) ?? readSpecialArguments(stream, word, start);
  if (shaped && "node" in shaped) return shaped.node;
  const found: FuncCall = {
    funcname: strings(parts.map((part) => part.toLowerCase())),
    location: start,
    ...(shaped ?? { args: readArguments(stream) }),
  };
  const count = found.args?.length ?? 0;
  const [least, most] = arities[word] ?? [0, Number.MAX_SAFE_INTEGER];
  if (!shaped && (count < least || count > most)) stream.fail(`${word} takes another number of arguments`);
  return readOver(stream, found);
}

function readArguments(stream: TokenStream): Node[] {
  stream.expect("(");
  if (stream.accept(")")) return [];
  const args = stream.list(() => {
    const arg = readExpression(stream);
    // Loadable functions take names for their arguments.
    if (stream.accept("AS")) stream.next();
    else if (stream.atName) stream.name();
    return arg;
  });
  stream.expect(")");
  return args;
}

function readColumnArgument(stream: TokenStream): Node {
  return stream.parenthesized(() => readNameArgument(stream));
}

function readNameArgument(stream: TokenStream): Node {
  const { start } = stream.token;
  const parts = [stream.name()];
  while (parts.length < 3 && stream.accept(".")) parts.push(stream.next().value);
  return columnRef(parts, start);
}

/** `MATCH (a, b) AGAINST (text IN BOOLEAN MODE)`. */
function readMatch(stream: TokenStream, location: number): Node {
  const columns = stream.at("(")
    ? stream.parenthesized(() => stream.list(() => readNameArgument(stream)))
    : stream.list(() => readNameArgument(stream));
  stream.expect("AGAINST", "(");
  const against = readExpression(stream, 7);
  if (stream.accept("IN", "BOOLEAN", "MODE")) {
    stream.expect(")");
    return special("match", [...columns, against], location);
  }
  stream.accept("IN", "NATURAL", "LANGUAGE", "MODE");
  stream.accept("WITH", "QUERY", "EXPANSION");
  stream.expect(")");
  return special("match", [...columns, against], location);
}
