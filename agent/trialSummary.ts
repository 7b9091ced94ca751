import { actorIdentity } from "../protocol/actor.ts";
import type { JudgedBody } from "../protocol/audit/record.ts";
import type { PolicyEffect } from "../protocol/policy/policyEffect.ts";
import type { Tried } from "./policyTrial.ts";

interface Counted {
  statements: number;
  readonly people: Set<string>;
}

/** Statements that are named for each effect; the rest is counted. */
const MOST_NAMED = 20;

/** A statement as a summary names it. */
export interface NamedStatement {
  readonly chain: string;
  readonly seq: number;
  readonly at: string;
  readonly body: JudgedBody;
}

/** What a candidate would have changed, counted as statements come. Grows with people and rules, not with statements. */
export class TrialSummary {
  #judged = 0;
  #maskedColumns = 0;
  readonly #effects = new Map<PolicyEffect, Counted>();
  readonly #rules = new Map<string, Counted>();
  readonly #whys = new Map<string, number>();
  readonly #named = new Map<PolicyEffect, NamedStatement[]>();

  add(statement: NamedStatement, tried: Tried): void {
    this.#judged += 1;
    if (tried.kind === "same") return;
    const who = actorIdentity(statement.body.actor);
    if (tried.kind === "cannot_tell") {
      this.#whys.set(tried.why, (this.#whys.get(tried.why) ?? 0) + 1);
      this.#count("unknown", who, statement);
      return;
    }
    for (const effect of tried.effects) this.#count(effect, who, statement);
    if (tried.to !== "deny")
      this.#maskedColumns += tried.masks.filter(({ from, to }) => from === null && to !== null).length;
    for (const { rule } of tried.rules) counted(this.#rules, rule, who);
  }

  get judged(): number {
    return this.#judged;
  }

  /** Columns of results that would have been masked and were not. */
  get maskedColumns(): number {
    return this.#maskedColumns;
  }

  of(effect: PolicyEffect): { readonly statements: number; readonly people: number } {
    const { statements = 0, people } = this.#effects.get(effect) ?? {};
    return { statements, people: people?.size ?? 0 };
  }

  /** The newest of them. */
  named(effect: PolicyEffect): readonly NamedStatement[] {
    return this.#named.get(effect) ?? [];
  }

  /** The rules that would have changed something, by how often. */
  get rules(): readonly { readonly rule: string; readonly statements: number; readonly people: number }[] {
    return [...this.#rules]
      .map(([rule, { statements, people }]) => ({ rule, statements, people: people.size }))
      .toSorted((a, b) => b.statements - a.statements);
  }

  /** Why nobody can tell, by how often. */
  get whys(): readonly { readonly why: string; readonly statements: number }[] {
    return [...this.#whys]
      .map(([why, statements]) => ({ why, statements }))
      .toSorted((a, b) => b.statements - a.statements);
  }

  #count(effect: PolicyEffect, who: string, statement: NamedStatement): void {
    counted(this.#effects, effect, who);
    const named = this.#named.get(effect) ?? [];
    if (named.length < MOST_NAMED) named.push(statement);
    this.#named.set(effect, named);
  }
}

function counted<K>(of: Map<K, Counted>, key: K, who: string): void {
  const known = of.get(key) ?? { statements: 0, people: new Set<string>() };
  known.statements += 1;
  known.people.add(who);
  of.set(key, known);
}
