import type { Span } from "../../facts.ts";
import { emptyScope, type Scope } from "../../postgres/namespace.ts";
import { constant } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { LoadStatement } from "../parser/statement.ts";
import { assign } from "../userVariables.ts";
import { addTarget, writeTarget } from "../writes.ts";
import { assignedValue, MysqlAssignments } from "./assigning.ts";

/** LOAD DATA and LOAD XML: rows of a file, of the server or sent by the client. */
export function readLoad(analysis: MysqlAnalysis, statement: LoadStatement, span: Span): void {
  analysis.raise("write");
  const target = writeTarget(analysis, statement.relation, [
    "insert",
    ...(statement.replaces ? (["delete"] as const) : []),
  ]);
  const assigned = new MysqlAssignments(analysis, target, statement.replaces, false);
  const columns = statement.fields.filter((one) => !one.user);
  for (const { name } of statement.fields.filter((one) => one.user)) assign(analysis, name, constant);
  const names =
    statement.fields.length > 0 ? columns.map((one) => one.name) : target.item.fields.map((one) => one.name);
  for (const name of names) assigned.add(name, constant, target.span);
  const scope: Scope = { ...emptyScope, items: [target.item] };
  for (const { name, value, location } of statement.assignments) {
    assigned.add(
      name.at(-1) ?? "",
      assignedValue(analysis, value, scope),
      analysis.names(location, name.length),
    );
  }
  addTarget(analysis, target, "insert", "not_applicable", assigned.names, span);
  if (statement.replaces) addTarget(analysis, target, "delete", "some", [], span);
  analysis.actions.push({
    action: "copy",
    objectKind: "table",
    name: `${target.schema}.${target.name}`,
    flags: [statement.local ? "stdin" : "from_file"],
    span,
  });
  if (!statement.local) analysis.raise("admin");
}
