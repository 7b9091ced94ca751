import type { Node } from "libpg-query";
import { foldTable } from "../settings.ts";
import { readExpression } from "./expressions.ts";
import { noteExtras } from "./extras.ts";
import { readJoins } from "./joins.ts";
import { readJsonTable } from "./jsonTables.ts";
import { strings } from "./nodes.ts";
import { atQuery, continueQuery, readParenthesizedQuery, readQueryExpression } from "./queries.ts";
import { readTableName } from "./tableNames.ts";
import type { TokenStream } from "./tokenStream.ts";
import { readColumnNames } from "./withClauses.ts";

/** The tables of FROM, those between commas as a list. `FROM DUAL` is none. */
export function readFromClause(stream: TokenStream): Node[] {
  if (stream.accept("DUAL")) return [];
  return stream.list(() => readTableReference(stream));
}

/** A table with everything joined to it. */
function readTableReference(stream: TokenStream): Node {
  return stream.deeper(() => {
    // The notation of ODBC for outer joins.
    if (stream.at("{")) {
      stream.next();
      stream.name();
      const inner = readTableReference(stream);
      stream.expect("}");
      return readJoins(stream, inner);
    }
    return readJoins(stream, readTableFactor(stream));
  });
}

/** One table, derived table or parenthesis of tables. */
export function readTableFactor(stream: TokenStream): Node {
  if (stream.at("(")) return readParenthesis(stream);
  if (stream.at("LATERAL") && stream.mysql) {
    stream.next();
    return readDerived(stream, true);
  }
  if (stream.at("JSON_TABLE", "(")) return readJsonTable(stream);
  const table = readTableName(stream);
  const partition = stream.accept("PARTITION");
  if (partition) stream.parenthesized(() => stream.list(() => stream.name()));
  const time = readSystemTime(stream);
  const alias = readTableAlias(stream);
  readIndexHints(stream);
  const RangeVar = alias === undefined ? table : { ...table, alias: { aliasname: alias } };
  if (partition) noteExtras(RangeVar, { partition });
  if (time.length === 0) return { RangeVar };
  return { RangeTableSample: { relation: { RangeVar }, args: time } };
}

function readDerived(stream: TokenStream, lateral: boolean): Node {
  if (!atQuery(stream, 0)) stream.fail("a query is expected here");
  const found = readParenthesizedQuery(stream);
  if (found.kind !== "query") return stream.fail("a query is expected here");
  return derived(stream, { SelectStmt: found.select }, lateral);
}

function derived(stream: TokenStream, query: Node, lateral: boolean): Node {
  const aliasname = readTableAlias(stream);
  if (aliasname === undefined) return stream.fail("a derived table needs an alias");
  const columns = stream.mysql && stream.at("(") ? readColumnNames(stream) : [];
  const alias = columns.length > 0 ? { aliasname, colnames: strings(columns) } : { aliasname };
  return { RangeSubselect: { subquery: query, alias, ...(lateral ? { lateral } : {}) } };
}

/** `(SELECT …) d`, or tables in parentheses; which, shows only behind them. */
function readParenthesis(stream: TokenStream): Node {
  return stream.deeper(() => {
    const opened = readOpened(stream);
    return opened.kind === "query" ? derived(stream, { SelectStmt: opened.select }, false) : opened.node;
  });
}

type Opened = ReturnType<typeof readParenthesizedQuery>;

function readOpened(stream: TokenStream): Opened {
  stream.expect("(");
  if (!stream.at("(")) {
    if (atQuery(stream, 0) || stream.at("VALUES")) {
      const select = readQueryExpression(stream);
      stream.expect(")");
      return { kind: "query", select };
    }
    return closeTables(stream, readTableReference(stream));
  }
  const inner = readOpened(stream);
  if (inner.kind === "node") return closeTables(stream, readJoins(stream, inner.node));
  if (stream.atAny("UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT", ")")) {
    const select = continueQuery(stream, inner.select);
    stream.expect(")");
    return { kind: "query", select };
  }
  return closeTables(stream, readJoins(stream, derived(stream, { SelectStmt: inner.select }, false)));
}

/** Commas in parentheses join without condition. */
function closeTables(stream: TokenStream, first: Node): Opened {
  let node = first;
  while (stream.accept(",")) {
    node = { JoinExpr: { jointype: "JOIN_INNER", larg: node, rarg: readTableReference(stream) } };
  }
  stream.expect(")");
  return { kind: "node", node };
}

/** The alias of a table; WINDOW after a table begins a clause. */
export function readTableAlias(stream: TokenStream): string | undefined {
  if (!stream.acceptAny("AS", "=") && (!stream.atName || (stream.at("WINDOW") && !stream.token.quoted)))
    return undefined;
  if (stream.last.key === "=") stream.fail("an alias is expected here");
  return foldTable(stream.settings, stream.name());
}

function readSystemTime(stream: TokenStream): Node[] {
  if (stream.mysql || !stream.accept("FOR", "SYSTEM_TIME")) return [];
  if (stream.accept("ALL")) return [{ A_Const: { isnull: true } }];
  if (stream.accept("AS", "OF")) return [readMoment(stream)];
  const between = stream.accept("BETWEEN");
  if (!between) stream.expect("FROM");
  const from = readMoment(stream);
  stream.expect(between ? "AND" : "TO");
  return [from, readMoment(stream)];
}

function readMoment(stream: TokenStream): Node {
  if (stream.atAny("TIMESTAMP", "TRANSACTION") && stream.ahead().key !== "(") stream.next();
  return readExpression(stream, 7);
}

function readIndexHints(stream: TokenStream): void {
  while (
    stream.atAny("USE", "FORCE", "IGNORE") &&
    (stream.ahead().key === "INDEX" || stream.ahead().key === "KEY")
  ) {
    stream.next();
    stream.next();
    if (stream.accept("FOR") && !stream.accept("JOIN") && !stream.accept("ORDER", "BY"))
      stream.expect("GROUP", "BY");
    stream.parenthesized(() => {
      if (!stream.at(")")) stream.list(() => (stream.accept("PRIMARY") ? "PRIMARY" : stream.name()));
    });
    stream.accept(",");
  }
}
