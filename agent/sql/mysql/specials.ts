import type { FuncCall, Node } from "libpg-query";
import type { Analysis } from "../postgres/analysis.ts";
import { nameParts } from "../postgres/names.ts";
import type { Scope } from "../postgres/namespace.ts";
import { noteRelation } from "../postgres/relations.ts";
import { combine, constant, opaque, type Value } from "../postgres/value.ts";
import { isRevealingVariable } from "./hazards.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { readName } from "./names.ts";
import { findTable } from "./relations.ts";
import { assign, variableValue } from "./userVariables.ts";

/** What only MySQL writes as an expression: variables, intervals, full-text search, sequences. */
export function readSpecial(analysis: Analysis, special: string, call: FuncCall, scope: Scope): Value {
  const args = call.args ?? [];
  const [first, second] = args;
  const text = textOf(first);
  const all = (nodes: readonly Node[]): Value[] => nodes.map((node) => analysis.expression(node, scope));
  switch (special) {
    case "user_variable":
      return variableValue(asMysql(analysis), text, constant);
    case "assign_variable": {
      const value = second ? analysis.expression(second, scope) : constant;
      assign(asMysql(analysis), text, value);
      return { ...combine([value]), origin: undefined };
    }
    case "system_variable":
      return systemVariable(text);
    case "interval":
      return combine(all(args));
    case "match":
      return combine(all(args), true);
    case "default":
      return combine(first ? [analysis.expression(first, scope)] : []);
    case "proposed":
      return proposed(analysis, first, scope);
    case "next_value":
    case "last_value":
      return sequence(analysis, special === "next_value", first, all(args.slice(1)));
    default:
      return opaque(constant, "This expression is not understood.");
  }
}

const textOf = (node: Node | undefined): string =>
  node && "A_Const" in node ? (node.A_Const.sval?.sval ?? "") : "";

function systemVariable(name: string): Value {
  const value: Value = { ...constant, transform: "expression", origin: undefined };
  const last = name.split(".").at(-1)?.toLowerCase() ?? "";
  return isRevealingVariable(last)
    ? opaque(value, `The variable @@${name} tells of earlier statements.`)
    : value;
}

/** VALUES(a): the value proposed for column a, kept by the reader of INSERT as a row of its own. */
function proposed(analysis: Analysis, node: Node | undefined, scope: Scope): Value {
  if (!node || !("ColumnRef" in node)) return constant;
  const name = nameParts(node.ColumnRef.fields).at(-1) ?? "";
  const fields = [{ String: { sval: proposedRow } }, { String: { sval: name } }];
  const span = analysis.names(node.ColumnRef.location, node.ColumnRef.fields?.length ?? 1);
  const inside = scope.items.some((item) => item.name === proposedRow);
  return inside ? readName(analysis, scope, fields, span) : { ...constant, transform: "expression" };
}

/** The row an INSERT proposes, under a name no text can write. */
export const proposedRow = "\0proposed";

function sequence(
  analysis: Analysis,
  advances: boolean,
  node: Node | undefined,
  others: readonly Value[],
): Value {
  const value: Value = { ...combine(others), transform: "expression" };
  if (!node || !("ColumnRef" in node)) return value;
  const parts = nameParts(node.ColumnRef.fields);
  const span = analysis.names(node.ColumnRef.location, parts.length);
  const schemaname = parts.at(-2);
  const relname = parts.at(-1) ?? "";
  const found = findTable(analysis, { relname, ...(schemaname === undefined ? {} : { schemaname }) }, span);
  if (found.kind === "user") noteRelation(analysis, found.relation, advances ? "write" : "read", false, span);
  const name = advances ? "nextval" : "lastval";
  const hazards = advances ? (["sequence_write"] as const) : [];
  analysis.functions.push({ schema: "", name, volatility: "volatile", hazards, span });
  if (advances) analysis.raise("write");
  return value;
}
