import type { Span } from "../../facts.ts";
import type { QueryColumn } from "../../postgres/analysis.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { constant, field, opaque, type Value } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { DescribeStatement, ShowStatement } from "../parser/statement.ts";
import { currentSchema, relationItem } from "../relations.ts";
import { foldColumn } from "../settings.ts";
import { shownColumns, whyRevealing } from "./shownColumns.ts";

const structure: Value = { ...constant, transform: "expression", origin: undefined };

/** SHOW: what exists and how the server is set; some of them show statements, values and secrets. */
export function readShow(analysis: MysqlAnalysis, statement: ShowStatement, span: Span): StatementResult {
  const { what, relation } = statement;
  if (relation) relationItem(analysis, relation, "read");
  const why = whyRevealing(what);
  if (why !== undefined) {
    analysis.functions.push({
      schema: "",
      name: `show ${what.replaceAll("_", " ")}`,
      volatility: "volatile",
      hazards: ["reveals_data_values"],
      span,
    });
  }
  const names = shownColumns(
    what,
    analysis.session.settings.variant,
    statement.schema ?? currentSchema(analysis),
    statement.like,
  );
  if (!names) {
    analysis.unknown(`What SHOW ${what.replaceAll("_", " ").toUpperCase()} shows is not known.`, span);
    return { kind: "show", effect: "session" };
  }
  const columns = names.map((name): QueryColumn => {
    const hidden = why ?? (MEASURES.has(name) ? "is a measure of the data" : undefined);
    const value = hidden === undefined ? structure : opaque(structure, `SHOW ${what} ${hidden}.`);
    return { name: foldColumn(name), value: { ...value, shown: name }, span };
  });
  if (statement.where) {
    const fields = columns.map((column) => field(column.name, column.value));
    const item = {
      id: analysis.nextItem(),
      name: undefined,
      fields,
      nameVisible: false,
      columnsVisible: true,
      hasSystemColumns: false,
    };
    analysis.predicate(statement.where, { ...emptyScope, items: [item] });
  }
  return { kind: "show", effect: "session", columns };
}

/** DESCRIBE shows the columns of a table. */
export const readDescribe = (
  analysis: MysqlAnalysis,
  statement: DescribeStatement,
  span: Span,
): StatementResult => ({
  ...readShow(analysis, { kind: "show", what: "columns", relation: statement.relation }, span),
  kind: "describe",
});

const MEASURES: ReadonlySet<string> = new Set(["Cardinality", "Checksum", "Auto_increment"]);
