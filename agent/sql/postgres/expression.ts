import type { A_Indirection, JsonValueExpr, Node, SQLValueFunction, SubLink } from "libpg-query";
import type { Analysis } from "./analysis.ts";
import { isBuiltinOperator, isTotalOperator } from "./builtins.ts";
import { castOrigin } from "./castOrigin.ts";
import { callAll, readCall } from "./functionCalls.ts";
import { nameParts, readName } from "./names.ts";
import type { Scope } from "./namespace.ts";
import { printedType, rowFields } from "./types.ts";
import { combine, constant, field, opaque, type Value, withRefs } from "./value.ts";

/** What an expression comes to, with every column that can influence its value. */
export function readExpression(analysis: Analysis, node: Node, scope: Scope): Value {
  const read = (one: Node): Value => analysis.expression(one, scope);
  const all = (nodes: readonly (Node | undefined)[] | undefined): Value[] =>
    (nodes ?? []).flatMap((one) => (one ? [read(one)] : []));

  if ("ColumnRef" in node) {
    const fields = node.ColumnRef.fields ?? [];
    return readName(analysis, scope, fields, analysis.names(node.ColumnRef.location, fields.length));
  }
  if ("A_Const" in node) {
    const literal = node.A_Const.boolval || node.A_Const.isnull ? undefined : node.A_Const.location;
    if (node.A_Const.boolval || node.A_Const.isnull) return constant;
    const span = analysis.literal(literal);
    return span ? { ...constant, literals: [span] } : constant;
  }
  if ("ParamRef" in node) {
    const number = node.ParamRef.number ?? 0;
    analysis.parameters = Math.max(analysis.parameters, number);
    return analysis.variables?.parameter(number) ?? constant;
  }
  if ("FuncCall" in node) return readCall(analysis, node.FuncCall, scope);
  if ("A_Expr" in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const operands = all([lexpr, rexpr]);
    if (kind === "AEXPR_OP" || kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL") {
      return readOperator(analysis, nameParts(name), operands, node.A_Expr.location);
    }
    return combine(operands);
  }
  if ("List" in node) return combine(all(node.List.items));
  if ("BoolExpr" in node) return combine(all(node.BoolExpr.args));
  if ("NullTest" in node) return combine(all([node.NullTest.arg]));
  if ("BooleanTest" in node) return combine(all([node.BooleanTest.arg]));
  if ("CaseExpr" in node) {
    const { arg, args, defresult } = node.CaseExpr;
    const parts = all([arg]);
    for (const branch of args ?? []) {
      if (!("CaseWhen" in branch)) continue;
      if (branch.CaseWhen.expr) {
        // A searched CASE asks a question of its own; a simple one compares with its argument.
        parts.push(arg ? read(branch.CaseWhen.expr) : analysis.predicate(branch.CaseWhen.expr, scope));
      }
      parts.push(...all([branch.CaseWhen.result]));
    }
    parts.push(...all([defresult]));
    return combine(parts, arg !== undefined);
  }
  if ("CoalesceExpr" in node) return combine(all(node.CoalesceExpr.args));
  if ("MinMaxExpr" in node) return combine(all(node.MinMaxExpr.args));
  if ("SQLValueFunction" in node) return valueFunction(node.SQLValueFunction);
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    const value = arg ? read(arg) : constant;
    const type = typeName ? printedType(typeName) : "";
    const converted = {
      ...cast(analysis, value, type),
      origin: castOrigin(value, type, (typeName?.typmods?.length ?? 0) > 0),
    };
    const span = analysis.token(node.TypeCast.location);
    return callAll(analysis, analysis.index.castRoutines(type), [value], converted, span);
  }
  if ("CollateClause" in node) return combine(all([node.CollateClause.arg]));
  if ("RowExpr" in node) {
    const values = (node.RowExpr.args ?? []).flatMap((one) => expandInRow(analysis, one, scope));
    const fields = values.map((value, index) => field(`f${index + 1}`, value));
    return { ...combine(values), fields };
  }
  if ("A_ArrayExpr" in node) {
    const values = all(node.A_ArrayExpr.elements);
    const rows = values[0]?.fields;
    const merged = combine(values);
    if (!rows) return arrayOf(merged, values[0]);
    return { ...merged, elements: rows.map((one) => ({ ...one, ...flowOf(merged) })) };
  }
  if ("A_Indirection" in node) return readIndirection(analysis, node.A_Indirection, scope);
  if ("SubLink" in node) return readSubLink(analysis, node.SubLink, scope);
  if ("NamedArgExpr" in node) return combine(all([node.NamedArgExpr.arg]));
  if ("GroupingFunc" in node) {
    const parts = all(node.GroupingFunc.args);
    return { ...constant, transform: "expression", items: parts.flatMap((part) => part.items) };
  }
  if ("SetToDefault" in node) return constant;
  if ("CurrentOfExpr" in node) {
    analysis.unknown("WHERE CURRENT OF depends on a cursor opened earlier.", analysis.token(undefined));
    return constant;
  }
  if ("MultiAssignRef" in node) return combine(all([node.MultiAssignRef.source]));
  if ("MergeSupportFunc" in node) return { ...constant, transform: "expression" };
  if ("XmlExpr" in node) {
    const parts = all([...(node.XmlExpr.named_args ?? []), ...(node.XmlExpr.args ?? [])]);
    return combine(parts, node.XmlExpr.op !== "IS_XMLFOREST" && node.XmlExpr.op !== "IS_XMLELEMENT");
  }
  if ("ResTarget" in node) return combine(all([node.ResTarget.val]));
  if ("XmlSerialize" in node) return combine(all([node.XmlSerialize.expr]), true);
  return readJson(analysis, node, scope) ?? notUnderstood(analysis, node);
}

