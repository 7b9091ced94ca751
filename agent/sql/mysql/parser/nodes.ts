import type { A_Expr_Kind, Node, SelectStmt } from "libpg-query";
import type { Span } from "../../facts.ts";

/** Trees have the shapes of PostgreSQL's, so that one machinery follows both; positions are UTF-16 offsets. */
export const string = (sval: string): Node => ({ String: { sval } });

export const strings = (names: readonly string[]): Node[] => names.map(string);

export const text = (sval: string, location: number): Node => ({ A_Const: { sval: { sval }, location } });

export const columnRef = (parts: readonly string[], location: number): Node => ({
  ColumnRef: { fields: strings(parts), location },
});

export function operation(
  name: string,
  lexpr: Node | undefined,
  rexpr: Node,
  location: number,
  kind: A_Expr_Kind = "AEXPR_OP",
): Node {
  return { A_Expr: { kind, name: [string(name)], ...(lexpr ? { lexpr } : {}), rexpr, location } };
}

export const call = (name: string, args: Node[], location: number): Node => ({
  FuncCall: { funcname: [string(name)], args, location },
});

/** What MySQL has and PostgreSQL has no node for, as calls of functions no text can name. */
export type Special =
  | "user_variable"
  | "assign_variable"
  | "system_variable"
  | "interval"
  | "match"
  | "default"
  | "proposed"
  | "next_value"
  | "last_value";

const mark = "\0";

export const special = (name: Special, args: Node[], location: number): Node =>
  call(mark + name, args, location);

/** The special meaning of a function's name, if it has one. */
export const specialOf = (name: string): string | undefined =>
  name.startsWith(mark) ? name.slice(mark.length) : undefined;

export const negated = (arg: Node, location: number): Node => ({
  BoolExpr: { boolop: "NOT_EXPR", args: [arg], location },
});

export const subquery = (select: SelectStmt, location: number): Node => ({
  SubLink: { subLinkType: "EXPR_SUBLINK", subselect: { SelectStmt: select }, location },
});

const extents = new WeakMap<object, Span>();

/** Remembers from where to where a node was written. */
export function placed<Item extends object>(node: Item, start: number, end: number): Item {
  extents.set(node, { start, end });
  return node;
}

export const extentOf = (node: object): Span | undefined => extents.get(node);
