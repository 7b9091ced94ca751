import type { Into, IntoTarget } from "./extras.ts";
import { readCharacterSet } from "./specialFunctions.ts";
import type { TokenStream } from "./tokenStream.ts";

/** INTO OUTFILE, DUMPFILE or variables. */
export function readInto(stream: TokenStream): Into {
  const { start } = stream.next();
  const here = () => ({ start, end: stream.last.end });
  const where = stream.acceptAny("OUTFILE", "DUMPFILE");
  if (where !== undefined) {
    const path = readString(stream);
    if (where === "OUTFILE") {
      if (stream.accept("CHARACTER", "SET")) readCharacterSet(stream);
      readFileFormat(stream);
    }
    return { kind: "file", path, dump: where === "DUMPFILE", span: here() };
  }
  const targets = stream.list((): IntoTarget => {
    if (stream.token.kind === "variable") return { name: stream.next().value, user: true };
    return { name: stream.name(), user: false };
  });
  return { kind: "variables", targets, span: here() };
}

export function readString(stream: TokenStream): string {
  if (stream.token.kind !== "string") stream.fail("a string is expected here");
  return stream.next().value;
}

const readSeparator = (stream: TokenStream): void => {
  const { kind } = stream.next();
  if (kind !== "string" && kind !== "binary") stream.fail("a string is expected here");
};

/** FIELDS and LINES of OUTFILE and LOAD DATA. */
export function readFileFormat(stream: TokenStream): void {
  if (stream.acceptAny("FIELDS", "COLUMNS")) {
    for (;;) {
      if (stream.accept("TERMINATED", "BY") || stream.accept("ESCAPED", "BY")) readSeparator(stream);
      else if (stream.at("OPTIONALLY") || stream.at("ENCLOSED")) {
        stream.accept("OPTIONALLY");
        stream.expect("ENCLOSED", "BY");
        readSeparator(stream);
      } else break;
    }
  }
  if (stream.accept("LINES")) {
    while (stream.accept("TERMINATED", "BY") || stream.accept("STARTING", "BY")) readSeparator(stream);
  }
}