function arrayOf(array: Value, element: Value | undefined): Value {
  const type = element?.transform === "constant" ? "text" : element?.type;
  return type === undefined ? array : { ...array, type: `${type}[]` };
}

function flowOf(value: Value): Pick<Value, "refs" | "transform" | "plain" | "origin" | "countOnly"> {
  const { refs } = value;
  const transform = value.transform === "constant" ? "expression" : value.transform;
  return { refs, transform, plain: false, origin: null, countOnly: false };
}

function notUnderstood(analysis: Analysis, node: Node): Value {
  const [kind] = Object.keys(node);
  analysis.unknown(`The expression ${kind ?? ""} is not understood.`, analysis.token(undefined));
  return opaque(constant, "This expression is not understood.");
}

function readOperator(
  analysis: Analysis,
  parts: readonly string[],
  operands: readonly Value[],
  location: number | undefined,
): Value {
  const operator = parts.at(-1) ?? "";
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const span = analysis.token(location);
  const own = analysis.index.operatorRoutines(schema, operator);
  const value = callAll(analysis, own, operands, combine(operands, !isTotalOperator(operator)), span);
  if (own.length > 0) return value;
  if (isBuiltinOperator(operator) && (schema === undefined || schema === "pg_catalog")) return value;
  if (schema === undefined) return opaque(value, `Nobody can say what the operator ${operator} does.`);
  analysis.unknown(
    `The operator ${parts.join(".")} is defined in this database, and what it does is not known.`,
    span,
  );
  return opaque(value, `Nobody can say what the operator ${parts.join(".")} does.`);
}

function valueFunction(node: SQLValueFunction): Value {
  return {
    ...constant,
    transform: "expression",
    type: node.op?.startsWith("SVFOP_CURRENT_DATE") ? "date" : "",
  };
}

const textTypes: ReadonlySet<string> = new Set([
  "text",
  "character varying",
  "pg_catalog.varchar",
  "varchar",
]);
const timeTypes: ReadonlySet<string> = new Set([
  "date",
  "timestamp without time zone",
  "timestamp with time zone",
  "pg_catalog.timestamp",
  "pg_catalog.timestamptz",
  "timestamp",
  "timestamptz",
]);

