import type { Environment } from "../../../protocol/connection.ts";
import type { Fix, Severity, Verdict } from "../../../protocol/decision.ts";
import type { Label } from "../../../protocol/label.ts";
import type { ColumnId, RelationUse, Span, StatementFacts } from "../../sql/facts.ts";

/**
 * How a rule weighs by environment. `catastrophe` is stopped everywhere but in development; `escape` everywhere;
 * `approval` needs a second person except in development, `second_person` there too; `caution`, `advice` and `hint` only tell.
 */
export type Gravity = "escape" | "catastrophe" | "approval" | "second_person" | "caution" | "advice" | "hint";

export interface RuleContext {
  readonly environment: Environment;
  readonly inTransaction: boolean;
  /** Rows the planner expects a write to change or a read to return, where it was asked. */
  readonly plannedRows: number | undefined;
  /** Rows a write may change here before it is rolled back. */
  readonly maxAffectedRows: number | undefined;
  estimatedRows(relation: RelationUse): number | undefined;
  labelOf(id: ColumnId): Label | undefined;
}

export interface Hit {
  readonly span: Span;
  /** What the user wrote, put into the rule's words: a table, a setting. */
  readonly what?: string;
  readonly fix?: Fix;
}

/** One guardrail: a rule over facts, never over text. */
export interface Rule {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly gravity: Gravity;
  /** Why, and what to do instead; `{what}` stands for what was found. */
  readonly message: string;
  /** Statements it must find, and look-alikes it must not; against the schema of the guardrail tests. */
  readonly triggers: readonly string[];
  readonly lookalikes: readonly string[];
  /** Where the examples hold: in MySQL, or where each table has so many rows and the planner expects as many. */
  readonly examplesIn?: { readonly engine: "mysql" } | { readonly rows: number };
  /** Everything it looks at is in a statement's record, so that it can be asked again later. */
  readonly fromRecord?: true;
  find(facts: StatementFacts, context: RuleContext): readonly Hit[];
}

/** What a rule's gravity comes to in an environment. */
export function weigh(
  gravity: Gravity,
  environment: Environment,
): { readonly verdict: Verdict; readonly severity: Severity } {
  switch (gravity) {
    case "escape":
      return { verdict: "deny", severity: "error" };
    case "catastrophe":
      return environment === "development"
        ? { verdict: "allow", severity: "warning" }
        : { verdict: "deny", severity: "error" };
    case "approval":
      return environment === "development"
        ? { verdict: "allow", severity: "warning" }
        : { verdict: "approve", severity: "error" };
    case "second_person":
      return { verdict: "approve", severity: "error" };
    case "caution":
      return { verdict: "allow", severity: "warning" };
    case "advice":
      return { verdict: "allow", severity: "info" };
    case "hint":
      return { verdict: "allow", severity: "hint" };
  }
}

/** Actions on objects of one kind, by name of the action. */
export const actionsNamed = (facts: StatementFacts, action: string, ...kinds: readonly string[]) =>
  facts.actions.filter(
    (found) => found.action === action && (kinds.length === 0 || kinds.includes(found.objectKind)),
  );

/** Actions that carry a flag. */
export const actionsFlagged = (facts: StatementFacts, flag: string) =>
  facts.actions.filter(({ flags }) => flags.includes(flag));

export const hitsOf = (actions: readonly { readonly span: Span; readonly name: string }[]): readonly Hit[] =>
  actions.map(({ span, name }) => ({ span, what: name }));
