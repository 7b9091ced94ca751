import type { Span } from "../../facts.ts";
import type { QueryColumn } from "../../postgres/analysis.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { constant } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { PlainStatement } from "../parser/statement.ts";
import { relationItem } from "../relations.ts";
import { addTarget, writeTarget } from "../writes.ts";
import { doubtHidden } from "./namedTables.ts";

/** A statement whose facts its grammar says already. */
export function readPlain(analysis: MysqlAnalysis, statement: PlainStatement, span: Span): StatementResult {
  for (const { relation, access } of statement.relations ?? []) relationItem(analysis, relation, access);
  for (const relation of statement.truncates ?? []) {
    const target = writeTarget(analysis, relation, ["truncate"]);
    doubtHidden(analysis, relation, target.span);
    addTarget(analysis, target, "truncate", "not_applicable", [], target.span);
  }
  analysis.actions.push(
    ...statement.actions.map((one) => ({ ...one, span: one.span.end > 0 ? one.span : span })),
  );
  analysis.settings.push(...(statement.settings ?? []));
  if (statement.hazard) {
    const hazards = [statement.hazard];
    analysis.functions.push({ schema: "", name: statement.name, volatility: "volatile", hazards, span });
  }
  if (statement.unknown !== undefined) analysis.unknown(statement.unknown, span);
  const columns = (statement.answers ?? []).map(
    (name): QueryColumn => ({ name, value: { ...constant, transform: "expression", shown: name }, span }),
  );
  return {
    kind: statement.name,
    effect: statement.effect,
    columns,
    ...(statement.transaction === undefined ? {} : { transaction: statement.transaction }),
  };
}
