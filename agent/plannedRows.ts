import { isSensitive, type Label } from "../protocol/label.ts";
import { LARGE_TABLE_ROWS } from "./policy/guardrails/performance.ts";
import type { ColumnId, RelationUse, StatementFacts } from "./sql/facts.ts";

const CHANGES: ReadonlySet<string> = new Set(["insert", "update", "delete", "merge"]);

interface PlanView {
  labelOf(id: ColumnId): Label | undefined;
  estimatedRows(relation: RelationUse): number | undefined;
}

/** Whether the planner is asked how many rows a write would change, or a read without LIMIT return of a large table. */
export function mayBePlanned(facts: StatementFacts, { labelOf, estimatedRows }: PlanView): boolean {
  const readsAll = facts.kind === "select" && facts.effect === "read" && facts.limit === undefined;
  const isLarge = (use: RelationUse): boolean => (estimatedRows(use) ?? 0) >= LARGE_TABLE_ROWS;
  if (!CHANGES.has(facts.kind) && !(readsAll && facts.relations.some(isLarge))) return false;
  return isSafeToPlan(facts, labelOf);
}

/**
 * Whether the planner may be asked. Planning runs nothing that these facts do not show: no function of the database's
 * own, no hazard. And the planner's guess rests on sampled values, so a masked column may not shape it (law 6).
 */
export function isSafeToPlan(facts: StatementFacts, labelOf: PlanView["labelOf"]): boolean {
  if (facts.dialect !== "postgres" || facts.unknowns.length > 0) return false;
  if (facts.functions.some((use) => use.oid !== undefined || use.hazards.length > 0)) return false;
  return facts.reads.every((use) => {
    if (use.role === "output" || use.role === "assignment") return true;
    const label = labelOf(use.column);
    return label !== undefined && !isSensitive(label);
  });
}

/** Rows the topmost write of an `EXPLAIN (FORMAT JSON)` works on; undefined where the plan has another form. */
export function plannedRowsOf(planJson: string): number | undefined {
  const [top] = readArray(parseJson(planJson));
  const plan = field(top, "Plan");
  const [below] = readArray(field(plan, "Plans"));
  const rows = field(field(plan, "Node Type") === "ModifyTable" ? below : plan, "Plan Rows");
  return typeof rows === "number" && Number.isFinite(rows) ? rows : undefined;
}

/** The planner's cost of the whole of an `EXPLAIN (FORMAT JSON)`, in its own unit. */
export function plannedCostOf(planJson: string): number | undefined {
  const [top] = readArray(parseJson(planJson));
  const cost = field(field(top, "Plan"), "Total Cost");
  return typeof cost === "number" && Number.isFinite(cost) ? cost : undefined;
}

const readArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
