import type { FuncCall, Node, WindowDef } from "libpg-query";
import type { Routine } from "../../../protocol/catalog.ts";
import type { FunctionUse, Span } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { builtinFunction, isBuiltinType, isTotalFunction } from "./builtins.ts";
import { castOrigin } from "./castOrigin.ts";
import { functionHazard, isHarmlessVolatile } from "./hazards.ts";
import { nameParts } from "./names.ts";
import type { Scope } from "./namespace.ts";
import { type CalledRoutine, callRoutine, routinesCallable } from "./routines.ts";
import { combine, constant, opaque, type Value, withRefs } from "./value.ts";

const volatilities = { i: "immutable", s: "stable", v: "volatile" } as const;

/** What a call comes to, and everything it brings with it: hazards, effects, the reads of its body. */
export function readCall(analysis: Analysis, call: FuncCall, scope: Scope): Value {
  const parts = nameParts(call.funcname);
  const name = parts.at(-1) ?? "";
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const span = analysis.names(call.location, parts.length);
  const args = (call.args ?? []).map((arg) => analysis.expression(arg, scope));
  const builtin = schema === undefined || schema === "pg_catalog" ? builtinFunction(name) : undefined;
  const routines = routinesCallable(analysis.index, schema, name, args.length, call.func_variadic === true);

  if (!builtin && routines.length === 0) return projectionOrCast(analysis, parts, args, span);

  const extras = [...readOrder(analysis, call, scope), ...readFilter(analysis, call, scope)];
  const window = call.over ? readWindow(analysis, call.over, scope) : undefined;
  if (call.agg_distinct) for (const arg of args) analysis.use("distinct", arg);
  if (builtin?.s || routines.some((one) => one.returnsSet)) {
    // How many rows come of it is up to the arguments.
    for (const arg of args) analysis.use("function_argument", arg, false, span);
  }

  const aggregate = builtin ? builtin.k.includes("a") : routines.some((one) => one.kind === "aggregate");
  const inputs = [...args, ...extras, ...(window ? [window] : [])];
  let value = combine(inputs, !(builtin && routines.length === 0 && isTotalFunction(name)));
  value = typed(
    withElements(name, args, value, aggregate),
    name,
    args,
    routines.length === 0 ? builtin?.r : undefined,
  );
  const [only, another] = args;
  if (only && !another && isBuiltinType(name)) value = { ...value, origin: castOrigin(only, name, false) };
  if (value.transform !== "opaque") {
    const whole = aggregate && !call.over ? "aggregate" : "expression";
    value = {
      ...value,
      transform: whole,
      countOnly: builtin !== undefined && routines.length === 0 && isCount(name, args, window),
    };
  }
  if (builtin) value = callBuiltin(analysis, name, builtin.v, args, call, value, span);
  return callAll(analysis, routines, args, value, span);
}

/** A value that any of these routines may have made of the arguments. */
export function callAll(
  analysis: Analysis,
  routines: readonly Routine[],
  args: readonly Value[],
  value: Value,
  span: Span,
): Value {
  const given = handedOver(args);
  return routines
    .map((routine) => callRoutine(analysis, routine, span, given, undefined, args.length))
    .reduce((sum, one) => withCalled(sum, one), value);
}

/** What flows into a routine: one argument unchanged is still that afterwards. */
function handedOver(args: readonly Value[]): Value {
  const [first, second] = args.filter((arg) => arg.refs.length > 0 || arg.transform === "opaque");
  return first && !second ? first : combine(args);
}

function withCalled(value: Value, called: CalledRoutine): Value {
  const fields = value.fields?.map((one) => ({ ...one, refs: [...one.refs, ...called.refs] }));
  const sum = { ...withRefs(value, called.refs), ...(fields ? { fields } : {}) };
  const typed = called.type === undefined ? sum : { ...sum, type: called.type };
  return called.opaque ? opaque(typed, called.opaque) : typed;
}

/** How many values there are: of a column or row as it is, that tells nothing of what they are. */
function isCount(name: string, args: readonly Value[], window: Value | undefined): boolean {
  const asItIs = (arg: Value): boolean => arg.plain || arg.refs.length === 0 || arg.origin?.ordinal === 0;
  return name === "count" && args.length <= 1 && args.every(asItIs) && (window?.refs.length ?? 0) === 0;
}

/** Rows put into an array, or taken out of one, keep their fields. */
function withElements(name: string, args: readonly Value[], value: Value, aggregate: boolean): Value {
  const [first] = args;
  if (!first) return value;
  if (name === "array_agg" && aggregate && first.fields) return { ...value, elements: first.fields };
  if (name === "unnest" && args.length === 1 && first.elements) return { ...value, fields: first.elements };
  if (/^jsonb?_populate_record(set)?$/.test(name) && first.fields) {
    const refs = value.refs;
    return {
      ...value,
      fields: first.fields.map((one) => ({
        ...one,
        refs,
        transform: "expression" as const,
        plain: false,
        origin: null,
      })),
    };
  }
  return value;
}

