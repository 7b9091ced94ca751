import type { FacetValue, Filter } from "../../protocol/collector/search.ts";
import type { SearchDatabase } from "./database.ts";
import { countFacets } from "./facets.ts";
import type { Scope } from "./scope.ts";

const MOST = 20;

/**
 * Values of a filter that hold a text, the most recorded first: of all records for who may read them all, else of the
 * newest of one's own.
 */
export async function termsLike(
  database: SearchDatabase,
  filter: Filter,
  text: string,
  scope: Scope,
): Promise<{ readonly values: readonly FacetValue[] }> {
  if (scope.kind === "own" || filter === "decision") {
    const query = { from: null, to: null, minRisk: null, text: null, cursor: null, limit: MOST };
    const { facets } = await countFacets(database, { filters: new Map(), ...query }, scope);
    const holds = (whole: string): boolean => whole.toLowerCase().includes(text.toLowerCase());
    return { values: facets[filter].filter(({ value, name }) => holds(value) || holds(name)) };
  }
  const [prefix, { position }] = [`${filter}:`, database];
  const value = `substr(t.term, ${prefix.length + 1})`;
  const holds = (whole: string): string => `${position}(lower(${whole}), lower($1)) > 0`;
  const values = await database.all<FacetValue>(
    `SELECT ${value} AS value, coalesce(a.name, ${value}) AS name, t.records AS count
     FROM search_terms t LEFT JOIN search_actors a ON '${filter}' = 'actor' AND a.actor = ${value}
     WHERE substr(t.term, 1, 4) = '${prefix.slice(0, 4)}' AND substr(t.term, 1, ${prefix.length}) = '${prefix}'
       AND (${holds(value)} OR ${holds("coalesce(a.name, '')")})
     ORDER BY t.records DESC, t.term LIMIT ${MOST}`,
    [text],
  );
  return { values };
}
