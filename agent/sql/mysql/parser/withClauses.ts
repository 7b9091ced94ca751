import type { CommonTableExpr, WithClause } from "libpg-query";
import { foldColumn, foldTable } from "../settings.ts";
import { strings } from "./nodes.ts";
import { readSubquery } from "./queries.ts";
import type { TokenStream } from "./tokenStream.ts";

/** WITH, its queries in order. */
export function readWithClause(stream: TokenStream): WithClause {
  const location = stream.next().start;
  const recursive = stream.accept("RECURSIVE");
  const ctes = stream.list(() => ({ CommonTableExpr: readOne(stream) }));
  return { ctes, recursive, location };
}

function readOne(stream: TokenStream): CommonTableExpr {
  const location = stream.token.start;
  const ctename = foldTable(stream.settings, stream.name());
  const columns = stream.at("(") ? readColumnNames(stream) : [];
  stream.expect("AS");
  const ctequery = { SelectStmt: readSubquery(stream) };
  if (!stream.mysql && stream.accept("CYCLE")) {
    stream.list(() => stream.name());
    stream.expect("RESTRICT");
  }
  return { ctename, ...(columns.length > 0 ? { aliascolnames: strings(columns) } : {}), ctequery, location };
}

/** `(a, b)` as names of columns. */
export const readColumnNames = (stream: TokenStream): string[] =>
  stream.parenthesized(() => stream.list(() => foldColumn(stream.name())));
