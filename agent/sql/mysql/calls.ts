import type { FuncCall, Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis } from "../postgres/analysis.ts";
import { readWindow } from "../postgres/functionCalls.ts";
import { nameParts } from "../postgres/names.ts";
import type { Scope } from "../postgres/namespace.ts";
import { combine, opaque, type Value, withRefs } from "../postgres/value.ts";
import { isAggregate, isBuiltin, isJson, isTotal, volatilityOf } from "./builtins.ts";
import { findRoutines } from "./catalogLookups.ts";
import { functionHazard } from "./hazards.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { specialOf } from "./parser/nodes.ts";
import { currentSchema } from "./relations.ts";
import { callRoutine } from "./routines.ts";
import { readSpecial } from "./specials.ts";
import { assignLastInsertId, lastInsertId } from "./userVariables.ts";

/** What a call comes to, and everything it brings with it: hazards, effects, the reads of a stored body. */
export function readCall(analysis: Analysis, call: FuncCall, scope: Scope): Value {
  const parts = nameParts(call.funcname);
  const name = (parts.at(-1) ?? "").toLowerCase();
  const special = specialOf(name);
  if (special !== undefined) return readSpecial(analysis, special, call, scope);
  const span = analysis.names(call.location, parts.length);
  const args = (call.args ?? []).map((arg) => analysis.expression(arg, scope));
  const schema = parts.length > 1 ? parts[0] : currentSchema(analysis);
  const builtin = parts.length === 1 && isBuiltin(name);
  const { settings } = asMysql(analysis).session;
  const routines = findRoutines(analysis.index, settings, schema, name).filter(
    (one) => one.kind === "function",
  );
  if (!builtin && routines.length === 0) return unknownFunction(analysis, parts, args, span);

  const order = (call.agg_order ?? []).flatMap((sort) =>
    "SortBy" in sort && sort.SortBy.node ? [sortedBy(analysis, sort.SortBy.node, scope)] : [],
  );
  const window = call.over ? [readWindow(analysis, call.over, scope)] : [];
  if (call.agg_distinct) for (const arg of args) analysis.use("distinct", arg);
  let value = combine(
    [...args, ...order, ...window],
    !(builtin && routines.length === 0 && cannotFail(analysis, name, args)),
  );
  if (value.transform !== "opaque") {
    const whole = builtin && isAggregate(name) && !call.over ? "aggregate" : "expression";
    const counts =
      name === "count" && builtin && routines.length === 0 && (window[0]?.refs.length ?? 0) === 0;
    // How many there are of a column as it is tells nothing of what they are.
    const asItIs = args.every((arg) => arg.plain || arg.refs.length === 0);
    value = { ...value, transform: whole, countOnly: counts && args.length <= 1 && asItIs };
  }
  if (builtin) value = callBuiltin(analysis, name, args, value, span);
  return routines
    .map((routine) => callRoutine(asMysql(analysis), routine, span, combine(args)))
    .reduce((sum, called) => {
      const more = withRefs(sum, called.refs);
      return called.opaque === undefined ? more : opaque(more, called.opaque);
    }, value);
}

function sortedBy(analysis: Analysis, node: Node, scope: Scope): Value {
  const value = analysis.expression(node, scope);
  analysis.use("sort", value);
  return value;
}

/** MySQL refuses text that is no JSON, but a column of type JSON holds no other. */
function cannotFail(analysis: Analysis, name: string, args: readonly Value[]): boolean {
  const { variant } = asMysql(analysis).session.settings;
  if (isTotal(name, variant)) return true;
  return (
    isJson(name) && args.every((arg, index) => arg.refs.length === 0 || (index === 0 && arg.type === "json"))
  );
}

function callBuiltin(
  analysis: Analysis,
  name: string,
  args: readonly Value[],
  value: Value,
  span: Span,
): Value {
  const hazard = functionHazard(name);
  analysis.functions.push({
    schema: "",
    name,
    volatility: volatilityOf(name),
    hazards: hazard ? [hazard.kind] : [],
    span,
  });
  if (name === "last_insert_id") {
    const [given] = args;
    if (!given) return lastInsertId(asMysql(analysis), value);
    assignLastInsertId(asMysql(analysis), given);
  }
  if (!hazard) return value;
  // What happens beyond the value is seen by others, or in time: the arguments take part in it.
  for (const arg of args) analysis.use("function_argument", arg, false, span);
  analysis.raise(hazard.effect);
  return hazard.opaque ? opaque(value, `${name} ${hazard.why}.`) : value;
}

/** Functions can be loaded into the server, and no catalog lists them. */
function unknownFunction(
  analysis: Analysis,
  parts: readonly string[],
  args: readonly Value[],
  span: Span,
): Value {
  const name = parts.join(".");
  const reason = `Nobody knows what the function ${name} does.`;
  analysis.functions.push({
    schema: parts.length > 1 ? (parts[0] ?? "") : "",
    name: parts.at(-1) ?? "",
    volatility: "volatile",
    hazards: ["unreadable_body"],
    span,
  });
  analysis.unknown(reason, span);
  analysis.raise("unknown");
  return opaque(combine(args, true), reason);
}
