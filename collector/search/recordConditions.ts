import type { DecisionKind, Filter } from "../../protocol/collector/search.ts";
import type { SearchDatabase, Values } from "./database.ts";
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

/** What a record `r` has to fulfil. `few`: terms that hardly any record carries. */
export function recordConditions(
  database: SearchDatabase,
  query: Omit<RecordQuery, "limit" | "text">,
  scope: Scope,
  values: Values,
  few: ReadonlySet<string>,
): string {
  const conditions: string[] = [];
  for (const [filter, value] of query.filters) {
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
  if (scope.kind === "own")
    conditions.push(
      scope.actors.length === 0
        ? "1 = 0"
        : `r.actor IN (${scope.actors.map((actor) => values.add(actor)).join(", ")})`,
    );
  if (query.from !== null) conditions.push(`r.at >= ${values.add(query.from)}`);
  if (query.to !== null) conditions.push(`r.at < ${values.add(query.to)}`);
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

/** Written out, so that the index of what was not allowed is known to hold it. */
function decided(value: string): string {
  if (!isDecision(value)) return "1 = 0";
  const { verdict, kind } = DECIDED[value];
  const unusual = verdict === "allow" ? "" : " AND r.verdict <> 'allow'";
  return `r.verdict = '${verdict}'${unusual} AND r.kind = '${kind}'`;
}
