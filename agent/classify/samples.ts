import { columnKey } from "../sql/facts.ts";
import type { ColumnEvidence } from "./values/columnEvidence.ts";

/** What was seen in columns, by `columnKey` of the base column. */
export type Samples = ReadonlyMap<string, ColumnEvidence>;

/** What was seen in the columns of one relation, and of which version of it. */
export interface RelationEvidence {
  readonly version: string;
  /** As the planner estimated them when the sample was taken. */
  readonly estimatedRows: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  readonly columns: Readonly<Record<string, ColumnEvidence>>;
}

/** Evidence of one relation's columns as samples. */
export const samplesOf = (
  relation: { readonly schema: string; readonly name: string },
  columns: RelationEvidence["columns"],
): readonly (readonly [string, ColumnEvidence])[] =>
  Object.entries(columns).map(([column, evidence]) => [
    columnKey({ schema: relation.schema, table: relation.name, column }),
    evidence,
  ]);
