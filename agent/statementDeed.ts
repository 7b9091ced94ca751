import type { Catalog } from "../protocol/catalog.ts";
import type { StatementDeed } from "./behaviour/intent/statedIntent.ts";
import { sameWords, wordsOf } from "./behaviour/intent/words.ts";
import { columnKey, type StatementFacts } from "./sql/facts.ts";

/** What of a statement a purpose can speak of. `sensitive`: `schema.table.column`. */
export function deedOf(facts: StatementFacts, sensitive: ReadonlySet<string>): StatementDeed {
  const used = [...facts.reads, ...facts.writes].map(({ column }) => columnKey(column));
  return {
    effect: facts.effect,
    kind: facts.kind,
    outputs: facts.outputs.map(({ countOnly, transform, sources }) => ({
      aggregated: countOnly || transform === "aggregate",
      constant: transform === "constant",
      sensitive: sources.some((id) => sensitive.has(columnKey(id))),
    })),
    columns: used,
    touchesSensitive: sensitive.size > 0,
    filtered: facts.reads.some(({ role }) => role === "filter_equality" || role === "filter_other"),
    limit: facts.limit,
    sendsAway: facts.actions.some(({ action }) => action === "copy"),
  };
}

const TABLE_WORDS = new WeakMap<Catalog, ReadonlySet<string>>();

/** Words that name a table of a database, or speak of the same. */
export function tableWords(catalog: Catalog): ReadonlySet<string> {
  const known = TABLE_WORDS.get(catalog);
  if (known !== undefined) return known;
  const words = new Set(catalog.relations.flatMap(({ name }) => wordsOf(name)).flatMap(sameWords));
  TABLE_WORDS.set(catalog, words);
  return words;
}
