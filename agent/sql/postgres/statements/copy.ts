import type { CopyStmt } from "libpg-query";
import type { Analysis, QueryColumn } from "../analysis.ts";
import { nameParts } from "../names.ts";
import { emptyScope } from "../namespace.ts";
import { relationItem, spanOfRelation } from "../relations.ts";
import { reference } from "../value.ts";
import { addTarget, writeTarget } from "../writeTargets.ts";
import { useOutputs } from "./queries.ts";
import type { StatementReader } from "./statement.ts";

/** COPY: to and from a client, a file of the server, or a program on it. */
export const copyReader =
  (readStatement: StatementReader): StatementReader =>
  (analysis, node, context) => {
    if (!("CopyStmt" in node)) return undefined;
    const copy = node.CopyStmt;
    const flags = flagsOf(copy);
    analysis.actions.push({
      action: "copy",
      objectKind: "table",
      name: copy.relation?.relname ?? "a query",
      flags,
      span: context.span,
    });
    if (copy.query) readStatement(analysis, copy.query, context);
    else if (copy.is_from) readTarget(analysis, copy);
    else useOutputs(analysis, columnsOf(analysis, copy));
    const outside = copy.is_program === true || copy.filename !== undefined;
    return { kind: "copy", effect: outside ? "admin" : copy.is_from ? "write" : "read" };
  };

function flagsOf(copy: CopyStmt): readonly string[] {
  const from = copy.is_from === true;
  if (copy.is_program) return ["program"];
  if (copy.filename !== undefined) return [from ? "from_file" : "to_file"];
  return [from ? "stdin" : "stdout"];
}

function readTarget(analysis: Analysis, copy: CopyStmt): void {
  if (!copy.relation) return;
  const target = writeTarget(analysis, copy.relation, "insert");
  const named = nameParts(copy.attlist);
  const columns = named.length > 0 ? named : target.item.fields.map((one) => one.name);
  for (const field of target.item.fields.filter((one) => columns.includes(one.name))) {
    for (const column of target.base(field)) {
      analysis.writes.push({ column, role: "assignment", bare: true, span: target.span });
    }
  }
  if (copy.whereClause) analysis.predicate(copy.whereClause, { ...emptyScope, items: [target.item] });
  addTarget(analysis, target, "insert", "not_applicable", columns, copy.relation);
}

function columnsOf(analysis: Analysis, copy: CopyStmt): readonly QueryColumn[] {
  if (!copy.relation) return [];
  const item = relationItem(analysis, copy.relation, "read");
  const span = spanOfRelation(analysis, copy.relation);
  const named = nameParts(copy.attlist);
  return item.fields
    .filter((one) => named.length === 0 || named.includes(one.name))
    .map((one) => ({ name: one.name, value: reference(one, span, item.id), span }));
}
