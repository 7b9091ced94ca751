import type { Node } from "libpg-query";
import { characterSets } from "../lexer/characterSets.ts";
import { readExpression } from "./expressions.ts";
import { special, strings } from "./nodes.ts";
import { readUnit } from "./primaries.ts";
import type { TokenStream } from "./tokenStream.ts";

/** The arguments of a call, or a node that stands for the whole call. */
type Shaped = { readonly args: Node[] } | { readonly node: Node };

/** Calls whose arguments are not merely expressions with commas between; undefined for all others. */
export function readSpecialArguments(
  stream: TokenStream,
  word: string,
  location: number,
): Shaped | undefined {
  const read = readers[word];
  return read ? stream.parenthesized(() => read(stream, location)) : undefined;
}

type ArgumentReader = (stream: TokenStream, location: number) => Shaped;

const cast: ArgumentReader = (stream, location) => {
  const arg = readExpression(stream);
  stream.expect("AS");
  return castTo(arg, readCastType(stream), location);
};

const castTo = (arg: Node, type: string, location: number): Shaped => ({
  node: { TypeCast: { arg, typeName: { names: strings([type]) }, location } },
});

const convert: ArgumentReader = (stream, location) => {
  const arg = readExpression(stream);
  if (stream.accept("USING")) {
    readCharacterSet(stream);
    return castTo(arg, "char", location);
  }
  stream.expect(",");
  return castTo(arg, readCastType(stream), location);
};

const sharedTypes = `BINARY CHAR CHARACTER NCHAR DATE DATETIME TIME DECIMAL DEC NUMERIC SIGNED UNSIGNED DOUBLE FLOAT`;
const types = {
  mariadb: new Set(
    `${sharedTypes} INT INTEGER VARCHAR VARBINARY INET4 INET6 UUID INTERVAL NATIONAL TIMESTAMP`.split(" "),
  ),
  mysql: new Set(
    `${sharedTypes} YEAR REAL JSON POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON
     GEOMETRYCOLLECTION NATIONAL TIMESTAMP`.split(/\s+/),
  ),
};

/** The type after AS of CAST; only its name matters. */
function readCastType(stream: TokenStream): string {
  const { key } = stream.token;
  if (!types[stream.settings.variant].has(key)) stream.beyond("this type is not known");
  stream.next();
  if (key === "NATIONAL") stream.acceptAny("CHAR", "CHARACTER", "VARCHAR");
  stream.acceptAny("INT", "INTEGER", "PRECISION", "VARYING", "DAY_SECOND", "DAY_HOUR");
  if (stream.accept("(")) {
    stream.list(() => stream.next());
    stream.expect(")");
  }
  for (;;) {
    if (stream.accept("CHARACTER", "SET") || stream.at("CHARSET")) {
      stream.accept("CHARSET");
      readCharacterSet(stream);
    } else if (stream.accept("COLLATE")) stream.next();
    else if (!stream.acceptAny("ASCII", "UNICODE", "BINARY", "ARRAY", "UNSIGNED", "SIGNED", "ZEROFILL"))
      break;
  }
  return key.toLowerCase();
}

/** The name of a character set. */
export function readCharacterSet(stream: TokenStream): string {
  const { value, kind, key } = stream.next();
  if (kind !== "word" && kind !== "name" && kind !== "string")
    stream.fail("a character set is expected here");
  const name = value.toLowerCase();
  if (!characterSets.has(name) && key !== "DEFAULT" && key !== "BINARY")
    stream.beyond("this character set is not known");
  return name;
}

const extract: ArgumentReader = (stream) => {
  readUnit(stream);
  stream.expect("FROM");
  return { args: [readExpression(stream)] };
};

const trim: ArgumentReader = (stream) => {
  const side = stream.acceptAny("LEADING", "TRAILING", "BOTH");
  if (side !== undefined && stream.accept("FROM")) return { args: [readExpression(stream)] };
  const args = [readExpression(stream)];
  if (stream.accept("FROM")) args.push(readExpression(stream));
  return { args };
};

const substring: ArgumentReader = (stream) => {
  const args = [readExpression(stream)];
  if (stream.accept("FROM")) {
    args.push(readExpression(stream));
    if (stream.accept("FOR")) args.push(readExpression(stream));
  } else while (stream.accept(",")) args.push(readExpression(stream));
  return { args };
};

const position: ArgumentReader = (stream) => {
  const args = [readExpression(stream, 7)];
  stream.expect("IN");
  return { args: [...args, readExpression(stream)] };
};

const char: ArgumentReader = (stream) => {
  const args = stream.list(() => readExpression(stream));
  if (stream.accept("USING")) readCharacterSet(stream);
  return { args };
};

const dateArithmetic: ArgumentReader = (stream) => {
  const date = readExpression(stream);
  stream.expect(",");
  const { start } = stream.token;
  if (!stream.accept("INTERVAL")) return { args: [date, readExpression(stream)] };
  const amount = readExpression(stream);
  readUnit(stream);
  return { args: [date, special("interval", [amount], start)] };
};

const withUnit: ArgumentReader = (stream) => {
  readUnit(stream);
  stream.expect(",");
  const first = readExpression(stream);
  stream.expect(",");
  return { args: [first, readExpression(stream)] };
};

const getFormat: ArgumentReader = (stream) => {
  if (!stream.acceptAny("DATE", "TIME", "DATETIME", "TIMESTAMP"))
    stream.fail("a kind of time is expected here");
  stream.expect(",");
  return { args: [readExpression(stream)] };
};

const weightString: ArgumentReader = (stream) => {
  const args = [readExpression(stream)];
  if (stream.accept("AS")) readCastType(stream);
  if (stream.accept("LEVEL")) stream.skipTo(")");
  while (stream.accept(",")) args.push(readExpression(stream));
  return { args };
};

const jsonValue: ArgumentReader = (stream) => {
  const args = [readExpression(stream)];
  stream.expect(",");
  args.push(readExpression(stream));
  if (stream.mysql && stream.accept("RETURNING")) readCastType(stream);
  while (stream.mysql && stream.atAny("NULL", "ERROR", "DEFAULT")) {
    if (stream.next().key === "DEFAULT") args.push(readExpression(stream));
    stream.expect("ON");
    if (!stream.acceptAny("EMPTY", "ERROR")) stream.fail("EMPTY or ERROR is expected here");
  }
  return { args };
};

const dynamicColumns: ArgumentReader = (stream) => ({
  args: stream.list(() => {
    const arg = readExpression(stream);
    if (stream.accept("AS")) readCastType(stream);
    return arg;
  }),
});

const readers: Readonly<Record<string, ArgumentReader>> = {
  CAST: cast,
  CONVERT: convert,
  EXTRACT: extract,
  TRIM: trim,
  SUBSTRING: substring,
  SUBSTR: substring,
  MID: substring,
  POSITION: position,
  CHAR: char,
  DATE_ADD: dateArithmetic,
  DATE_SUB: dateArithmetic,
  ADDDATE: dateArithmetic,
  SUBDATE: dateArithmetic,
  TIMESTAMPADD: withUnit,
  TIMESTAMPDIFF: withUnit,
  GET_FORMAT: getFormat,
  WEIGHT_STRING: weightString,
  JSON_VALUE: jsonValue,
  COLUMN_CREATE: dynamicColumns,
  COLUMN_ADD: dynamicColumns,
  COLUMN_GET: dynamicColumns,
};
