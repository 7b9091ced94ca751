import type { Node } from "libpg-query";
import { foldColumn } from "../settings.ts";
import { readDataType } from "./dataTypes.ts";
import { readExpression } from "./expressions.ts";
import { readTableAlias } from "./fromClauses.ts";
import { readString } from "./intos.ts";
import type { TokenStream } from "./tokenStream.ts";

/** `JSON_TABLE(document, path COLUMNS (…)) AS t`. */
export function readJsonTable(stream: TokenStream): Node {
  const location = stream.next().start;
  stream.expect("(");
  const raw_expr = readExpression(stream);
  stream.expect(",");
  readExpression(stream, 7);
  const columns = readColumns(stream);
  stream.expect(")");
  const aliasname = readTableAlias(stream);
  if (aliasname === undefined) stream.fail("JSON_TABLE needs an alias");
  return { JsonTable: { context_item: { raw_expr }, columns, alias: { aliasname }, location } };
}

function readColumns(stream: TokenStream): Node[] {
  stream.expect("COLUMNS");
  return stream.parenthesized(() => stream.list(() => ({ JsonTableColumn: readColumn(stream) })));
}

function readColumn(stream: TokenStream): Extract<Node, { JsonTableColumn: unknown }>["JsonTableColumn"] {
  if (stream.at("NESTED") && (stream.ahead().key === "PATH" || stream.ahead().kind === "string")) {
    stream.next();
    stream.accept("PATH");
    readString(stream);
    return { coltype: "JTC_NESTED", columns: readColumns(stream) };
  }
  const name = foldColumn(stream.name());
  if (stream.accept("FOR", "ORDINALITY")) return { coltype: "JTC_FOR_ORDINALITY", name };
  readDataType(stream);
  const exists = stream.accept("EXISTS");
  stream.expect("PATH");
  readString(stream);
  while (!exists && stream.atAny("NULL", "ERROR", "DEFAULT")) {
    if (stream.next().key === "DEFAULT") readDefault(stream);
    stream.expect("ON");
    if (!stream.acceptAny("EMPTY", "ERROR")) stream.fail("EMPTY or ERROR is expected here");
  }
  return { coltype: exists ? "JTC_EXISTS" : "JTC_REGULAR", name };
}

/** A string, or in MariaDB a number too. */
function readDefault(stream: TokenStream): void {
  if (stream.mysql || stream.token.kind === "string") {
    readString(stream);
    return;
  }
  stream.acceptAny("-", "+");
  if (stream.next().kind !== "number") stream.fail("a string or number is expected here");
}
