import type { CallStmt, Node } from "libpg-query";
import type { Routine } from "../../../../protocol/catalog.ts";
import type { Span } from "../../facts.ts";
import { Analysis, type QueryColumn } from "../analysis.ts";
import { nameParts } from "../names.ts";
import { emptyScope } from "../namespace.ts";
import { openedFrom, replay } from "../opened.ts";
import { readPlpgsql } from "../plpgsql.ts";
import { blockAsFunction } from "../plpgsqlSource.ts";
import { spanOfRelation } from "../relations.ts";
import { routinesCallable } from "../routines.ts";
import { RoutineVariables } from "../routineVariables.ts";
import { ARGUMENT, opaque } from "../value.ts";
import type { StatementContext, StatementReader, StatementResult } from "./statement.ts";

/** DO, CALL, and the making of functions, triggers, rules and policies: code, now or later. */
export const readCodeStatement: StatementReader = (analysis, node, context) => {
  if ("DoStmt" in node) return readDo(analysis, node.DoStmt.args ?? [], context);
  if ("CallStmt" in node) return readCallStatement(analysis, node.CallStmt, context);
  const { span } = context;
  const create = (objectKind: string, name: string, flags: readonly string[] = []): StatementResult => {
    analysis.actions.push({ action: "create", objectKind, name, flags, span });
    return { kind: `create_${objectKind}`, effect: "ddl" };
  };
  if ("CreateFunctionStmt" in node) {
    const kind = node.CreateFunctionStmt.is_procedure ? "procedure" : "function";
    return create(
      kind,
      nameParts(node.CreateFunctionStmt.funcname).join("."),
      flagsOf(node.CreateFunctionStmt.options),
    );
  }
  if ("AlterFunctionStmt" in node) {
    const { func, actions } = node.AlterFunctionStmt;
    const name = nameParts(func?.objname).join(".");
    analysis.actions.push({ action: "alter", objectKind: "function", name, flags: flagsOf(actions), span });
    return { kind: "alter_function", effect: "ddl" };
  }
  if ("CreateTrigStmt" in node) {
    if (node.CreateTrigStmt.relation) spanOfRelation(analysis, node.CreateTrigStmt.relation);
    return create("trigger", node.CreateTrigStmt.trigname ?? "");
  }
  if ("RuleStmt" in node) return create("rule", node.RuleStmt.rulename ?? "");
  if ("CreatePolicyStmt" in node) return create("policy", node.CreatePolicyStmt.policy_name ?? "");
  if ("CreateEventTrigStmt" in node) {
    return { ...create("event_trigger", node.CreateEventTrigStmt.trigname ?? ""), effect: "admin" };
  }
  return undefined;
};

/** A DO block is read as code; it runs as a write, since nothing it does is shown. */
function readDo(analysis: Analysis, args: readonly Node[], { span }: StatementContext): StatementResult {
  const options = args.flatMap((one) => ("DefElem" in one ? [one.DefElem] : []));
  const text = (name: string): string | undefined => {
    const arg = options.find((one) => one.defname === name)?.arg;
    return arg && "String" in arg ? arg.String.sval : undefined;
  };
  const language = text("language") ?? "plpgsql";
  if (language !== "plpgsql" || !readBlock(analysis, text("as") ?? "", span)) {
    analysis.unknown(`the DO block is written in ${language} and cannot be read`, span);
    return { kind: "do", effect: "unknown" };
  }
  return { kind: "do", effect: "write" };
}

/** False where it can't be read. */
function readBlock(analysis: Analysis, body: string, span: Span): boolean {
  const variables = new RoutineVariables(analysis.index, BLOCK);
  const frame = { kind: "elsewhere", view: undefined } as const;
  const inner = new Analysis(analysis.index, frame, analysis.readers, [], variables);
  if (!readPlpgsql(inner, blockAsFunction(body), (value) => variables.hold(value))) return false;
  replay(analysis, openedFrom(inner, []), span);
  analysis.uses.splice(0, analysis.uses.length, ...analysis.uses.filter((use) => use.column !== ARGUMENT));
  return true;
}

/** A DO block is a routine without a name, without arguments and without a result. */
const BLOCK: Routine = {
  oid: 0,
  schema: "",
  name: "",
  kind: "procedure",
  argumentTypes: [],
  argumentNames: [],
  defaultedArguments: 0,
  variadic: false,
  returnType: "void",
  returnsSet: false,
  outputColumns: [],
  language: "plpgsql",
  volatility: "volatile",
  securityDefiner: false,
  body: "",
};

function readCallStatement(analysis: Analysis, node: CallStmt, { span }: StatementContext): StatementResult {
  const call = node.funccall;
  if (!call) {
    analysis.unknown("what is called cannot be told", span);
    return { kind: "call", effect: "unknown" };
  }
  const value = analysis.expression({ FuncCall: call }, emptyScope);
  const parts = nameParts(call.funcname);
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const [routine] = routinesCallable(
    analysis.index,
    schema,
    parts.at(-1) ?? "",
    call.args?.length ?? 0,
    true,
  );
  const columns = (routine?.outputColumns ?? []).map(
    ({ name }): QueryColumn => ({
      name,
      value: opaque(value, "What a procedure hands back is not followed."),
      span,
    }),
  );
  return { kind: "call", effect: "write", columns };
}

function flagsOf(options: readonly Node[] | undefined): readonly string[] {
  return (options ?? []).flatMap((one) => {
    if (!("DefElem" in one) || one.DefElem.defname !== "security") return [];
    const { arg } = one.DefElem;
    return arg && "Boolean" in arg && arg.Boolean.boolval === true ? ["security_definer"] : [];
  });
}
