import type { TokenStream } from "../parser/tokenStream.ts";
import { type ColumnDraft, columnNamed, type RelationDraft } from "./draft.ts";

/** What stands behind PARTITION BY and SUBPARTITION BY: the words of their first parentheses. */
export function readPartitionKey(stream: TokenStream): string[] {
  while (!stream.ended && !stream.atAny("(", ";")) stream.next();
  if (!stream.at("(")) return [];
  const from = stream.position;
  stream.parenthesized(() => stream.skipTo());
  return stream.tokens
    .slice(from, stream.position)
    .filter(({ kind }) => kind === "word" || kind === "name")
    .map(({ value }) => value);
}

/** The columns among those words; undefined where it is not partitioned. */
export function partitionColumns(
  relation: RelationDraft,
  primary: (column: ColumnDraft) => boolean,
): readonly string[] | undefined {
  const { partitionedBy, columns } = relation;
  if (partitionedBy === undefined) return undefined;
  const named = new Set(partitionedBy.flatMap((word) => columnNamed(relation, word) ?? []));
  const by = columns.filter((column) => (named.size > 0 ? named.has(column) : primary(column)));
  return by.length === 0 ? undefined : by.map(({ name }) => name);
}
