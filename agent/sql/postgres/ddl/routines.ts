import type {
  AlterFunctionStmt,
  CreateFunctionStmt,
  DefElem,
  DefineStmt,
  FunctionParameter,
  Node,
  ObjectWithArgs,
} from "libpg-query";
import type { Routine } from "../../../../protocol/catalog.ts";
import { builtinFunction } from "../builtins.ts";
import { nameParts } from "../names.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";
import { printType } from "./typeNames.ts";

const VOLATILITIES: readonly Routine["volatility"][] = ["immutable", "stable", "volatile"];

/** CREATE FUNCTION and CREATE PROCEDURE. */
export function createRoutine(state: SchemaState, node: CreateFunctionStmt, text: StatementText): void {
  const parts = nameParts(node.funcname);
  const name = parts.at(-1) ?? "";
  const schema = state.creationSchema(parts.at(-2));
  const parameters = (node.parameters ?? []).flatMap((one) =>
    "FunctionParameter" in one ? [one.FunctionParameter] : [],
  );
  const typeOf = (one: FunctionParameter): string =>
    one.argType ? printType(state, one.argType, false) : "";
  const inputs = parameters.filter(isInput);
  const outputs = parameters.filter(isOutput).map((one) => ({ name: one.name ?? "", type: typeOf(one) }));
  const options = optionsIn(node.options);
  const language = options.get("language") ?? "sql";
  const argumentTypes = inputs.map(typeOf);
  const known = findRoutine(state, [schema, name], argumentTypes);
  if (known && !node.replace) return;
  const oid = known?.oid ?? state.nextOid();
  state.routines.set(oid, {
    oid,
    schema,
    name,
    kind: node.is_procedure ? "procedure" : options.has("window") ? "window" : "function",
    argumentTypes,
    argumentNames: parameters.some((one) => one.name) ? inputs.map((one) => one.name ?? "") : [],
    defaultedArguments: inputs.filter((one) => one.defexpr).length,
    variadic: parameters.some((one) => one.mode === "FUNC_PARAM_VARIADIC"),
    returnType: returnType(state, node, outputs),
    returnsSet: node.returnType?.setof === true || parameters.some((one) => one.mode === "FUNC_PARAM_TABLE"),
    outputColumns: outputs,
    language,
    ...traits(options, { volatility: "volatile", securityDefiner: false }),
    body: node.sql_body ? standardBody(text) : bodyIn(node.options, language, name),
  });
}

/** ALTER FUNCTION … STABLE, SECURITY DEFINER. */
export function alterRoutine(state: SchemaState, node: AlterFunctionStmt): void {
  const routine = node.func && routineNamed(state, node.func);
  if (routine) state.routines.set(routine.oid, { ...routine, ...traits(optionsIn(node.actions), routine) });
}

/** CREATE AGGREGATE. */
export function createAggregate(state: SchemaState, node: DefineStmt): void {
  const parts = nameParts(node.defnames);
  const [list] = node.args ?? [];
  const parameters = (list && "List" in list ? (list.List.items ?? []) : []).flatMap((one) =>
    "FunctionParameter" in one ? [one.FunctionParameter] : [],
  );
  const types = new Map<string, string>();
  for (const one of node.definition ?? []) {
    if (!("DefElem" in one)) continue;
    const { defname = "", arg } = one.DefElem;
    if (arg && "TypeName" in arg) types.set(defname, printType(state, arg.TypeName, false));
  }
  const final = definedName(node.definition, "finalfunc");
  const finals = final.length > 0 ? state.findRoutines(final) : [];
  const builtin = builtinFunction(final.at(-1) ?? "")?.r ?? [];
  const oid = state.nextOid();
  state.routines.set(oid, {
    oid,
    schema: state.creationSchema(parts.at(-2)),
    name: parts.at(-1) ?? "",
    kind: "aggregate",
    argumentTypes: parameters.flatMap((one) => (one.argType ? [printType(state, one.argType, false)] : [])),
    argumentNames: parameters.some((one) => one.name) ? parameters.map((one) => one.name ?? "") : [],
    defaultedArguments: 0,
    variadic: parameters.some((one) => one.mode === "FUNC_PARAM_VARIADIC"),
    returnType:
      finals[0]?.returnType ?? (builtin.length === 1 ? builtin[0] : undefined) ?? types.get("stype") ?? "",
    returnsSet: false,
    outputColumns: [],
    language: "internal",
    volatility: "immutable",
    securityDefiner: false,
    body: "aggregate_dummy",
  });
}

