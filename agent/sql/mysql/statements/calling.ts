import type { Span } from "../../facts.ts";
import type { QueryColumn } from "../../postgres/analysis.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { combine, constant, opaque, type Value, withRefs } from "../../postgres/value.ts";
import { findRoutines } from "../catalogLookups.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { specialOf } from "../parser/nodes.ts";
import type { CallStatement, DoStatement } from "../parser/statement.ts";
import { currentSchema } from "../relations.ts";
import { callRoutine } from "../routines.ts";
import { assign } from "../userVariables.ts";

/** DO computes and shows nothing. */
export function readDoStatement(analysis: MysqlAnalysis, statement: DoStatement): StatementResult {
  for (const node of statement.expressions) {
    const value = analysis.expression(node, emptyScope);
    const carrying = value.transform === "opaque" ? { ...value, transform: "expression" as const } : value;
    if (value.fallible) analysis.use("function_argument", carrying, false);
    analysis.held.push(value);
  }
  return { kind: "select", effect: analysis.effect, columns: [] };
}

/** CALL: what the procedure does, and the rows of its one query, if it has only one. */
export function readCallStatement(
  analysis: MysqlAnalysis,
  statement: CallStatement,
  span: Span,
): StatementResult {
  const at = analysis.names(statement.location, statement.name.length);
  const args = statement.args.map((arg) => analysis.expression(arg, emptyScope));
  const name = statement.name.at(-1) ?? "";
  const schema = statement.name.length > 1 ? statement.name.at(-2) : currentSchema(analysis);
  const { settings } = analysis.session;
  const [routine] = findRoutines(analysis.index, settings, schema, name).filter(
    (one) => one.kind === "procedure",
  );
  if (!routine) {
    analysis.unknown(`What the procedure ${statement.name.join(".")} does is not known.`, at);
    return { kind: "call", effect: "unknown" };
  }
  const given = combine(args);
  const called = callRoutine(analysis, routine, at, given);
  const inside = withRefs({ ...given, transform: "expression" }, called.refs);
  const value: Value = called.opaque === undefined ? inside : opaque(inside, called.opaque);
  // In a routine, a variable among the arguments may be given a value.
  analysis.held.push(value);
  assignOutputs(analysis, statement, value);
  const [only, another] = called.returned;
  if (another) {
    analysis.unknown(`${routine.schema}.${routine.name} returns the rows of several queries.`, at);
  }
  const columns = (only ?? []).map(
    (one): QueryColumn => ({
      name: one.name,
      // Arguments may flow into any of them.
      value: withRefs({ ...constant, ...one, fallible: false, items: [] }, given.refs),
      span,
    }),
  );
  for (const column of columns) analysis.use("output", column.value, false, span);
  return { kind: "call", effect: analysis.effect === "read" ? "write" : analysis.effect, columns };
}

/** A user variable among the arguments may be given a value. */
function assignOutputs(analysis: MysqlAnalysis, statement: CallStatement, value: Value): void {
  for (const arg of statement.args) {
    if (!("FuncCall" in arg)) continue;
    const [part] = arg.FuncCall.funcname ?? [];
    const [variable] = arg.FuncCall.args ?? [];
    const special = part && "String" in part ? specialOf(part.String.sval ?? "") : undefined;
    if (special !== "user_variable" || !variable || !("A_Const" in variable)) continue;
    assign(analysis, variable.A_Const.sval?.sval ?? "", value);
  }
}
