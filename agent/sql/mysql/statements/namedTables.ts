import type { RangeVar } from "libpg-query";
import type { Span } from "../../facts.ts";
import { findRelation } from "../catalogLookups.ts";
import { noteChangedName } from "../changedNames.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { currentSchema } from "../relations.ts";
import { temporarySchema } from "../temporarySchema.ts";

export const schemaOf = (analysis: MysqlAnalysis, name: RangeVar): string =>
  name.schemaname ?? currentSchema(analysis) ?? "";

/** A span of the statement's own text, in the request. */
export const placed = (analysis: MysqlAnalysis, { start, end }: Span): Span =>
  analysis.frame.kind === "text" ? analysis.frame.source.span(start, end) : { start: 0, end: 0 };

export const printed = (analysis: MysqlAnalysis, name: RangeVar): string =>
  `${schemaOf(analysis, name)}.${name.relname ?? ""}`;

const findIn = (analysis: MysqlAnalysis, schema: string, name: RangeVar) =>
  findRelation(analysis.index, analysis.session.settings, schema, name.relname ?? "");

export const findReal = (analysis: MysqlAnalysis, name: RangeVar) =>
  findIn(analysis, schemaOf(analysis, name), name);

export const findTemporary = (analysis: MysqlAnalysis, name: RangeVar) =>
  findIn(analysis, temporarySchema(schemaOf(analysis, name)), name);

export const find = (analysis: MysqlAnalysis, name: RangeVar) =>
  findTemporary(analysis, name) ?? findReal(analysis, name);

/** What a change to the schema means is not looked at again while it runs, so nothing may be mistaken for another. */
export function doubtHidden(analysis: MysqlAnalysis, name: RangeVar, span: Span): void {
  if (!findTemporary(analysis, name)) return;
  noteChangedName(analysis, name);
  if (!findReal(analysis, name)) return;
  const printedName = printed(analysis, name);
  analysis.unknown(`A temporary table stands in front of ${printedName}: rename or drop it first.`, span);
}
