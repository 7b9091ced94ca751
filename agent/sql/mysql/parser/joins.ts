import type { JoinExpr, JoinType, Node } from "libpg-query";
import { readExpression } from "./expressions.ts";
import { readTableFactor } from "./fromClauses.ts";
import { strings } from "./nodes.ts";
import type { TokenStream } from "./tokenStream.ts";
import { readColumnNames } from "./withClauses.ts";

type Condition = Pick<JoinExpr, "quals" | "usingClause" | "isNatural">;

/** A RIGHT JOIN that merges columns has those of its right side first: it is a LEFT JOIN the other way round. */
function joined(jointype: JoinType, left: Node, right: Node, condition: Condition): Node {
  if (jointype === "JOIN_RIGHT" && !condition.quals) {
    return { JoinExpr: { jointype: "JOIN_LEFT", larg: right, rarg: left, ...condition } };
  }
  return { JoinExpr: { jointype, larg: left, rarg: right, ...condition } };
}

interface Pending {
  readonly jointype: JoinType;
  readonly left: Node;
}

/**
 * Everything joined to a first table. A join without condition takes the nearest tables; a second ON in a row
 * belongs to the join further out, as in `a JOIN b JOIN c ON … ON …`.
 */
export function readJoins(stream: TokenStream, first: Node): Node {
  const pending: Pending[] = [];
  let current = first;
  for (;;) {
    const natural = readNatural(stream);
    if (natural !== undefined) {
      current = settle(pending, current);
      const rarg = readTableFactor(stream);
      current = joined(natural, current, rarg, { isNatural: true });
      continue;
    }
    const jointype = readJoinType(stream);
    if (jointype !== undefined) {
      pending.push({ jointype, left: current });
      current = readTableFactor(stream);
      continue;
    }
    if (!stream.atAny("ON", "USING") || pending.length === 0) break;
    current = readConditions(stream, pending, current);
  }
  if (pending.some((one) => one.jointype !== "JOIN_INNER")) stream.fail("ON or USING is expected here");
  return settle(pending, current);
}

/** Joins without a condition, from left to right. */
function settle(pending: Pending[], last: Node): Node {
  const operands = [...pending.map((one) => one.left), last];
  pending.length = 0;
  return operands.reduce((larg, rarg) => ({ JoinExpr: { jointype: "JOIN_INNER", larg, rarg } }));
}

function readConditions(stream: TokenStream, pending: Pending[], last: Node): Node {
  const conditions: Condition[] = [];
  // One more ON belongs to no join: it is that of ON DUPLICATE KEY, if anything.
  while (conditions.length < pending.length && stream.atAny("ON", "USING")) {
    const { key } = stream.next();
    conditions.push(
      key === "ON" ? { quals: readExpression(stream) } : { usingClause: strings(readColumnNames(stream)) },
    );
  }
  // What lies further out and wants no condition is joined first.
  const outer = pending.splice(0, pending.length - conditions.length);
  const innermost = pending[0];
  const canSettle = outer.every((one) => one.jointype === "JOIN_INNER");
  let kept: Pending[] = outer;
  if (innermost && outer.length > 0 && canSettle) {
    pending[0] = { ...innermost, left: settle([...outer], innermost.left) };
    kept = [];
  }
  let right = last;
  for (const condition of conditions) {
    const join = pending.pop();
    if (!join) break;
    right = joined(join.jointype, join.left, right, condition);
  }
  pending.push(...kept);
  return right;
}

function readNatural(stream: TokenStream): JoinType | undefined {
  if (!stream.accept("NATURAL")) return undefined;
  const side = stream.acceptAny("LEFT", "RIGHT", "INNER");
  if (side === "LEFT" || side === "RIGHT") stream.accept("OUTER");
  stream.expect("JOIN");
  return side === "LEFT" ? "JOIN_LEFT" : side === "RIGHT" ? "JOIN_RIGHT" : "JOIN_INNER";
}

function readJoinType(stream: TokenStream): JoinType | undefined {
  if (stream.accept("JOIN") || stream.accept("STRAIGHT_JOIN")) return "JOIN_INNER";
  if (stream.accept("INNER", "JOIN") || stream.accept("CROSS", "JOIN")) return "JOIN_INNER";
  const side =
    stream.atAny("LEFT", "RIGHT") && ["JOIN", "OUTER"].includes(stream.ahead().key)
      ? stream.next().key
      : undefined;
  if (side === undefined) return undefined;
  stream.accept("OUTER");
  stream.expect("JOIN");
  return side === "LEFT" ? "JOIN_LEFT" : "JOIN_RIGHT";
}
