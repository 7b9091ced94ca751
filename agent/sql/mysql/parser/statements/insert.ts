import type { Node } from "libpg-query";
import { foldTable } from "../../settings.ts";
import { readAssignments, readColumnList, readValueOrDefault } from "../assignments.ts";
import { atQuery, readQueryExpression } from "../queries.ts";
import { readItem } from "../selects.ts";
import type { InsertStatement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readColumnNames } from "../withClauses.ts";

type Found = { -readonly [Key in keyof InsertStatement]: InsertStatement[Key] };

/** INSERT and REPLACE in all their forms. */
export function readInsert(stream: TokenStream): InsertStatement {
  const { start: location, key } = stream.next();
  const kind = key === "REPLACE" ? "replace" : "insert";
  let ignores = false;
  const words = ["LOW_PRIORITY", "DELAYED", ...(kind === "insert" ? ["HIGH_PRIORITY", "IGNORE"] : [])];
  while (stream.atAny(...words)) ignores = stream.next().key === "IGNORE" || ignores;
  stream.accept("INTO");
  const relation = readTableName(stream);
  readPartition(stream);
  const found: Found = {
    kind,
    relation,
    columns: undefined,
    duplicate: [],
    ignores,
    returning: [],
    location,
  };
  if (stream.at("(") && !atQuery(stream, 0)) found.columns = readColumnList(stream);
  if (stream.acceptAny("VALUES", "VALUE")) found.rows = stream.list(() => readRow(stream));
  else if (!found.columns && stream.accept("SET")) found.assignments = readAssignments(stream);
  else if (stream.at("(") || stream.at("SELECT") || stream.at("WITH") || stream.at("TABLE")) {
    found.query = readQueryExpression(stream);
  } else stream.fail("the rows to insert are expected here");
  if (stream.mysql && (found.rows || found.assignments) && stream.accept("AS")) {
    const name = foldTable(stream.settings, stream.name());
    found.alias = { name, columns: stream.at("(") ? readColumnNames(stream) : [] };
  }
  if (kind === "insert" && stream.accept("ON", "DUPLICATE", "KEY", "UPDATE")) {
    stream.proposing = true;
    found.duplicate = readAssignments(stream);
    stream.proposing = false;
  }
  found.returning = readReturning(stream);
  return found;
}

function readRow(stream: TokenStream): (Node | undefined)[] {
  if (stream.mysql) stream.accept("ROW");
  return stream.parenthesized(() => (stream.at(")") ? [] : stream.list(() => readValueOrDefault(stream))));
}

/** PARTITION with its names; true where it is there. */
export function readPartition(stream: TokenStream): boolean {
  const partition = stream.accept("PARTITION");
  if (partition) stream.parenthesized(() => stream.list(() => stream.name()));
  return partition;
}

/** RETURNING of MariaDB. */
export function readReturning(stream: TokenStream): Node[] {
  if (stream.mysql || !stream.accept("RETURNING")) return [];
  return stream.list(() => readItem(stream));
}
