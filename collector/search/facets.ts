import {
  DECISIONS,
  type Facets,
  type FacetValue,
  FILTERS,
  type Filter,
} from "../../protocol/collector/search.ts";
import { searchFields } from "../store/searchFields.ts";
import type { SearchDatabase } from "./database.ts";
import { rowsAt } from "./findRecords.ts";
import { placesOf } from "./placesOf.ts";
import { decisionOf } from "./recordDecision.ts";
import type { RecordQuery } from "./recordQuery.ts";
import { type RecordRow, storedRecord } from "./recordRow.ts";
import type { Scope } from "./scope.ts";

/** Records that are counted: enough to see how they are spread, few enough to wait for. */
const SAMPLE = 1_000;
const MOST_VALUES = 12;

/** How the newest records that match are spread over each filter. */
export async function countFacets(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
): Promise<Facets> {
  const { places, stopped } = await placesOf(database, { ...query, cursor: null, limit: SAMPLE }, scope);
  const counts = new Map<Filter, Map<string, FacetValue>>(FILTERS.map((filter) => [filter, new Map()]));
  const rows = await rowsAt(
    database,
    places.slice(0, SAMPLE).map(({ leaf_index }) => leaf_index),
  );
  for (const row of rows)
    for (const [filter, value, name] of valuesOf(row)) {
      const of = counts.get(filter);
      of?.set(value, { value, name, count: (of.get(value)?.count ?? 0) + 1 });
    }
  const facet = (filter: Filter): readonly FacetValue[] =>
    [...(counts.get(filter)?.values() ?? [])]
      .toSorted((one, other) => other.count - one.count || one.name.localeCompare(other.name))
      .slice(0, MOST_VALUES);
  return {
    counted: rows.length,
    more: places.length > SAMPLE || stopped !== null,
    facets: {
      actor: facet("actor"),
      connection: facet("connection"),
      environment: facet("environment"),
      table: facet("table"),
      column: facet("column"),
      type: facet("type"),
      rule: facet("rule"),
      task: facet("task"),
      suggestion: facet("suggestion"),
      model: facet("model"),
      elevation: facet("elevation"),
      approval: facet("approval"),
      lease: facet("lease"),
      kind: facet("kind"),
      decision: facet("decision"),
      verdict: facet("verdict"),
      effect: facet("effect"),
      observed: facet("observed"),
    },
  };
}

function* valuesOf(row: RecordRow): Generator<readonly [Filter, string, string]> {
  yield ["kind", row.kind, row.kind];
  if (row.actor !== null) yield ["actor", row.actor, row.actor_name ?? row.actor];
  for (const filter of ["connection", "environment", "verdict", "effect"] as const) {
    const value = row[filter];
    if (value !== null) yield [filter, value, value];
  }
  const decision = DECISIONS.find((kind) => kind === decisionOf(row, null)?.kind);
  if (decision !== undefined) yield ["decision", decision, decision];
  if (row.canonical === null) return;
  for (const term of searchFields(storedRecord(row.canonical), row.received_at).terms) {
    const [filter = "", value = ""] = [term.slice(0, term.indexOf(":")), term.slice(term.indexOf(":") + 1)];
    if (isTermFilter(filter)) yield [filter, value, value];
  }
}

const TERM_FILTERS = [
  "table",
  "column",
  "type",
  "rule",
  "task",
  "suggestion",
  "model",
  "observed",
  "elevation",
  "approval",
  "lease",
] as const;

const isTermFilter = (name: string): name is (typeof TERM_FILTERS)[number] =>
  TERM_FILTERS.some((filter) => filter === name);
