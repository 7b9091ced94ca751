import type { Relation } from "../../protocol/catalog.ts";
import { nameWords } from "./nameWords.ts";

const K1 = 1.2;
const B = 0.6;
/** How often a word of each place counts. */
const WEIGHT = { name: 4, comment: 2, column: 1 } as const;
/** What of a table's score its neighbours by foreign key get. */
const TO_NEIGHBOURS = 0.35;

interface Posting {
  readonly table: number;
  readonly weight: number;
}

/** What of a catalog answers which tables a question is about; made once for a catalog. */
export interface TableIndex {
  readonly relations: readonly Relation[];
  readonly postings: ReadonlyMap<string, readonly Posting[]>;
  readonly lengths: readonly number[];
  readonly averageLength: number;
  /** By position: the tables its foreign keys lead to and come from. */
  readonly neighbours: readonly (readonly number[])[];
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

const SHOWN: ReadonlySet<Relation["kind"]> = new Set([
  "table",
  "partitioned_table",
  "view",
  "materialized_view",
  "foreign_table",
]);
const SYSTEM: ReadonlySet<string> = new Set([
  "pg_catalog",
  "information_schema",
  "pg_toast",
  "mysql",
  "performance_schema",
  "sys",
]);

/** Everything a question may be about. */
export function indexTables(all: readonly Relation[]): TableIndex {
  const relations = all.filter(({ kind, schema }) => SHOWN.has(kind) && !SYSTEM.has(schema));
  const positions = new Map(relations.map(({ schema, name }, index) => [`${schema}.${name}`, index]));
  const postings = new Map<string, Posting[]>();
  const byName = new Map<string, number[]>();
  const neighbours = relations.map((): Set<number> => new Set());
  const lengths = relations.map((relation, table) => {
    const counts = wordsOf(relation);
    let length = 0;
    for (const [word, weight] of counts) {
      length += weight;
      const known = postings.get(word);
      if (known === undefined) postings.set(word, [{ table, weight }]);
      else known.push({ table, weight });
    }
    const name = relation.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), table]);
    for (const column of relation.columns) {
      for (const to of [column.references, ...(column.otherReferences ?? [])]) {
        const other = to === undefined ? undefined : positions.get(`${to.schema}.${to.table}`);
        if (other === undefined || other === table) continue;
        neighbours[table]?.add(other);
        neighbours[other]?.add(table);
      }
    }
    return length;
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return {
    relations,
    postings,
    lengths,
    averageLength: total / Math.max(1, lengths.length),
    neighbours: neighbours.map((set) => [...set]),
    byName,
  };
}

function wordsOf(relation: Relation): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of nameWords(text)) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  add(relation.name, WEIGHT.name);
  add(relation.schema, WEIGHT.column);
  if (relation.comment !== undefined) add(relation.comment, WEIGHT.comment);
  for (const { name, comment } of relation.columns) {
    add(name, WEIGHT.column);
    if (comment !== undefined) add(comment, WEIGHT.column);
  }
  return counts;
}

/**
 * The tables by how likely they are meant: Okapi BM25 over the words of their names, columns and comments; what a
 * statement names already comes first; what foreign keys tie to a likely one is likely too.
 */
export function rankTables(
  index: TableIndex,
  question: string,
  named: ReadonlySet<string> = new Set(),
): readonly Relation[] {
  const scores = new Float64Array(index.relations.length);
  for (const word of new Set(nameWords(question))) {
    const found = index.postings.get(word) ?? [];
    const rarity = Math.log(1 + (index.relations.length - found.length + 0.5) / (found.length + 0.5));
    for (const { table, weight } of found) {
      const length = (index.lengths[table] ?? 0) / index.averageLength;
      scores[table] =
        (scores[table] ?? 0) + (rarity * weight * (K1 + 1)) / (weight + K1 * (1 - B + B * length));
    }
  }
  for (const name of named) {
    for (const table of index.byName.get(name) ?? []) scores[table] = (scores[table] ?? 0) + 100;
  }
  const direct = Float64Array.from(scores);
  for (const [table, others] of index.neighbours.entries()) {
    // A hub that everything refers to is near to all and tells nothing of any.
    const best = Math.max(0, ...others.map((other) => direct[other] ?? 0));
    scores[table] = (scores[table] ?? 0) + TO_NEIGHBOURS * best;
  }
  return index.relations
    .map((relation, table) => ({
      relation,
      score: scores[table] ?? 0,
      ties: index.neighbours[table]?.length ?? 0,
    }))
    .sort((a, b) => b.score - a.score || b.ties - a.ties || (a.relation.name < b.relation.name ? -1 : 1))
    .map(({ relation }) => relation);
}
