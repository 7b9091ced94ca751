import type { Relation } from "../../../protocol/catalog.ts";
import { nameWords } from "./vocabulary.ts";

/** What a table's name and columns tell of the words in any one of its columns. */
export interface TableFrame {
  /** Words of the table's name: `customer` in `customer_address` adds nothing in `customers`. */
  readonly words: ReadonlySet<string>;
  /** Words most columns begin with, such as an abbreviation of the table: `cst` in `cst_name`, `cst_zip`. */
  readonly prefix: readonly string[];
  /** The words of the table's name in their order: a table of `phone_numbers` lists what it is called. */
  readonly listed: readonly string[];
}

export const NO_FRAME: TableFrame = { words: new Set(), prefix: [], listed: [] };

/** Share of a table's columns that begin alike before the beginning counts as the table's own. */
const MOST = 0.6;

export function tableFrame(relation: Pick<Relation, "name" | "columns">): TableFrame {
  const listed = nameWords(relation.name);
  const words = new Set(listed);
  const names = relation.columns.map((column) => nameWords(column.name)).filter((name) => name.length > 1);
  if (names.length < 4 || names.length < relation.columns.length * MOST) return { words, prefix: [], listed };
  const counts = new Map<string, number>();
  for (const [first = ""] of names) counts.set(first, (counts.get(first) ?? 0) + 1);
  const [common] = [...counts].sort((a, b) => b[1] - a[1]);
  if (common === undefined || common[1] < relation.columns.length * MOST)
    return { words, prefix: [], listed };
  return { words, prefix: [common[0]], listed };
}

/** A column's words without what the table repeats in front of all of them. */
export function withoutPrefix(words: readonly string[], frame: TableFrame): readonly string[] {
  const [first] = frame.prefix;
  return first !== undefined && words.length > 1 && words[0] === first ? words.slice(1) : words;
}