/** The type a built-in returns, where all of its overloads return the same; unnest returns an element. */
function typed(
  value: Value,
  name: string,
  args: readonly Value[],
  returns: readonly string[] | undefined,
): Value {
  const [only, another] = returns ?? [];
  const [first] = args;
  if (returns && name === "unnest" && first?.type?.endsWith("[]"))
    return { ...value, type: first.type.slice(0, -2) };
  if (only === undefined || another !== undefined || only.startsWith("any") || only === "record")
    return value;
  return { ...value, type: only };
}

function callBuiltin(
  analysis: Analysis,
  name: string,
  volatility: string,
  args: readonly Value[],
  call: FuncCall,
  value: Value,
  span: Span,
): Value {
  const hazard = functionHazard(name);
  const use: FunctionUse = {
    schema: "pg_catalog",
    name,
    volatility: volatility === "i" ? volatilities.i : volatility === "s" ? volatilities.s : volatilities.v,
    hazards: hazard ? [hazard.kind] : [],
    span,
  };
  analysis.functions.push(use);
  if (name === "set_config") readSetConfig(analysis, call, args, span);
  if (!hazard && !(volatility === "v" && !isHarmlessVolatile(name))) return value;
  // What happens beyond the value is seen by others, or in time: the arguments take part in it.
  for (const arg of args) analysis.use("function_argument", arg, false, span);
  if (hazard) analysis.raise(hazard.effect);
  return hazard?.opaque ? opaque(value, `${name} ${hazard.why}.`) : value;
}

function readSetConfig(analysis: Analysis, call: FuncCall, args: readonly Value[], span: Span): void {
  const [name, value, local] = call.args ?? [];
  const setting = textOf(name);
  if (setting === undefined) {
    analysis.unknown("set_config changes a setting whose name is computed.", span);
    return;
  }
  const text = textOf(value);
  analysis.settings.push({
    name: setting.toLowerCase(),
    ...(text === undefined ? {} : { value: text }),
    local: local !== undefined && "A_Const" in local && local.A_Const.boolval?.boolval === true,
    span,
  });
  if (args.some((arg) => arg.refs.length > 0)) {
    analysis.unknown(
      "set_config carries values of columns into a setting, where they could be read later.",
      span,
    );
  }
}

function textOf(node: Node | undefined): string | undefined {
  if (node && "TypeCast" in node) return textOf(node.TypeCast.arg);
  return node && "A_Const" in node ? node.A_Const.sval?.sval : undefined;
}

/** `email(t)` is `t.email` where no function has that name; `mytype(x)` is a cast. */
function projectionOrCast(
  analysis: Analysis,
  parts: readonly string[],
  args: readonly Value[],
  span: Span,
): Value {
  const name = parts.at(-1) ?? "";
  const [arg] = args;
  if (arg && args.length === 1) {
    const found = parts.length === 1 ? arg.fields?.find((one) => one.name === name) : undefined;
    if (found) {
      const refs = found.refs.map((ref) => ({
        column: ref.column,
        span,
        ...(ref.through ? { through: ref.through } : {}),
      }));
      return { ...found, refs, origin: undefined, fallible: arg.fallible, items: arg.items };
    }
    if (isBuiltinType(name) || analysis.index.hasUserType(name)) {
      return { ...combine([arg], true), origin: castOrigin(arg, name, false) };
    }
  }
  return analysis.fail(`function ${parts.join(".")} does not exist`, span);
}

function readOrder(analysis: Analysis, call: FuncCall, scope: Scope): Value[] {
  return (call.agg_order ?? []).flatMap((sort) => {
    if (!("SortBy" in sort) || !sort.SortBy.node) return [];
    const value = analysis.expression(sort.SortBy.node, scope);
    if (!call.agg_within_group) analysis.use("sort", value);
    return [value];
  });
}

function readFilter(analysis: Analysis, call: FuncCall, scope: Scope): Value[] {
  return call.agg_filter ? [analysis.predicate(call.agg_filter, scope)] : [];
}

/** What decides a window: its partitions, its order, its frame. */
export function readWindow(analysis: Analysis, window: WindowDef, scope: Scope): Value {
  const named = window.name !== undefined && !window.partitionClause && !window.orderClause;
  const parts: Value[] = [];
  for (const reference of [window.refname, named ? window.name : undefined]) {
    const found = reference === undefined ? undefined : findWindow(scope, reference);
    if (found) parts.push(found);
  }
  for (const node of window.partitionClause ?? []) {
    const value = analysis.expression(node, scope);
    analysis.use("group", value);
    parts.push(value);
  }
  for (const sort of window.orderClause ?? []) {
    if (!("SortBy" in sort) || !sort.SortBy.node) continue;
    const value = analysis.expression(sort.SortBy.node, scope);
    analysis.use("sort", value);
    parts.push(value);
  }
  for (const offset of [window.startOffset, window.endOffset]) {
    if (offset) parts.push(analysis.expression(offset, scope));
  }
  return parts.length > 0 ? combine(parts) : constant;
}

function findWindow(scope: Scope, name: string): Value | undefined {
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    const found = level.windows?.get(name);
    if (found) return found;
  }
  return undefined;
}
