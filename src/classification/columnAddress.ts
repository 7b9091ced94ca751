import type { ColumnAddress } from "../../protocol/messages.ts";
import type { ColumnNode } from "../connections/treeNodes.ts";
import type { ClassifiedNode } from "./classificationNodes.ts";

/** What a command about one column may be called with: a row of a tree, or a link in a hover. */
export type ColumnTarget = ColumnNode | ClassifiedNode | ColumnAddress;

/** The column a command is about. */
export function addressOf(target: ColumnTarget): ColumnAddress {
  if (!("kind" in target)) return target;
  const connectionId = target.profile.id;
  if (target.kind === "classified") {
    const { schema, table, column } = target.column;
    return { connectionId, schema, table, column };
  }
  return { connectionId, schema: target.schema, table: target.relation, column: target.column.name };
}

/** `schema.table.column`, as records and messages name it. */
export const nameOf = ({ schema, table, column }: ColumnAddress): string => `${schema}.${table}.${column}`;
