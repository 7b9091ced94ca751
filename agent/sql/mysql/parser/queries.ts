import type { Node, SelectStmt, SetOperation } from "libpg-query";
import { continueExpression } from "./expressions.ts";
import { subquery } from "./nodes.ts";
import { finishParentheses } from "./primaries.ts";
import { readTail, type Tail } from "./queryTails.ts";
import { readSelect } from "./selects.ts";
import type { TokenStream } from "./tokenStream.ts";
import { readValuesQuery } from "./valuesQueries.ts";
import { readWithClause } from "./withClauses.ts";

/** What opens with a parenthesis and a query: the query, or an expression that begins with it. */
export type Parenthesized =
  | { readonly kind: "query"; readonly select: SelectStmt }
  | { readonly kind: "node"; readonly node: Node };

/** Whether a query begins at the token so far ahead, parentheses before it skipped. */
export function atQuery(stream: TokenStream, ahead: number): boolean {
  let at = ahead;
  while (stream.ahead(at).key === "(") at++;
  const { key } = stream.ahead(at);
  switch (key) {
    case "SELECT":
    case "WITH":
      return true;
    case "VALUES":
      return stream.ahead(at + 1).key === (stream.mysql ? "ROW" : "(") && at > 0;
    case "TABLE":
      return stream.mysql;
    default:
      return false;
  }
}

/** A query with everything that belongs to it, up to its end. */
export function readQueryExpression(stream: TokenStream): SelectStmt {
  return stream.deeper(() => {
    const withClause = stream.at("WITH") ? readWithClause(stream) : undefined;
    const body = readBody(stream, readPrimaryQuery(stream));
    return finish(withTail(body, readTail(stream)), withClause);
  });
}

const finish = (body: Body, withClause: SelectStmt["withClause"]): SelectStmt =>
  withClause ? { ...own(body, body.select.withClause !== undefined), withClause } : body.select;

/** A query that has been read, and whether it is closed in parentheses, so that clauses after it are not its own. */
interface Body {
  readonly select: SelectStmt;
  readonly closed: boolean;
}

/** The query itself, or one around it that can take clauses of its own. */
function own(body: Body, taken: boolean): SelectStmt {
  return body.closed || taken ? { op: "SETOP_UNION", all: true, larg: body.select } : body.select;
}

function withTail(body: Body, tail: Tail): Body {
  if (Object.keys(tail).length === 0) return body;
  return { select: Object.assign(own(body, false), tail), closed: false };
}

function readPrimaryQuery(stream: TokenStream): Body {
  if (stream.at("(")) {
    const found = readParenthesizedQuery(stream);
    if (found.kind !== "query") stream.fail("a query is expected here");
    return { select: found.select, closed: true };
  }
  if (stream.at("SELECT")) return { select: readSelect(stream), closed: false };
  if (stream.at("VALUES") || (stream.mysql && stream.at("TABLE"))) {
    return { select: readValuesQuery(stream), closed: false };
  }
  return stream.fail("a query is expected here");
}

const operations: Readonly<Record<string, SetOperation>> = {
  UNION: "SETOP_UNION",
  EXCEPT: "SETOP_EXCEPT",
  MINUS: "SETOP_EXCEPT",
  INTERSECT: "SETOP_INTERSECT",
};

const atSetOperation = (stream: TokenStream): boolean => stream.atAny("UNION", "EXCEPT", "INTERSECT");

/** Set operations from left to right; INTERSECT binds more tightly. */
function readBody(stream: TokenStream, first: Body): Body {
  let left = readIntersections(stream, first);
  while (stream.atAny("UNION", "EXCEPT")) {
    const operator = stream.next().key;
    const all = readQuantifier(stream);
    const right = readIntersections(stream, readPrimaryQuery(stream));
    if (!stream.mysql && [left, right].some((one) => one.closed && one.select.withClause)) {
      stream.fail("WITH can only stand before all of a set operation");
    }
    left = combined(operator, all, left, right);
  }
  return left;
}

function readIntersections(stream: TokenStream, first: Body): Body {
  let left = first;
  while (stream.accept("INTERSECT")) {
    const all = readQuantifier(stream);
    left = combined("INTERSECT", all, left, readPrimaryQuery(stream));
  }
  return left;
}

function readQuantifier(stream: TokenStream): boolean {
  return stream.acceptAny("ALL", "DISTINCT", "DISTINCTROW") === "ALL";
}

const combined = (operator: string, all: boolean, left: Body, right: Body): Body => ({
  select: { op: operations[operator] ?? "SETOP_UNION", all, larg: left.select, rarg: right.select },
  closed: false,
});

/** Goes on from a query in parentheses that has been read. */
export function continueQuery(stream: TokenStream, select: SelectStmt): SelectStmt {
  return withTail(readBody(stream, { select, closed: true }), readTail(stream)).select;
}

/** Whether what follows a query in parentheses belongs to a query around it. */
const continuesQuery = (stream: TokenStream): boolean =>
  atSetOperation(stream) || stream.atAny("ORDER", "LIMIT", ")");

/** Reads from a parenthesis behind which, after more of them perhaps, a query begins. */
export function readParenthesizedQuery(stream: TokenStream): Parenthesized {
  return stream.deeper(() => {
    const { start } = stream.token;
    stream.expect("(");
    if (!stream.at("(")) {
      const select = readQueryExpression(stream);
      stream.expect(")");
      return { kind: "query", select };
    }
    const at = stream.token.start;
    const inner = readParenthesizedQuery(stream);
    if (inner.kind === "query" && continuesQuery(stream)) {
      const select = continueQuery(stream, inner.select);
      stream.expect(")");
      return { kind: "query", select };
    }
    const first = inner.kind === "query" ? subquery(inner.select, at) : inner.node;
    return { kind: "node", node: finishParentheses(stream, continueExpression(stream, first), start) };
  });
}

/** A query in parentheses, and nothing else in them. */
export function readSubquery(stream: TokenStream): SelectStmt {
  if (!atQuery(stream, 0)) stream.fail("a query in parentheses is expected here");
  const found = readParenthesizedQuery(stream);
  return found.kind === "query" ? found.select : stream.fail("a query is expected here");
}