function cast(analysis: Analysis, value: Value, type: string): Value {
  const safe =
    textTypes.has(type) ||
    (timeTypes.has(type) && value.type !== undefined && timeTypes.has(value.type)) ||
    (value.type !== undefined && value.type === type);
  const converted = { ...combine([value], !safe), type };
  const row = rowFields(analysis.index, type);
  if (!row) return converted;
  return { ...converted, fields: row.map((name) => ({ ...field(name, converted), ...flowOf(converted) })) };
}

/** `ROW(t.*, 1)` takes the columns of t one by one. */
function expandInRow(analysis: Analysis, node: Node, scope: Scope): Value[] {
  const value = analysis.expression(node, scope);
  const stars =
    ("ColumnRef" in node && (node.ColumnRef.fields ?? []).some((part) => "A_Star" in part)) ||
    ("A_Indirection" in node && (node.A_Indirection.indirection ?? []).some((part) => "A_Star" in part));
  if (!stars || !value.fields) return [value];
  return value.fields.map((one) => ({ ...one, fallible: value.fallible, items: value.items }));
}

/** `(value).field`, `(value).*` and `value[subscript]`, the fields' own columns where they are known. */
export function readIndirection(analysis: Analysis, node: A_Indirection, scope: Scope): Value {
  let value = node.arg ? analysis.expression(node.arg, scope) : constant;
  for (const step of node.indirection ?? []) {
    if ("String" in step) value = fieldOf(analysis, value, step.String.sval ?? "");
    else if ("A_Indices" in step) {
      const { lidx, uidx, is_slice } = step.A_Indices;
      const subscripts = [lidx, uidx].flatMap((one) => (one ? [analysis.expression(one, scope)] : []));
      const element = combine([value, ...subscripts], false);
      const rows = value.elements;
      value = rows ? { ...element, ...(is_slice ? { elements: rows } : { fields: rows }) } : element;
    }
  }
  return value;
}

function fieldOf(analysis: Analysis, value: Value, name: string): Value {
  const known = value.fields ?? (value.type === undefined ? undefined : rowOfType(analysis, value));
  const found = known?.find((one) => one.name === name);
  if (!found) return combine([value], false);
  const refs = found.refs.map((ref) => ({
    column: ref.column,
    span: value.refs[0]?.span ?? ref.span,
    ...(ref.through ? { through: ref.through } : {}),
  }));
  return { ...found, refs, origin: undefined, fallible: value.fallible, items: value.items };
}

/** The fields of a value of a composite type: each may hold anything that flows into the value. */
export function rowOfType(analysis: Analysis, value: Value): Value["fields"] {
  const names = value.type === undefined ? undefined : rowFields(analysis.index, value.type);
  return names?.map((name) => ({ ...field(name, value), ...flowOf(value) }));
}

/** A subquery as a value: what it returns, and everything that decides what it returns. */
function readSubLink(analysis: Analysis, node: SubLink, scope: Scope): Value {
  const select = node.subselect && "SelectStmt" in node.subselect ? node.subselect.SelectStmt : undefined;
  if (!select) return notUnderstood(analysis, { SubLink: node });
  const test = node.testexpr ? analysis.expression(node.testexpr, scope) : undefined;
  const mark = analysis.mark();
  const touched = analysis.touched.length;
  const result = analysis.query(select, { items: [], parent: scope, ctes: scope.ctes });
  const [first] = result.columns;
  analysis.subqueryNames.set(node, first?.name ?? "?column?");
  for (const column of result.columns) {
    if (node.subLinkType !== "EXISTS_SUBLINK") {
      analysis.use("output", column.value);
      if (column.value.fallible) analysis.use("function_argument", column.value, false);
    }
  }
  const outer = outerItems(analysis, touched, scope);
  const shaping = analysis.shapingSince(mark);
  if (node.subLinkType === "EXISTS_SUBLINK") {
    return withRefs({ ...constant, transform: "expression", items: outer }, shaping);
  }
  const values = result.columns.map((column) => column.value);
  if (node.subLinkType === "EXPR_SUBLINK" && first) {
    const value = withRefs({ ...first.value, items: outer }, shaping);
    const transform = value.transform === "direct" ? "expression" : value.transform;
    return { ...value, fallible: false, plain: false, origin: null, transform };
  }
  if (node.subLinkType === "ARRAY_SUBLINK" && first) {
    const array = withRefs({ ...combine([first.value]), items: outer }, shaping);
    return {
      ...arrayOf(array, first.value),
      ...(first.value.fields ? { elements: first.value.fields } : {}),
    };
  }
  return withRefs(
    { ...combine(test ? [test, ...values] : values), items: [...outer, ...(test?.items ?? [])] },
    shaping,
  );
}

