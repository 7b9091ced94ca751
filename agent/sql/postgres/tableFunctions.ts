import type { JsonTable, Node, RangeFunction } from "libpg-query";
import type { Analysis } from "./analysis.ts";
import { builtinFunction } from "./builtins.ts";
import { rowOfType } from "./expression.ts";
import { nameParts } from "./names.ts";
import type { Scope } from "./namespace.ts";
import { routineColumns } from "./routines.ts";
import { combine, constant, type Field, field, opaque, type Value } from "./value.ts";

interface FunctionColumns {
  readonly fields: readonly Field[];
  /** Set where the function's columns can't be foretold. */
  readonly open?: Value;
}

/** Functions in FROM: each column may hold anything that flows into its function. */
export function readRangeFunction(analysis: Analysis, node: RangeFunction, scope: Scope): FunctionColumns {
  const fields: Field[] = [];
  let open: Value | undefined;
  const functions = (node.functions ?? []).flatMap((one) => ("List" in one ? [one.List.items ?? []] : []));
  for (const [call, definitions] of functions) {
    if (!call) continue;
    const value = analysis.expression(call, scope);
    analysis.use(
      "function_argument",
      { ...value, transform: value.transform === "opaque" ? "expression" : value.transform },
      false,
    );
    const columns = definitions && "List" in definitions ? definitions.List.items : undefined;
    const single = functions.length === 1 ? node.alias?.aliasname : undefined;
    const read = columnsOf(analysis, call, value, columns ?? node.coldeflist, single);
    fields.push(...read.fields);
    open ??= read.open;
  }
  if (node.ordinality) {
    fields.push(field("ordinality", { ...constant, transform: "expression" }));
  }
  return open ? { fields, open } : { fields };
}

function columnsOf(
  analysis: Analysis,
  call: Node,
  value: Value,
  definitions: readonly Node[] | undefined,
  alias: string | undefined,
): FunctionColumns {
  const flow: Value = {
    ...combine([value]),
    transform: value.transform === "opaque" ? "opaque" : "expression",
    ...(value.reason ? { reason: value.reason } : {}),
  };
  const named = (names: readonly string[]): FunctionColumns => ({
    fields: names.map((name) => field(name, flow)),
  });
  if (definitions?.length) {
    return named(definitions.flatMap((one) => ("ColumnDef" in one ? [one.ColumnDef.colname ?? ""] : [])));
  }
  const rows = value.fields ?? value.elements ?? rowOfType(analysis, value);
  if (!("FuncCall" in call)) return named([alias ?? "value"]);
  const parts = nameParts(call.FuncCall.funcname);
  const name = parts.at(-1) ?? "";
  const args = call.FuncCall.args ?? [];
  if (name === "unnest" && args.length > 1) {
    return { fields: args.map(() => field("unnest", flow)), open: flow };
  }
  if (rows) return { fields: rows };
  const routine = routineColumns(analysis.index, parts, args.length);
  if (routine.kind === "columns") return named(routine.names);
  if (routine.kind === "unknown")
    return { fields: [], open: opaque(flow, `Nobody can say what columns ${name} returns.`) };
  const builtin = builtinFunction(name);
  if (name === "unnest" && mayHoldRows(value)) return { ...named([alias ?? name]), open: flow };
  if (builtin?.o && name !== "unnest") return named(builtin.o);
  return named([alias ?? name]);
}

/** An array of a type of this database: its elements may be rows. */
const mayHoldRows = (value: Value): boolean => value.type === undefined && value.refs.length > 0;

/** XMLTABLE and JSON_TABLE: each column may hold anything of the document. */
export function readTableExpression(analysis: Analysis, node: Node, scope: Scope): readonly Field[] {
  const read = (one: Node | undefined): Value[] => (one ? [analysis.expression(one, scope)] : []);
  if ("RangeTableFunc" in node) {
    const { docexpr, rowexpr, namespaces, columns } = node.RangeTableFunc;
    const parts = [...read(docexpr), ...read(rowexpr), ...(namespaces ?? []).flatMap(read)];
    const definitions = (columns ?? []).flatMap((one) =>
      "RangeTableFuncCol" in one ? [one.RangeTableFuncCol] : [],
    );
    for (const column of definitions) parts.push(...read(column.colexpr), ...read(column.coldefexpr));
    return spread(
      analysis,
      parts,
      definitions.map((column) => column.colname ?? ""),
    );
  }
  if ("JsonTable" in node) {
    const { context_item, passing, columns, on_error } = node.JsonTable;
    const parts = [
      ...read(context_item?.raw_expr ?? context_item?.formatted_expr),
      ...(passing ?? []).flatMap(read),
      ...read(on_error?.expr),
      ...jsonDefaults(columns).flatMap(read),
    ];
    return spread(analysis, parts, jsonColumns(columns));
  }
  return [];
}

function spread(analysis: Analysis, parts: readonly Value[], names: readonly string[]): readonly Field[] {
  const value = combine(parts, true);
  analysis.use("function_argument", value, false);
  const flow: Value = { ...value, transform: value.transform === "opaque" ? "opaque" : "expression" };
  return names.map((name) => field(name, flow));
}

function jsonColumns(columns: JsonTable["columns"]): string[] {
  return (columns ?? []).flatMap((one) => {
    if (!("JsonTableColumn" in one)) return [];
    const column = one.JsonTableColumn;
    return column.coltype === "JTC_NESTED" ? jsonColumns(column.columns) : [column.name ?? ""];
  });
}

function jsonDefaults(columns: JsonTable["columns"]): (Node | undefined)[] {
  return (columns ?? []).flatMap((one) => {
    if (!("JsonTableColumn" in one)) return [];
    const { on_empty, on_error, columns: nested } = one.JsonTableColumn;
    return [on_empty?.expr, on_error?.expr, ...jsonDefaults(nested)];
  });
}