/** The routine that a name with argument types, or without where it is the only one, stands for. */
export function routineNamed(state: SchemaState, object: ObjectWithArgs): Routine | undefined {
  const parts = nameParts(object.objname);
  if (object.args_unspecified) return state.findRoutines(parts)[0];
  const types = (object.objargs ?? []).flatMap((one) =>
    "TypeName" in one ? [printType(state, one.TypeName, false)] : [],
  );
  return findRoutine(state, parts, types);
}

const findRoutine = (
  state: SchemaState,
  parts: readonly string[],
  types: readonly string[],
): Routine | undefined =>
  state.findRoutines(parts).find((one) => one.argumentTypes.join("\0") === types.join("\0"));

const isInput = (one: FunctionParameter): boolean =>
  one.mode !== "FUNC_PARAM_OUT" && one.mode !== "FUNC_PARAM_TABLE";
const isOutput = (one: FunctionParameter): boolean =>
  one.mode === "FUNC_PARAM_OUT" || one.mode === "FUNC_PARAM_INOUT" || one.mode === "FUNC_PARAM_TABLE";

function returnType(
  state: SchemaState,
  node: CreateFunctionStmt,
  outputs: readonly { readonly type: string }[],
): string {
  if (outputs.length === 1 && !node.is_procedure) return outputs[0]?.type ?? "";
  if (outputs.length > 0) return "record";
  return node.returnType ? printType(state, node.returnType, false) : "void";
}

function optionsIn(nodes: readonly Node[] | undefined): ReadonlyMap<string, string> {
  const options = (nodes ?? []).flatMap((one) => ("DefElem" in one ? [one.DefElem] : []));
  return new Map(options.map((one) => [one.defname ?? "", textOf(one)]));
}

function textOf({ arg }: DefElem): string {
  if (!arg) return "";
  if ("String" in arg) return arg.String.sval ?? "";
  if ("Boolean" in arg) return String(arg.Boolean.boolval === true);
  return "";
}

function traits(
  options: ReadonlyMap<string, string>,
  before: Pick<Routine, "volatility" | "securityDefiner">,
): Pick<Routine, "volatility" | "securityDefiner"> {
  const security = options.get("security");
  return {
    volatility: VOLATILITIES.find((one) => one === options.get("volatility")) ?? before.volatility,
    securityDefiner: security === undefined ? before.securityDefiner : security === "true",
  };
}

/** AS 'body'; for C the second string, or the routine's name, is the symbol. */
function bodyIn(nodes: readonly Node[] | undefined, language: string, name: string): string {
  for (const one of nodes ?? []) {
    if (!("DefElem" in one) || one.DefElem.defname !== "as") continue;
    const { arg } = one.DefElem;
    const [first = "", second] = arg && "List" in arg ? nameParts(arg.List.items) : [];
    return language === "c" ? (second ?? name) : first;
  }
  return "";
}

/** The body in the form of the SQL standard: RETURN, or BEGIN ATOMIC to its END. */
function standardBody(text: StatementText): string {
  const from = text.firstOf("return", "begin");
  return from === undefined ? "" : text.slice(from, text.end).trim();
}

function definedName(nodes: readonly Node[] | undefined, wanted: string): readonly string[] {
  for (const one of nodes ?? []) {
    if (!("DefElem" in one) || one.DefElem.defname !== wanted) continue;
    const { arg } = one.DefElem;
    if (arg && "TypeName" in arg) return nameParts(arg.TypeName.names);
  }
  return [];
}
