import type { Node, SelectStmt } from "libpg-query";
import { readExpression } from "./expressions.ts";
import { type Into, noteExtras, type QueryExtras } from "./extras.ts";
import { readInto } from "./intos.ts";
import { readSort } from "./sorting.ts";
import type { TokenStream } from "./tokenStream.ts";

/** The clauses behind a whole query. */
export type Tail = Pick<
  SelectStmt,
  "sortClause" | "limitCount" | "limitOffset" | "limitOption" | "lockingClause"
> & {
  intoClause?: NonNullable<SelectStmt["intoClause"]>;
};

/** ORDER BY, LIMIT, FETCH, INTO and what locks rows. */
export function readTail(stream: TokenStream): Tail {
  const tail: Tail = {};
  if (stream.accept("ORDER", "BY")) tail.sortClause = stream.list(() => readSort(stream));
  readLimit(stream, tail);
  const locks: Node[] = [];
  let into: Into | undefined;
  for (;;) {
    if (stream.at("INTO")) {
      if (into) stream.fail("INTO stands here twice");
      into = readInto(stream);
    } else if (stream.at("FOR", "UPDATE") || stream.at("FOR", "SHARE") || stream.at("LOCK", "IN")) {
      readLock(stream);
      locks.push({ LockingClause: {} });
    } else break;
  }
  if (locks.length > 0) tail.lockingClause = locks;
  if (into) tail.intoClause = intoClause({ into });
  return tail;
}

/** A clause that stands for an INTO, so that no reader takes the query for one that merely returns rows. */
export function intoClause(extras: QueryExtras): NonNullable<SelectStmt["intoClause"]> {
  return noteExtras({}, extras);
}

function readLimit(stream: TokenStream, tail: Tail): void {
  if (stream.accept("LIMIT")) {
    if (stream.accept("ROWS", "EXAMINED")) {
      readCount(stream);
      return;
    }
    const first = readCount(stream);
    if (stream.accept(",")) {
      tail.limitOffset = first;
      tail.limitCount = readCount(stream);
    } else {
      tail.limitCount = first;
      if (stream.accept("OFFSET")) tail.limitOffset = readCount(stream);
    }
    if (stream.accept("ROWS", "EXAMINED")) readCount(stream);
    return;
  }
  if (stream.mysql) return;
  if (stream.accept("OFFSET")) {
    tail.limitOffset = readCount(stream);
    if (!stream.acceptAny("ROW", "ROWS")) stream.fail("ROWS is expected here");
  }
  if (!stream.accept("FETCH")) return;
  if (!stream.acceptAny("FIRST", "NEXT")) stream.fail("FIRST or NEXT is expected here");
  tail.limitCount = stream.atAny("ROW", "ROWS") ? { A_Const: { ival: { ival: 1 } } } : readCount(stream);
  if (!stream.acceptAny("ROW", "ROWS")) stream.fail("ROWS is expected here");
  if (stream.accept("WITH", "TIES")) tail.limitOption = "LIMIT_OPTION_WITH_TIES";
  else stream.expect("ONLY");
}

/** A number, a parameter, or inside of a routine the name of a variable. */
function readCount(stream: TokenStream): Node {
  const { kind, value } = stream.token;
  if (kind === "number" && !/^[0-9]+$/.test(value)) stream.fail("a whole number is expected here");
  if (kind !== "number" && kind !== "binary" && kind !== "parameter" && !stream.atName) {
    stream.fail("a number is expected here");
  }
  return readExpression(stream, 14);
}

function readLock(stream: TokenStream): void {
  if (stream.accept("LOCK")) stream.expect("IN", "SHARE", "MODE");
  else {
    stream.next();
    if (stream.next().key === "SHARE" && !stream.mysql) stream.fail("SHARE is not known here");
    if (stream.mysql && stream.accept("OF")) stream.list(() => stream.name());
  }
  if (stream.accept("WAIT")) readCount(stream);
  else if (stream.accept("SKIP", "LOCKED") || stream.accept("NOWAIT")) return;
}
