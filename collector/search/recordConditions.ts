import type { DecisionKind, Filter } from "../../protocol/collector/search.ts";
import type { Marks, SearchDatabase, Values } from "./database.ts";
import type { RecordQuery } from "./recordQuery.ts";
import type { Scope } from "./scope.ts";

/** Filters that are columns of a record. */
const COLUMNS = {
  actor: "r.actor",
  connection: "r.connection",
  environment: "r.environment",
  kind: "r.kind",
  verdict: "r.verdict",
  effect: "r.effect",
} as const;

/** What most records are; the indexes leave it out. */
const USUAL: Readonly<Partial<Record<Filter, readonly string[]>>> = {
  kind: ["intent", "outcome"],
  verdict: ["allow"],
  effect: ["read"],
};

/** Filters that are terms of a record. */
const TERMS = {
  table: "table",
  column: "column",
  type: "type",
  rule: "rule",
  task: "task",
  suggestion: "suggestion",
  model: "model",
  observed: "observed",
  elevation: "elevation",
  approval: "approval",
  lease: "lease",
} as const;

/** What tells each decision; the order of the columns is that of their indexes. */
const DECIDED: Readonly<Record<DecisionKind, { readonly verdict: string; readonly kind: string }>> = {
  allowed: { verdict: "allow", kind: "intent" },
  approved: { verdict: "approve", kind: "intent" },
  held: { verdict: "approve", kind: "refused" },
  blocked: { verdict: "deny", kind: "refused" },
};

const isDecision = (value: string): value is DecisionKind => value in DECIDED;

const isColumn = (filter: Filter): filter is keyof typeof COLUMNS => filter in COLUMNS;
const isTerm = (filter: Filter): filter is keyof typeof TERMS => filter in TERMS;

/** As `search_terms` counts it, or counts what it is a part of. */
export const termOf = (filter: Filter, value: string): string =>
  filter === "decision" && isDecision(value) ? `verdict:${DECIDED[value].verdict}` : `${filter}:${value}`;

/**
 * Which times a search of a period is about: those the list is ordered by; those that devices said of records that came
 * so late that they stand elsewhere in the list; or both.
 */
export type Came = "in time" | "late" | "either";

type Conditions = Omit<RecordQuery, "limit" | "text">;

/** What a record `r` has to fulfil. `few`: terms that hardly any record carries. */
export function recordConditions(
  database: SearchDatabase,
  query: Conditions,
  scope: Scope,
  values: Values,
  few: ReadonlySet<string>,
  came: Came,
): string {
  const conditions = [
    ...(database.marks === null
      ? [...columnConditions(database, query, values, few), ...ownConditions(scope, values)]
      : markConditions(database.marks, query, scope, values)),
    ...periodConditions(query, values, came),
  ];
  if (query.minRisk !== null) {
    conditions.push(`r.risk >= ${values.add(query.minRisk)}`);
    if (query.minRisk >= 50) conditions.push("r.risk >= 50");
  }
  if (query.cursor !== null) {
    const [at, leaf] = [values.add(query.cursor.at), values.add(query.cursor.leaf)];
    // The first half is what the index understands.
    conditions.push(`r.at <= ${at} AND (r.at < ${at} OR r.leaf_index < ${leaf})`);
  }
  return conditions.length === 0 ? "1 = 1" : conditions.join(" AND ");
}

/** Each filter by a column, or a table, that has an index of its own. */
function columnConditions(
  database: SearchDatabase,
  { filters }: Conditions,
  values: Values,
  few: ReadonlySet<string>,
): readonly string[] {
  const conditions: string[] = [];
  for (const [filter, value] of filters) {
    if (filter === "decision") {
      conditions.push(decided(value));
      continue;
    }
    const placeholder = values.add(isTerm(filter) ? termOf(filter, value) : value);
    if (isColumn(filter)) {
      conditions.push(`${COLUMNS[filter]} = ${placeholder}`);
      // Written out, so that the index of what is out of the ordinary is known to hold it.
      for (const usual of USUAL[filter] ?? [])
        if (!(USUAL[filter] ?? []).includes(value)) conditions.push(`${COLUMNS[filter]} <> '${usual}'`);
    } else conditions.push(database.hasTerm(placeholder, few.has(termOf(filter, value))));
  }
  return conditions;
}

const ownConditions = (scope: Scope, values: Values): readonly string[] => {
  if (scope.kind === "all") return [];
  return scope.actors.length === 0 ? ["1 = 0"] : [`r.actor IN ${values.row(scope.actors)}`];
};

/** Everything by the one index. */
function markConditions(
  marks: Marks,
  { filters }: Conditions,
  scope: Scope,
  values: Values,
): readonly string[] {
  const only = onlyFilter(filters, scope);
  if (only !== null) return [marks.only(only.filter, values.add(only.value))];
  const carried = carriedMarks(filters, scope);
  if (carried === null) return ["1 = 0"];
  const add = (terms: readonly string[]): readonly string[] => terms.map((term) => values.add(term));
  return [
    ...(carried.all.length === 0 ? [] : [marks.all(add(carried.all))]),
    ...(carried.any === null ? [] : [marks.any(add(carried.any))]),
  ];
}

/** What a record has to carry: all of some marks, and one at least of others. */
export interface CarriedMarks {
  readonly all: readonly string[];
  /** Null where it does not matter. */
  readonly any: readonly string[] | null;
}

/** The marks that filters and scope ask for; null where nothing can carry them. */
export function carriedMarks(filters: RecordQuery["filters"], scope: Scope): CarriedMarks | null {
  const all: string[] = [];
  for (const [filter, value] of filters) {
    if (filter === "decision") {
      if (!isDecision(value)) return null;
      all.push(termOf("kind", DECIDED[value].kind));
    }
    all.push(termOf(filter, value));
  }
  if (scope.kind === "all") return { all, any: null };
  return scope.actors.length === 0 ? null : { all, any: scope.actors.map((actor) => termOf("actor", actor)) };
}

/** The one filter there is, where it has an index of its own beside that of marks. */
export function onlyFilter(
  filters: RecordQuery["filters"],
  scope: Scope,
): { readonly filter: "actor" | "connection"; readonly value: string } | null {
  const [first] = filters;
  if (first === undefined || filters.size > 1 || scope.kind === "own") return null;
  const [filter, value] = first;
  return filter === "actor" || filter === "connection" ? { filter, value } : null;
}

function periodConditions({ from, to }: Conditions, values: Values, came: Came): readonly string[] {
  const within = (time: string): string =>
    [
      ...(from === null ? [] : [`${time} >= ${values.add(from)}`]),
      ...(to === null ? [] : [`${time} < ${values.add(to)}`]),
    ].join(" AND ");
  if (from === null && to === null) return [];
  // What was said within the period and came in it as well is not late.
  const late = (): string =>
    `r.said_at IS NOT NULL AND ${within("r.said_at")}${to === null ? "" : ` AND r.at >= ${values.add(to)}`}`;
  if (came === "late") return [late()];
  return came === "in time" || to === null ? [within("r.at")] : [`((${within("r.at")}) OR (${late()}))`];
}

/** Written out, so that the index of what was not allowed is known to hold it. */
function decided(value: string): string {
  if (!isDecision(value)) return "1 = 0";
  const { verdict, kind } = DECIDED[value];
  const unusual = verdict === "allow" ? "" : " AND r.verdict <> 'allow'";
  return `r.verdict = '${verdict}'${unusual} AND r.kind = '${kind}'`;
}
