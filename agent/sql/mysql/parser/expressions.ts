import type { Node } from "libpg-query";
import type { Token } from "../lexer/token.ts";
import { call, negated, operation, special } from "./nodes.ts";
import { readIs, readPredicate } from "./predicates.ts";
import { readPrimary, readUnit } from "./primaries.ts";
import { readSubquery } from "./queries.ts";
import type { TokenStream } from "./tokenStream.ts";

/** How tightly operators bind, by the server's grammar; `-1` reads anything. */
export const binding = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  comparison: 5,
  predicate: 6,
  bitOr: 7,
  bitAnd: 8,
  shift: 9,
  sum: 10,
  product: 11,
  power: 12,
  unary: 13,
} as const;

const comparisons: Readonly<Record<string, string>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
};

const arithmetic: Readonly<Record<string, number>> = {
  "|": binding.bitOr,
  "&": binding.bitAnd,
  "<<": binding.shift,
  ">>": binding.shift,
  "+": binding.sum,
  "-": binding.sum,
  "*": binding.product,
  "/": binding.product,
  "%": binding.product,
  DIV: binding.product,
  MOD: binding.product,
  "^": binding.power,
};

/** Reads an expression; `least` is how tightly an operator must bind to belong to it. */
export function readExpression(stream: TokenStream, least = 0): Node {
  return stream.deeper(() => {
    if (stream.at("NOT") && least <= binding.not) {
      const { start } = stream.next();
      return continueExpression(stream, negated(readExpression(stream, binding.not + 1), start), least);
    }
    return continueExpression(stream, readOperand(stream), least);
  });
}

/** Tighter than comparisons: what stands beside BETWEEN, LIKE and arithmetic. */
export const readBitExpression = (stream: TokenStream): Node => readExpression(stream, binding.bitOr);

/** Something without operators around it, as LIKE and its ESCAPE take. */
export const readSimpleExpression = (stream: TokenStream): Node => readExpression(stream, binding.unary);

/** Goes on from an operand that has been read. */
export function continueExpression(stream: TokenStream, first: Node, least = 0): Node {
  let left = first;
  for (;;) {
    const next = readOperator(stream, left, least);
    if (!next) return left;
    left = next;
  }
}

function readOperand(stream: TokenStream): Node {
  const { token } = stream;
  if (token.key === "-" || token.key === "+" || token.key === "~" || token.key === "!") {
    stream.next();
    const arg = readExpression(stream, binding.unary);
    if (token.key === "!") return negated(arg, token.start);
    if (token.key === "+") return arg;
    return operation(token.key, undefined, arg, token.start);
  }
  return readPrimary(stream);
}

function readOperator(stream: TokenStream, left: Node, least: number): Node | undefined {
  const { token } = stream;
  if (token.key === "") return undefined;
  const logical = readLogical(stream, left, least);
  if (logical) return logical;
  if (least <= binding.comparison) {
    const compared = readComparison(stream, left);
    if (compared) return compared;
  }
  if (least <= binding.predicate) {
    const predicate = readPredicate(stream, left);
    if (predicate) return predicate;
  }
  const tightness = arithmetic[token.key];
  if (tightness !== undefined && tightness >= least) {
    stream.next();
    return readArithmetic(stream, left, token, tightness);
  }
  return undefined;
}

const boolean = (boolop: "AND_EXPR" | "OR_EXPR", left: Node, right: Node, location: number): Node => {
  // A chain of thousands stays flat.
  const args = "BoolExpr" in left && left.BoolExpr.boolop === boolop ? (left.BoolExpr.args ?? []) : [left];
  if (args.length > 1) {
    args.push(right);
    return left;
  }
  return { BoolExpr: { boolop, args: [left, right], location } };
};

function readLogical(stream: TokenStream, left: Node, least: number): Node | undefined {
  const { token } = stream;
  const concat = token.key === "||" && stream.settings.pipesAsConcat;
  if (concat) {
    if (least > binding.unary) return undefined;
    stream.next();
    return call("concat", [left, readExpression(stream, binding.unary)], token.start);
  }
  if ((token.key === "OR" || token.key === "||") && least <= binding.or) {
    stream.next();
    return boolean("OR_EXPR", left, readExpression(stream, binding.or + 1), token.start);
  }
  if (token.key === "XOR" && least <= binding.xor) {
    stream.next();
    return operation("xor", left, readExpression(stream, binding.xor + 1), token.start);
  }
  if ((token.key === "AND" || token.key === "&&") && least <= binding.and) {
    stream.next();
    return boolean("AND_EXPR", left, readExpression(stream, binding.and + 1), token.start);
  }
  return undefined;
}

function readComparison(stream: TokenStream, left: Node): Node | undefined {
  const { token } = stream;
  if (token.key === "IS") return readIs(stream, left);
  if (token.key === "<=>") {
    stream.next();
    return operation("=", left, readExpression(stream, binding.predicate), token.start, "AEXPR_NOT_DISTINCT");
  }
  const operator = comparisons[token.key];
  if (operator === undefined) return undefined;
  stream.next();
  const quantifier = stream.ahead().key === "(" ? stream.acceptAny("ALL", "ANY", "SOME") : undefined;
  if (quantifier === undefined) {
    return operation(operator, left, readExpression(stream, binding.predicate), token.start);
  }
  return {
    SubLink: {
      subLinkType: quantifier === "ALL" ? "ALL_SUBLINK" : "ANY_SUBLINK",
      testexpr: left,
      operName: [{ String: { sval: operator } }],
      subselect: { SelectStmt: readSubquery(stream) },
      location: token.start,
    },
  };
}

function readArithmetic(stream: TokenStream, left: Node, operator: Token, tightness: number): Node {
  if (
    (operator.key === "+" || operator.key === "-") &&
    stream.at("INTERVAL") &&
    !isIntervalFunction(stream)
  ) {
    const { start } = stream.next();
    const amount = readExpression(stream);
    readUnit(stream);
    return operation("date+", left, special("interval", [amount], start), operator.start);
  }
  const right = readExpression(stream, tightness + 1);
  const name = operator.key === "MOD" ? "%" : operator.key.toLowerCase();
  return operation(name, left, right, operator.start);
}

/** `INTERVAL(a, b)` is a function; `INTERVAL (a) DAY` an amount of time. */
export function isIntervalFunction(stream: TokenStream): boolean {
  if (stream.ahead().key !== "(") return false;
  let depth = 0;
  for (let at = 1; ; at++) {
    const token = stream.ahead(at);
    if (token.kind === "end") return false;
    if (token.key === "(") depth++;
    else if (token.key === ")" && --depth === 0) return false;
    else if (token.key === "," && depth === 1) return true;
  }
}
