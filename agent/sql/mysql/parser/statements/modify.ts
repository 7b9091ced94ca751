import type { Node, RangeVar, WithClause } from "libpg-query";
import { foldTable } from "../../settings.ts";
import { readAssignments } from "../assignments.ts";
import { readExpression } from "../expressions.ts";
import { noteExtras } from "../extras.ts";
import { readFromClause, readTableAlias } from "../fromClauses.ts";
import { readSort } from "../sorting.ts";
import type { DeleteStatement, UpdateStatement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readPartition, readReturning } from "./insert.ts";

/** UPDATE of one table or of several. */
export function readUpdate(stream: TokenStream, withClause: WithClause | undefined): UpdateStatement {
  const location = stream.next().start;
  let ignores = false;
  while (stream.atAny("LOW_PRIORITY", "IGNORE")) ignores = stream.next().key === "IGNORE" || ignores;
  const tables = readFromClause(stream);
  readPeriod(stream);
  stream.expect("SET");
  const assignments = readAssignments(stream);
  const where = stream.accept("WHERE") ? readExpression(stream) : undefined;
  const { sort, limit } = readOrderAndLimit(stream);
  return { kind: "update", withClause, tables, assignments, ignores, where, sort, limit, location };
}

/** FOR PORTION OF of MariaDB: the rows are split, and no more of them are touched. */
function readPeriod(stream: TokenStream): void {
  if (!stream.accept("FOR", "PORTION", "OF")) return;
  stream.name();
  stream.expect("FROM");
  readExpression(stream);
  stream.expect("TO");
  readExpression(stream);
}

function readOrderAndLimit(stream: TokenStream): { sort: Node[]; limit: Node | undefined } {
  const sort = stream.accept("ORDER", "BY") ? stream.list(() => readSort(stream)) : [];
  const limit = stream.accept("LIMIT") ? readExpression(stream, 14) : undefined;
  if (limit && !stream.mysql && stream.accept("ROWS", "EXAMINED")) readExpression(stream, 14);
  return { sort, limit };
}

/** DELETE from one table; from tables named before FROM, or before USING. */
export function readDelete(stream: TokenStream, withClause: WithClause | undefined): DeleteStatement {
  const location = stream.next().start;
  while (stream.acceptAny("LOW_PRIORITY", "QUICK", "IGNORE", ...(stream.mysql ? [] : ["HISTORY"])));
  const begin = { kind: "delete", withClause, location, sort: [], limit: undefined, returning: [] } as const;
  if (!stream.accept("FROM")) {
    const targets = stream.list(() => readTarget(stream));
    stream.expect("FROM");
    const tables = readFromClause(stream);
    return { ...begin, targets, tables, where: readWhere(stream) };
  }
  const from = stream.position;
  const targets = stream.list(() => readTarget(stream));
  if (stream.accept("USING")) {
    const tables = readFromClause(stream);
    return { ...begin, targets, tables, where: readWhere(stream) };
  }
  stream.position = from;
  const table = readTableName(stream);
  const partition = readPartition(stream);
  if (!stream.mysql && stream.accept("FOR", "PORTION", "OF")) {
    stream.beyond("what FOR PORTION OF deletes and inserts is not followed");
  }
  if (!stream.mysql && stream.accept("BEFORE", "SYSTEM_TIME")) readExpression(stream);
  const alias = stream.mysql ? readTableAlias(stream) : undefined;
  const RangeVar = alias === undefined ? table : { ...table, alias: { aliasname: alias } };
  if (partition) noteExtras(RangeVar, { partition });
  const where = readWhere(stream);
  const { sort, limit } = readOrderAndLimit(stream);
  const returning = readReturning(stream);
  return { ...begin, targets: undefined, tables: [{ RangeVar }], where, sort, limit, returning };
}

const readWhere = (stream: TokenStream): Node | undefined =>
  stream.accept("WHERE") ? readExpression(stream) : undefined;

/** `t`, `t.*` or `schema.t.*`. */
function readTarget(stream: TokenStream): RangeVar {
  const location = stream.token.start;
  const fold = (name: string): string => foldTable(stream.settings, name);
  const parts = [fold(stream.name())];
  while (stream.accept(".")) {
    if (stream.accept("*")) break;
    parts.push(fold(stream.next().value));
  }
  const [schemaname, relname] = parts.length > 1 ? parts : [undefined, parts[0]];
  return {
    ...(schemaname === undefined ? {} : { schemaname }),
    ...(relname === undefined ? {} : { relname }),
    location,
  };
}
