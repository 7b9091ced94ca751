import type { RangeVar } from "libpg-query";
import type { ColumnId } from "../../facts.ts";
import { noteRelation } from "../../postgres/relations.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { noteChangedName } from "../changedNames.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { RenameStatement } from "../parser/objectStatement.ts";
import { isTemporarySchema, temporarySchema } from "../temporarySchema.ts";
import { doubtHidden, find, findTemporary, placed, printed, schemaOf } from "./namedTables.ts";

/** A temporary table, or within a routine any, that has another name from now on. */
export function nameChanges(analysis: MysqlAnalysis, from: RangeVar, to: RangeVar): void {
  if (!findTemporary(analysis, from) && analysis.opening.length === 0) return;
  const { schemaname = schemaOf(analysis, from), ...rest } = to;
  noteChangedName(analysis, from);
  noteChangedName(analysis, { ...rest, schemaname });
}

/** The columns of a table that is renamed or moved keep what they hold. */
export function moveLabels(
  analysis: MysqlAnalysis,
  name: RangeVar,
  moved: (id: ColumnId) => ColumnId | undefined,
): void {
  const relation = find(analysis, name);
  for (const column of relation?.columns ?? []) {
    if (!relation) return;
    const source = analysis.index.identify(relation, column);
    const target = moved({ schema: relation.schema, table: relation.name, column: column.name });
    if (target) analysis.flows.push({ target, sources: [source], unchanged: true, opaque: false });
  }
}

export function readRename(analysis: MysqlAnalysis, statement: RenameStatement): StatementResult {
  for (const { from, to, span: own } of statement.pairs) {
    const span = placed(analysis, own);
    // A name given a moment ago in the same statement is no table yet.
    const relation = find(analysis, from);
    if (relation) noteRelation(analysis, relation, "write", false, span);
    doubtHidden(analysis, from, span);
    nameChanges(analysis, from, { ...to, schemaname: schemaOf(analysis, to) });
    moveLabels(analysis, from, (id) => {
      const schema = schemaOf(analysis, to);
      const inside = isTemporarySchema(id.schema) ? temporarySchema(schema) : schema;
      return { ...id, schema: inside, table: to.relname ?? "" };
    });
    const name = printed(analysis, from);
    analysis.actions.push({ action: "alter", objectKind: "table", name, flags: ["rename"], span });
  }
  if (statement.pairs.length > 1) {
    // Tables can change places: which label ends where is told apart by nobody.
    const froms = new Set(statement.pairs.map(({ from }) => printed(analysis, from)));
    const last = statement.pairs.find(({ to }) => froms.has(printed(analysis, to)));
    if (last) analysis.unknown("Tables change names with each other.", placed(analysis, last.span));
  }
  return { kind: "rename", effect: "ddl" };
}
