import type { Span } from "../../facts.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { constant, type Value } from "../../postgres/value.ts";
import { assignLocal } from "../compounds.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { SetStatement, UseStatement, VariableChange } from "../parser/statement.ts";
import { isSystemSchema } from "../systemRelations.ts";
import { assign } from "../userVariables.ts";
import type { ReadAny } from "./any.ts";

/** SET: user variables, variables of the server, and in a routine its own. */
export function readSet(
  analysis: MysqlAnalysis,
  statement: SetStatement,
  span: Span,
  readAny: ReadAny,
): StatementResult {
  for (const change of statement.changes)
    readChange(analysis, { ...change, span: placed(analysis, change.span) });
  analysis.settings.push(...statement.settings.map((one) => ({ ...one, span: placed(analysis, one.span) })));
  analysis.actions.push(...statement.actions.map((one) => ({ ...one, span: placed(analysis, one.span) })));
  const admin = statement.actions.length > 0 || statement.changes.some((one) => one.scope === "global");
  if (statement.statement) return readAny(analysis, statement.statement, span);
  return { kind: "set", effect: admin ? "admin" : "session" };
}

/** A span of the statement's own text, in the request. */
const placed = (analysis: MysqlAnalysis, { start, end }: Span): Span =>
  analysis.frame.kind === "text" ? analysis.frame.source.span(start, end) : { start: 0, end: 0 };

function readChange(analysis: MysqlAnalysis, change: VariableChange): void {
  const { name, scope, value: node } = change;
  const local = scope === "local" || (scope === "session" && isLocal(analysis, name));
  const word = node ? bareWord(node) : undefined;
  // ON, or the name of a character set: a word, not a column.
  const value: Value =
    node && !(word !== undefined && !local && scope !== "user")
      ? analysis.expression(node, emptyScope)
      : constant;
  const span = change.span;
  if (scope === "user") assign(analysis, name, value);
  else if (local) assignLocal(analysis, name, value);
  else {
    const literal = word ?? literalOf(node);
    if (value.refs.length > 0 || value.transform === "opaque") {
      analysis.use("function_argument", { ...value, transform: "expression" }, false);
      analysis.unknown("A value nobody can foretell is put into a variable of the server.", span);
    }
    if (scope === "global") {
      analysis.actions.push({ action: "alter_system", objectKind: "server", name, flags: [], span });
      return;
    }
    analysis.settings.push({
      name,
      ...(literal === undefined ? {} : { value: literal }),
      local: false,
      span,
    });
  }
  if (value.fallible && value.refs.length > 0) analysis.use("function_argument", value, false);
}

function isLocal(analysis: MysqlAnalysis, name: string): boolean {
  const [row, column] = name.split(".");
  const names = analysis.routineNames;
  if (!names) return false;
  return column === undefined ? names.lookup(name) !== undefined : names.row(row ?? "") !== undefined;
}

type Expression = NonNullable<VariableChange["value"]>;

function bareWord(node: Expression): string | undefined {
  if (!("ColumnRef" in node) || node.ColumnRef.fields?.length !== 1) return undefined;
  const [part] = node.ColumnRef.fields;
  return part && "String" in part ? part.String.sval : undefined;
}

function literalOf(node: Expression | undefined): string | undefined {
  if (!node || !("A_Const" in node)) return undefined;
  const { sval, ival, fval, boolval } = node.A_Const;
  if (ival) return String(ival.ival ?? 0);
  return sval?.sval ?? fval?.fval ?? (boolval ? String(boolval.boolval ?? false) : undefined);
}

/** USE: names without a database mean another one afterwards. */
export function readUse(analysis: MysqlAnalysis, statement: UseStatement, span: Span): StatementResult {
  if (isSystemSchema(statement.schema) && statement.schema.toLowerCase() !== "information_schema") {
    analysis.unknown("This chooses a database the server keeps for itself.", span);
  }
  analysis.settings.push({ name: "search_path", value: statement.schema, local: false, span });
  return { kind: "use", effect: "session" };
}
