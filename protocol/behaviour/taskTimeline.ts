import { actorName } from "../actor.ts";
import type { PlacedBody } from "../audit/export/statementJoin.ts";
import type { IntentBody, RecordBody } from "../audit/record.ts";
import { showsUntrusted, type TaskState } from "../task.ts";
import { isBehaviourRule } from "./signal.ts";
import type { SeenColumn, TaskStatement, TaskStep, TaskTimeline } from "./taskStep.ts";

/**
 * Gathers what belongs to a task as the records of its ledger come, in order: also the outcomes of its statements, and
 * what people answered to its suggestions and its requests for approval.
 */
export class TaskTimelineReader {
  readonly #task: string;
  readonly #steps: TaskStep[] = [];
  /** Place of a statement's step by the number of its intent. */
  readonly #statements = new Map<number, number>();
  readonly #suggestions = new Set<string>();
  readonly #approvals = new Set<string>();
  readonly #models = new Set<string>();
  #actor: string | null = null;
  #purpose = "";
  #state: TaskState = { kind: "open" };
  #mark: TaskTimeline["mark"] = null;

  constructor(task: string) {
    this.#task = task;
  }

  /** Whether this record belongs to the task. */
  take({ seq, hash, at, body }: PlacedBody): boolean {
    const step = this.#stepOf(seq, body);
    if (step === "belongs") return true;
    if (step === null) return false;
    this.#steps.push({ seq, hash, at, ...step });
    return true;
  }

  /** What came together; null where the task was not found. */
  timeline(): TaskTimeline | null {
    if (this.#actor === null) return null;
    const statements = this.#steps.filter((step) => step.kind === "statement");
    const sum = (amount: (statement: TaskStatement) => number): number =>
      statements.reduce((total, statement) => total + amount(statement), 0);
    return {
      task: this.#task,
      actor: this.#actor,
      models: [...this.#models].sort(),
      purpose: this.#purpose,
      state: this.#state,
      mark: this.#mark,
      steps: this.#steps,
      totals: {
        statements: statements.filter(({ ran }) => ran).length,
        refused: statements.filter(({ ran }) => !ran).length,
        rows: sum(({ outcome }) => outcome?.rows ?? 0),
        changed: sum(({ outcome }) => outcome?.affected ?? 0),
        anomalies: sum(({ anomalies }) => anomalies.length),
      },
    };
  }

  #stepOf(
    seq: number,
    body: RecordBody,
  ): DistributiveOmit<TaskStep, "seq" | "hash" | "at"> | "belongs" | null {
    switch (body.kind) {
      case "task_opened":
        if (body.task !== this.#task) return null;
        this.#actor = actorName(body.actor);
        this.#purpose = body.purpose;
        this.#meet(body);
        return { kind: "opened", purpose: body.purpose, budget: body.budget };
      case "task_stopped":
        if (body.task !== this.#task) return null;
        this.#state = { kind: "stopped", cause: body.cause, words: body.words };
        return { kind: "stopped", cause: body.cause, words: body.words };
      case "task_resumed":
        if (body.task !== this.#task) return null;
        this.#state = { kind: "open" };
        return { kind: "resumed", by: actorName(body.actor), reason: body.reason };
      case "task_ended":
        if (body.task !== this.#task) return null;
        this.#state = { kind: "ended", how: body.how };
        return { kind: "ended", by: actorName(body.actor), how: body.how };
      case "task_mark_lifted": {
        if (body.task !== this.#task) return null;
        const { statements, first, last, reason } = body;
        const by = actorName(body.actor);
        if (this.#mark !== null) this.#mark = { ...this.#mark, liftedBy: by };
        return { kind: "mark_lifted", by, reason, mark: { statements, first, last } };
      }
      case "intent":
      case "refused":
        if (body.task !== this.#task) return null;
        this.#meet(body);
        this.#statements.set(seq, this.#steps.length);
        if (body.kind === "intent" && showsUntrusted(body)) {
          const { first, statements } = this.#mark ?? { first: seq, statements: 0 };
          this.#mark = { first, last: seq, statements: statements + 1, liftedBy: null };
        }
        return statementOf(body);
      case "outcome":
        return this.#ends(body) ? "belongs" : null;
      case "suggestion_made":
        if (body.task !== this.#task) return null;
        this.#suggestions.add(body.suggestion);
        this.#models.add(body.model);
        return {
          kind: "suggested",
          suggestion: body.suggestion,
          model: body.model,
          how: body.how,
          promptHash: body.promptHash,
          prompt: body.prompt,
          statement: body.statement,
        };
      case "suggestion_decided": {
        if (!this.#suggestions.has(body.suggestion)) return null;
        const { kind, suggestion, decision, reason, milliseconds } = body;
        return { kind, suggestion, by: actorName(body.actor), decision, reason, milliseconds };
      }
      case "approval_requested": {
        if (body.task !== this.#task) return null;
        this.#approvals.add(body.approval);
        const { approval, group, statement } = body;
        return { kind: "approval_asked", approval, group, statement };
      }
      case "approval_decided": {
        if (!this.#approvals.has(body.approval)) return null;
        const { approval, decision, reason } = body;
        return { kind: "approval_answered", approval, by: actorName(body.actor), decision, reason };
      }
      default:
        return null;
    }
  }

  #ends({ intent, outcome, rows, affected, maskedCells, milliseconds, errorClass }: OutcomeRecord): boolean {
    const place = this.#statements.get(intent);
    const step = place === undefined ? undefined : this.#steps[place];
    if (place === undefined || step?.kind !== "statement" || !step.ran) return false;
    const ended = { outcome, rows, affected, maskedCells, milliseconds, errorClass };
    this.#steps[place] = { ...step, outcome: ended };
    return true;
  }

  #meet({ actor }: { readonly actor: IntentBody["actor"] }): void {
    if (actor.kind === "ai_agent") this.#models.add(actor.model);
  }
}

type OutcomeRecord = Extract<RecordBody, { kind: "outcome" }>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function statementOf(body: Extract<RecordBody, { kind: "intent" | "refused" }>): TaskStatement {
  const ran = body.kind === "intent";
  return {
    kind: "statement",
    ran,
    actor: body.actor,
    connection: body.connection,
    purpose: body.purpose,
    statement: body.statement,
    statementKind: body.statementKind,
    effect: body.effect,
    verdict: body.verdict,
    reason: body.reason,
    risk: body.risk,
    riskFactors: body.riskFactors,
    rules: body.findings,
    anomalies: body.findings.filter(({ rule }) => isBehaviourRule(rule)).map(({ rule }) => rule),
    seen: ran ? seenColumns(body) : [],
    writes: body.writes,
    approvers: body.grant?.approvers ?? [],
    suggestion: body.suggestion,
    outcome: null,
  };
}

/** Columns with labels among what a statement shows; what is only counted is not. */
export function seenColumns({
  outputs,
  labels,
}: Pick<IntentBody, "outputs" | "labels">): readonly SeenColumn[] {
  const labelled = new Map(labels.map((label) => [label.column, label]));
  const seen = new Map<string, SeenColumn>();
  for (const { sources, mask, countOnly = false } of outputs)
    for (const source of countOnly ? [] : sources) {
      const label = labelled.get(source);
      // Shown in one output and hidden in another, it was shown.
      if (label !== undefined && seen.get(source)?.mask !== null) seen.set(source, { ...label, mask });
    }
  return [...seen.values()];
}
