import { foldColumn } from "../../settings.ts";
import { readAssignments } from "../assignments.ts";
import { readFileFormat, readString } from "../intos.ts";
import { readCharacterSet } from "../specialFunctions.ts";
import type { LoadStatement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readPartition } from "./insert.ts";

/** LOAD DATA and LOAD XML: rows from a file of the server, or of the client. */
export function readLoad(stream: TokenStream): LoadStatement {
  const location = stream.next().start;
  if (!stream.acceptAny("DATA", "XML")) stream.beyond("this LOAD is not followed");
  const xml = stream.last.key === "XML";
  stream.acceptAny("LOW_PRIORITY", "CONCURRENT");
  const local = stream.accept("LOCAL");
  stream.expect("INFILE");
  readString(stream);
  const replaces = stream.acceptAny("REPLACE", "IGNORE") === "REPLACE";
  stream.expect("INTO", "TABLE");
  const relation = readTableName(stream);
  readPartition(stream);
  if (stream.accept("CHARACTER", "SET")) readCharacterSet(stream);
  if (xml && stream.accept("ROWS", "IDENTIFIED", "BY")) readString(stream);
  readFileFormat(stream);
  if (stream.accept("IGNORE")) {
    if (stream.next().kind !== "number" || !stream.acceptAny("LINES", "ROWS"))
      stream.fail("LINES is expected here");
  }
  const fields = stream.at("(") ? readFields(stream) : [];
  const assignments = stream.accept("SET") ? readAssignments(stream) : [];
  return { kind: "load", local, relation, replaces, fields, assignments, location };
}

const readFields = (stream: TokenStream): LoadStatement["fields"] =>
  stream.parenthesized(() =>
    stream.at(")")
      ? []
      : stream.list(() => {
          const location = stream.token.start;
          const user = stream.token.kind === "variable";
          const name = user ? stream.next().value : stream.name();
          return { name: foldColumn(name), location, user };
        }),
  );