/** The items of the query around it that a subquery names. */
function outerItems(analysis: Analysis, since: number, scope: Scope): readonly number[] {
  const known = new Set(
    scope.items.flatMap((item) => [item.id, ...item.fields.flatMap((one) => one.item ?? [])]),
  );
  return [...new Set(analysis.touched.slice(since))].filter((id) => known.has(id));
}

function readJson(analysis: Analysis, node: Node, scope: Scope): Value | undefined {
  const all = (nodes: readonly (Node | undefined)[] | undefined): Value[] =>
    (nodes ?? []).flatMap((one) => (one ? [analysis.expression(one, scope)] : []));
  const json = (expr: JsonValueExpr | undefined): Value[] =>
    expr ? all([expr.raw_expr ?? expr.formatted_expr]) : [];

  if ("JsonValueExpr" in node) return combine(json(node.JsonValueExpr));
  if ("JsonKeyValue" in node) {
    return combine([...all([node.JsonKeyValue.key]), ...json(node.JsonKeyValue.value)]);
  }
  if ("JsonObjectConstructor" in node) return combine(all(node.JsonObjectConstructor.exprs), true);
  if ("JsonArrayConstructor" in node) return combine(all(node.JsonArrayConstructor.exprs), false);
  if ("JsonArrayQueryConstructor" in node) {
    const { query } = node.JsonArrayQueryConstructor;
    if (!query) return undefined;
    return readSubLink(analysis, { subLinkType: "ARRAY_SUBLINK", subselect: query }, scope);
  }
  if ("JsonObjectAgg" in node) {
    const { arg, constructor: build } = node.JsonObjectAgg;
    const parts = [...all([arg?.key]), ...json(arg?.value), ...aggregated(analysis, build, scope)];
    return { ...combine(parts, true), transform: "aggregate" };
  }
  if ("JsonArrayAgg" in node) {
    const { arg, constructor: build } = node.JsonArrayAgg;
    return {
      ...combine([...json(arg), ...aggregated(analysis, build, scope)]),
      transform: "aggregate",
    };
  }
  if ("JsonParseExpr" in node) return combine(json(node.JsonParseExpr.expr), true);
  if ("JsonScalarExpr" in node) return combine(all([node.JsonScalarExpr.expr]));
  if ("JsonSerializeExpr" in node) return combine(json(node.JsonSerializeExpr.expr), true);
  if ("JsonIsPredicate" in node) return combine(all([node.JsonIsPredicate.expr]));
  if ("JsonArgument" in node) return combine(json(node.JsonArgument.val));
  if ("JsonFuncExpr" in node) {
    const { context_item, pathspec, passing, on_empty, on_error } = node.JsonFuncExpr;
    const parts = [...json(context_item), ...all([pathspec, ...(passing ?? [])])];
    return combine([...parts, ...all([on_empty?.expr, on_error?.expr])], true);
  }
  return undefined;
}

function aggregated(
  analysis: Analysis,
  build: { agg_filter?: Node; agg_order?: Node[]; over?: unknown } | undefined,
  scope: Scope,
): Value[] {
  if (!build) return [];
  if (build.over) {
    analysis.unknown("A JSON aggregate over a window is not understood.", analysis.token(undefined));
  }
  const order = (build.agg_order ?? []).flatMap((sort) =>
    "SortBy" in sort && sort.SortBy.node ? [analysis.expression(sort.SortBy.node, scope)] : [],
  );
  for (const value of order) analysis.use("sort", value);
  const filter = build.agg_filter ? [analysis.predicate(build.agg_filter, scope)] : [];
  return [...order, ...filter];
}
