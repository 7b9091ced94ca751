import type { FuncCall, Node, WindowDef } from "libpg-query";
import { readExpression } from "./expressions.ts";
import { text } from "./nodes.ts";
import { readSort } from "./sorting.ts";
import type { TokenStream } from "./tokenStream.ts";

type Arguments = Pick<FuncCall, "args" | "agg_order" | "agg_distinct" | "agg_star">;

const aggregates: ReadonlySet<string> = new Set(
  `COUNT SUM AVG MIN MAX STD STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP VAR_SAMP BIT_AND BIT_OR BIT_XOR
   GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG ANY_VALUE ST_COLLECT`.split(/\s+/),
);

/** Those that take DISTINCT. */
const quantified: ReadonlySet<string> = new Set(
  "COUNT SUM AVG MIN MAX GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG".split(" "),
);

/** The arguments of an aggregate with what stands among them: DISTINCT, ORDER BY, SEPARATOR; undefined for others. */
export function readAggregate(stream: TokenStream, word: string): Arguments | undefined {
  if (!aggregates.has(word)) return undefined;
  stream.expect("(");
  if (word === "COUNT" && stream.accept("*")) {
    stream.expect(")");
    return { args: [], agg_star: true };
  }
  const quantifiers = quantified.has(word) ? ["DISTINCT", "DISTINCTROW", "ALL"] : ["ALL"];
  const distinct = stream.acceptAny(...quantifiers);
  if (distinct !== undefined && !stream.at("ALL", ",")) stream.accept("ALL");
  const args = stream.list(() => readExpression(stream));
  const order = stream.accept("ORDER", "BY") ? stream.list(() => readSort(stream)) : [];
  if (stream.accept("SEPARATOR")) {
    const { start, kind, value } = stream.next();
    if (kind !== "string") stream.fail("a string is expected here");
    args.push(text(value, start));
  }
  if (stream.accept("LIMIT")) {
    readExpression(stream);
    if (stream.acceptAny(",", "OFFSET")) readExpression(stream);
  }
  stream.expect(")");
  return {
    args,
    ...(order.length > 0 ? { agg_order: order } : {}),
    ...(distinct === undefined || distinct === "ALL" ? {} : { agg_distinct: true }),
  };
}

/** WITHIN GROUP, RESPECT NULLS and OVER behind a call. */
export function readOver(stream: TokenStream, found: FuncCall): Node {
  let call = found;
  if (stream.accept("WITHIN", "GROUP")) {
    stream.expect("(", "ORDER", "BY");
    call = { ...call, agg_order: stream.list(() => readSort(stream)) };
    stream.expect(")");
  }
  if (stream.accept("FROM", "FIRST") || stream.accept("FROM", "LAST")) {
    if (!stream.mysql) stream.fail("FROM FIRST is not known here");
  }
  if (stream.mysql && (stream.at("RESPECT", "NULLS") || stream.at("IGNORE", "NULLS"))) {
    stream.next();
    stream.next();
  }
  if (!stream.accept("OVER")) return { FuncCall: call };
  if (stream.at("(")) return { FuncCall: { ...call, over: readWindow(stream) } };
  return { FuncCall: { ...call, over: { name: stream.name().toLowerCase() } } };
}

/** A window in parentheses. */
export function readWindow(stream: TokenStream): WindowDef {
  return stream.parenthesized(() => {
    const window: WindowDef = {};
    if (stream.atName && !stream.at("PARTITION", "BY") && !stream.atAny("RANGE", "ROWS", "GROUPS")) {
      window.refname = stream.name().toLowerCase();
    }
    if (stream.accept("PARTITION", "BY")) window.partitionClause = stream.list(() => readExpression(stream));
    if (stream.accept("ORDER", "BY")) window.orderClause = stream.list(() => readSort(stream));
    if (stream.acceptAny("ROWS", "RANGE", "GROUPS")) {
      const between = stream.accept("BETWEEN");
      const start = readBound(stream);
      if (between) stream.expect("AND");
      const end = between ? readBound(stream) : undefined;
      if (start) window.startOffset = start;
      if (end) window.endOffset = end;
      if (stream.accept("EXCLUDE") && !stream.accept("CURRENT", "ROW") && !stream.accept("NO", "OTHERS")) {
        if (!stream.acceptAny("GROUP", "TIES")) stream.fail("what a frame excludes is expected here");
      }
    }
    return window;
  });
}

function readBound(stream: TokenStream): Node | undefined {
  if (stream.accept("CURRENT", "ROW")) return undefined;
  if (stream.accept("UNBOUNDED", "PRECEDING") || stream.accept("UNBOUNDED", "FOLLOWING")) return undefined;
  const interval = stream.mysql && stream.accept("INTERVAL");
  const offset = readExpression(stream, 7);
  if (interval) stream.next();
  if (!stream.acceptAny("PRECEDING", "FOLLOWING")) stream.fail("PRECEDING or FOLLOWING is expected here");
  return offset;
}
