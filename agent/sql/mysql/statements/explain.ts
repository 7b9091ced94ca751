import type { Span } from "../../facts.ts";
import type { QueryColumn } from "../../postgres/analysis.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { combine, constant, type Value } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { ExplainStatement } from "../parser/statement.ts";
import type { ReadAny } from "./any.ts";

const columnsOf = {
  mariadb: ["id", "select_type", "table", "type", "possible_keys", "key", "key_len", "ref", "rows", "Extra"],
  mysql: [
    ...["id", "select_type", "table", "partitions", "type", "possible_keys", "key", "key_len", "ref", "rows"],
    ...["filtered", "Extra"],
  ],
} as const;

/** EXPLAIN looks at rows of tables it finds constant, so its answer depends on everything the statement uses. */
export function readExplain(
  analysis: MysqlAnalysis,
  statement: ExplainStatement,
  span: Span,
  readAny: ReadAny,
): StatementResult {
  if (!statement.statement) {
    analysis.unknown("This shows the plan of a statement of another session.", span);
    return { kind: "explain", effect: "unknown" };
  }
  const inner = readAny(analysis, statement.statement, span);
  const used: Value = {
    ...constant,
    transform: "expression",
    refs: analysis.uses.map((use) => ({ column: use.column, span: use.span })),
  };
  const outputs = (inner.columns ?? []).map((one): Value => ({ ...one.value, transform: "expression" }));
  const value: Value = { ...combine([used, ...outputs]), transform: "expression", fallible: false };
  if (!statement.runs) forgetEffects(analysis);
  const columns = namesOf(analysis, statement).map(
    (name): QueryColumn => ({ name, value: { ...value, shown: name }, span }),
  );
  return { kind: "explain", effect: statement.runs ? inner.effect : analysis.effect, columns };
}

function namesOf(analysis: MysqlAnalysis, { format, runs }: ExplainStatement): readonly string[] {
  const { variant } = analysis.session.settings;
  if (format === "extended" || format === "partitions") {
    const names = columnsOf[variant];
    return format === "extended" && variant === "mariadb"
      ? [...names.slice(0, 9), "filtered", "Extra"]
      : names;
  }
  if (variant === "mysql") return format === "" && !runs ? columnsOf.mysql : ["EXPLAIN"];
  if (format !== "") return [runs ? "ANALYZE" : "EXPLAIN"];
  return runs
    ? [...columnsOf.mariadb.slice(0, 9), "r_rows", "filtered", "r_filtered", "Extra"]
    : columnsOf.mariadb;
}

/** A statement that is only planned writes nothing, whatever it would do. */
function forgetEffects(analysis: MysqlAnalysis): void {
  analysis.targets.length = 0;
  analysis.actions.length = 0;
  analysis.flows.length = 0;
  analysis.writes.length = 0;
  analysis.locksRows = false;
  for (const [position, use] of analysis.relations.entries()) {
    analysis.relations[position] = { ...use, access: "read" };
  }
  if (analysis.effect !== "unknown") analysis.effect = "read";
}
