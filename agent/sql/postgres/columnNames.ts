import type { Node } from "libpg-query";
import type { Analysis } from "./analysis.ts";
import { nameParts } from "./names.ts";

/** The name PostgreSQL gives to an output without AS (its FigureColname). */
export function columnName(analysis: Analysis, node: Node): string {
  return figure(analysis, node)?.name ?? "?column?";
}

/** `weak`: a name that a cast's type name, or CASE, gives way to. */
interface Figured {
  readonly name: string;
  readonly weak: boolean;
}

const strong = (name: string | undefined): Figured | undefined =>
  name === undefined ? undefined : { name, weak: false };

const jsonNames: readonly (readonly [string, string])[] = [
  ["JsonParseExpr", "json"],
  ["JsonScalarExpr", "json_scalar"],
  ["JsonSerializeExpr", "json_serialize"],
  ["JsonObjectConstructor", "json_object"],
  ["JsonArrayConstructor", "json_array"],
  ["JsonArrayQueryConstructor", "json_array"],
  ["JsonObjectAgg", "json_objectagg"],
  ["JsonArrayAgg", "json_arrayagg"],
];

const jsonFunctions: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: "json_exists",
  JSON_QUERY_OP: "json_query",
  JSON_VALUE_OP: "json_value",
};

const xmlNames: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: "xmlconcat",
  IS_XMLELEMENT: "xmlelement",
  IS_XMLFOREST: "xmlforest",
  IS_XMLPARSE: "xmlparse",
  IS_XMLPI: "xmlpi",
  IS_XMLROOT: "xmlroot",
};

function figure(analysis: Analysis, node: Node): Figured | undefined {
  if ("ColumnRef" in node) return strong(nameParts(node.ColumnRef.fields).at(-1));
  if ("A_Indirection" in node) {
    const { arg, indirection } = node.A_Indirection;
    return strong(nameParts(indirection).at(-1)) ?? (arg ? figure(analysis, arg) : undefined);
  }
  if ("FuncCall" in node) return strong(nameParts(node.FuncCall.funcname).at(-1));
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF" ? strong("nullif") : undefined;
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    const inner = arg ? figure(analysis, arg) : undefined;
    if (inner && !inner.weak) return inner;
    const type = nameParts(typeName?.names).at(-1);
    return type === undefined ? inner : { name: type, weak: true };
  }
  if ("CollateClause" in node) {
    return node.CollateClause.arg ? figure(analysis, node.CollateClause.arg) : undefined;
  }
  if ("GroupingFunc" in node) return strong("grouping");
  if ("MergeSupportFunc" in node) return strong("merge_action");
  if ("SubLink" in node) {
    switch (node.SubLink.subLinkType) {
      case "EXISTS_SUBLINK":
        return strong("exists");
      case "ARRAY_SUBLINK":
        return strong("array");
      case "EXPR_SUBLINK":
        return strong(analysis.subqueryNames.get(node.SubLink));
      default:
        return undefined;
    }
  }
  if ("CaseExpr" in node) {
    const inner = node.CaseExpr.defresult ? figure(analysis, node.CaseExpr.defresult) : undefined;
    return inner && !inner.weak ? inner : { name: "case", weak: true };
  }
  if ("A_ArrayExpr" in node) return strong("array");
  if ("RowExpr" in node) return strong("row");
  if ("CoalesceExpr" in node) return strong("coalesce");
  if ("MinMaxExpr" in node) return strong(node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest");
  if ("SQLValueFunction" in node) {
    return strong(
      node.SQLValueFunction.op
        ?.replace(/^SVFOP_/, "")
        .replace(/_N$/, "")
        .toLowerCase(),
    );
  }
  if ("XmlExpr" in node) return strong(xmlNames[node.XmlExpr.op ?? ""]);
  if ("XmlSerialize" in node) return strong("xmlserialize");
  if ("JsonFuncExpr" in node) return strong(jsonFunctions[node.JsonFuncExpr.op ?? ""]);
  const json = jsonNames.find(([kind]) => kind in node);
  return json ? strong(json[1]) : undefined;
}
