import type { TokenStream } from "../parser/tokenStream.ts";

/** A declared type as information_schema prints it, and what else the word for it says of its column. */
export interface DeclaredType {
  readonly printed: string;
  /** SERIAL. */
  readonly isSerial: boolean;
  /** MariaDB's JSON is a text that is checked. */
  readonly isCheckedJson: boolean;
}

/** Reads the type of a column, parameter or result. */
export function readColumnType(stream: TokenStream): DeclaredType {
  const word = readWords(stream);
  const args = readArguments(stream);
  const { unsigned, zerofill, bytes } = readModifiers(stream);
  const isSerial = word === "SERIAL";
  const suffix = `${unsigned || zerofill || isSerial ? " unsigned" : ""}${zerofill ? " zerofill" : ""}`;
  const isCheckedJson = word === "JSON" && !stream.mysql;
  return {
    printed: printed(word, args, suffix, { mysql: stream.mysql, bytes, zerofill }),
    isSerial,
    isCheckedJson,
  };
}

/** The words of its name as one: `DOUBLE PRECISION`, `NATIONAL CHARACTER VARYING`. */
function readWords(stream: TokenStream): string {
  const first = stream.next();
  if (first.kind !== "word") stream.fail("a type is expected here");
  let { key } = first;
  if (key === "NATIONAL") key = stream.next().key;
  if (key === "LONG") {
    if (stream.accept("VARBINARY")) return "MEDIUMBLOB";
    stream.acceptAny("VARCHAR", "VARCHARACTER") ??
      (stream.acceptAny("CHAR", "CHARACTER") && stream.accept("VARYING"));
    return "MEDIUMTEXT";
  }
  if (key === "DOUBLE") stream.accept("PRECISION");
  if (["CHAR", "CHARACTER", "NCHAR"].includes(key)) {
    if (stream.acceptAny("VARYING", "VARCHAR", "VARCHARACTER")) return "VARCHAR";
  }
  return SYNONYMS.get(key) ?? key;
}

const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    INTEGER: "INT",
    INT1: "TINYINT",
    INT2: "SMALLINT",
    INT3: "MEDIUMINT",
    INT4: "INT",
    INT8: "BIGINT",
    MIDDLEINT: "MEDIUMINT",
    DEC: "DECIMAL",
    NUMERIC: "DECIMAL",
    FIXED: "DECIMAL",
    FLOAT4: "FLOAT",
    FLOAT8: "DOUBLE",
    REAL: "DOUBLE",
    CHARACTER: "CHAR",
    NCHAR: "CHAR",
    NVARCHAR: "VARCHAR",
    VARCHARACTER: "VARCHAR",
  }),
);

/** What stands in the parentheses behind it, as printed. */
function readArguments(stream: TokenStream): readonly string[] {
  if (!stream.at("(")) return [];
  return stream.parenthesized(() =>
    stream.list(() => {
      let [{ kind, value }, text] = [stream.next(), ""];
      while (kind === "introducer") ({ kind, value } = stream.next());
      if (!["number", "string", "binary", "word"].includes(kind)) stream.fail("a length is expected here");
      if (kind !== "string") return value;
      // Strings side by side are one.
      text = value;
      while (stream.token.kind === "string") text += stream.next().value;
      return quoted(text.replace(/ +$/, ""));
    }),
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function readModifiers(stream: TokenStream): { unsigned: boolean; zerofill: boolean; bytes: boolean } {
  const found = { unsigned: false, zerofill: false, bytes: false };
  for (;;) {
    if (stream.accept("UNSIGNED")) found.unsigned = true;
    else if (stream.accept("ZEROFILL")) found.zerofill = true;
    else if (stream.accept("BYTE")) found.bytes = true;
    else if (stream.accept("CHARACTER", "SET") || stream.accept("CHARSET")) {
      if (stream.next().value.toLowerCase() === "binary") found.bytes = true;
    } else if (stream.accept("COLLATE")) stream.next();
    else if (stream.at("BINARY") || stream.atAny("SIGNED", "ASCII", "UNICODE")) stream.next();
    else return found;
  }
}

interface Printing {
  readonly mysql: boolean;
  readonly bytes: boolean;
  readonly zerofill: boolean;
}

function printed(word: string, args: readonly string[], suffix: string, how: Printing): string {
  const [length, decimals] = args;
  const name = word.toLowerCase();
  switch (word) {
    case "BOOL":
    case "BOOLEAN":
      return "tinyint(1)";
    case "SERIAL":
      return `${integer("bigint", undefined, suffix, how)}${suffix}`;
    case "TINYINT":
    case "SMALLINT":
    case "MEDIUMINT":
    case "INT":
    case "BIGINT":
      return `${integer(name, length, suffix, how)}${suffix}`;
    case "DECIMAL":
      return `decimal(${length ?? 10},${decimals ?? 0})${suffix}`;
    case "FLOAT":
      if (length === undefined) return `float${suffix}`;
      if (decimals === undefined) return `${Number(length) > 24 ? "double" : "float"}${suffix}`;
      return `float(${length},${decimals})${suffix}`;
    case "DOUBLE":
      return `double${decimals === undefined ? "" : `(${length},${decimals})`}${suffix}`;
    case "BIT":
      return `bit(${length ?? 1})`;
    case "YEAR":
      return how.mysql ? "year" : `year(${length ?? 4})`;
    case "TIME":
    case "DATETIME":
    case "TIMESTAMP":
      return length === undefined || length === "0" ? name : `${name}(${length})`;
    case "CHAR":
    case "BINARY":
      return `${how.bytes ? "binary" : name}(${length ?? 1})`;
    case "VARCHAR":
      return `${how.bytes ? "varbinary" : name}(${length ?? ""})`;
    case "TEXT":
      return how.bytes ? sized("blob", length, 1) : sized("text", length, 4);
    case "BLOB":
      return sized("blob", length, 1);
    case "TINYTEXT":
    case "MEDIUMTEXT":
    case "LONGTEXT":
      return how.bytes ? name.replace("text", "blob") : name;
    case "JSON":
      return how.mysql ? "json" : "longtext";
    case "ENUM":
    case "SET":
      return `${name}(${args.join(",")})`;
    case "GEOMETRYCOLLECTION":
    case "GEOMCOLLECTION":
      return how.mysql ? "geomcollection" : "geometrycollection";
    default:
      return args.length === 0 ? name : `${name}(${args.join(",")})`;
  }
}

/** MariaDB prints the width of every whole number; MySQL only where it says something. */
function integer(name: string, width: string | undefined, suffix: string, how: Printing): string {
  const [signed = "", unsigned = ""] = WIDTHS[name] ?? [];
  const shown = width ?? (suffix === "" ? signed : unsigned);
  const isFlag = name === "tinyint" && width === "1" && suffix === "";
  return how.mysql && !how.zerofill && !isFlag ? name : `${name}(${shown})`;
}

const WIDTHS: Readonly<Record<string, readonly [signed: string, unsigned: string]>> = {
  tinyint: ["4", "3"],
  smallint: ["6", "5"],
  mediumint: ["9", "8"],
  int: ["11", "10"],
  bigint: ["20", "20"],
};

/** The smallest type that holds so many characters. */
function sized(name: "text" | "blob", length: string | undefined, bytesPerCharacter: number): string {
  if (length === undefined) return name;
  const bytes = Number(length) * bytesPerCharacter;
  if (bytes < 2 ** 8) return `tiny${name}`;
  if (bytes < 2 ** 16) return name;
  return bytes < 2 ** 24 ? `medium${name}` : `long${name}`;
}
