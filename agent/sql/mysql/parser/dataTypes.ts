import { readCharacterSet } from "./specialFunctions.ts";
import type { TokenStream } from "./tokenStream.ts";

/** Reads the type of a column or variable, with its length and character set; answers its first word. */
export function readDataType(stream: TokenStream): string {
  const { kind, key } = stream.next();
  if (kind !== "word") stream.fail("a type is expected here");
  if (
    key === "NATIONAL" ||
    key === "LONG" ||
    key === "CHAR" ||
    key === "CHARACTER" ||
    key === "DOUBLE" ||
    key === "NCHAR"
  ) {
    while (
      stream.acceptAny("CHAR", "CHARACTER", "VARCHAR", "VARBINARY", "VARYING", "PRECISION", "VARCHARACTER")
    );
  }
  if (stream.accept("(")) {
    stream.list(() => {
      const token = stream.next();
      if (!["number", "string", "binary", "word"].includes(token.kind))
        stream.fail("a length is expected here");
    });
    stream.expect(")");
  }
  for (;;) {
    if (stream.accept("CHARACTER", "SET") || stream.at("CHARSET")) {
      stream.accept("CHARSET");
      readCharacterSet(stream);
    } else if (stream.accept("COLLATE")) stream.next();
    else if (!stream.acceptAny("UNSIGNED", "SIGNED", "ZEROFILL", "BINARY", "ASCII", "UNICODE", "BYTE"))
      return key;
  }
}
