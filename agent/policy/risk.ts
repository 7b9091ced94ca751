import type { Actor } from "../../protocol/actor.ts";
import type { Signal } from "../../protocol/behaviour/signal.ts";
import type { Environment } from "../../protocol/connection.ts";
import { counted } from "../../protocol/counted.ts";
import type { ColumnPlan, Finding, Risk, RiskFactor } from "../../protocol/decision.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import type { ColumnId, StatementFacts } from "../sql/facts.ts";

const EFFECT: Readonly<Record<StatementFacts["effect"], number>> = {
  read: 0,
  session: 2,
  write: 20,
  ddl: 35,
  admin: 40,
  unknown: 35,
};
const ENVIRONMENT: Readonly<Record<Environment, number>> = { development: 0, staging: 5, production: 10 };
/** Points that unusual behaviour comes to at most. */
const MOST_OF_BEHAVIOUR = 50;

export interface RiskInput {
  readonly facts: StatementFacts;
  readonly actor: Actor;
  readonly environment: Environment;
  readonly columns: readonly ColumnPlan[];
  readonly findings: readonly Finding[];
  readonly estimatedRows: number | undefined;
  /** In what it differs from what the actor usually does. */
  readonly signals: readonly Pick<Signal, "words" | "points">[];
  labelOf(id: ColumnId): Label | undefined;
}

/** 0 to 100 with the factors that made it, largest first. */
export function assessRisk(input: RiskInput): Risk {
  const { facts, actor, environment, findings } = input;
  const factors: RiskFactor[] = [];
  const add = (name: string, points: number): void => {
    if (points > 0) factors.push({ name, points: Math.round(points) });
  };
  add(`${facts.effect} statement`, EFFECT[facts.effect]);
  add(`on ${environment}`, ENVIRONMENT[environment]);
  add(actorWords(actor), { user: 0, local_user: 5, service: 5, ai_agent: 10 }[actor.kind]);
  const touched = new Set(
    facts.reads.map(({ column }) => input.labelOf(column)).filter((label) => label && isSensitive(label)),
  );
  const restricted = [...touched].some((label) => label?.level === "restricted");
  const volume = Math.min(10, Math.log10(Math.max(1, input.estimatedRows ?? 1_000)) * 2);
  if (touched.size > 0)
    add(`${restricted ? "restricted" : "confidential"} data`, (restricted ? 8 : 4) + volume);
  const shown = input.columns.filter(
    ({ label, mask }) => label !== null && isSensitive(label) && mask === null,
  ).length;
  add(`${counted(shown, "sensitive column")} shown unmasked`, Math.min(25, shown * 8));
  if (facts.unknowns.length > 0) add("parts nobody could read", 25);
  if (facts.targets.some(({ predicate }) => predicate === "none" || predicate === "always_true"))
    add("no bound on what it changes", 25);
  const graver = findings.filter(({ verdict }) => verdict !== "allow").length;
  add(`${counted(graver, "rule")} against it`, Math.min(30, graver * 15));
  const warned = findings.filter(
    ({ verdict, severity }) => verdict === "allow" && severity === "warning",
  ).length;
  add(counted(warned, "warning"), Math.min(12, warned * 3));
  let left = MOST_OF_BEHAVIOUR;
  for (const { words, points } of [...input.signals].sort((a, b) => b.points - a.points)) {
    add(words, Math.min(points, left));
    left -= Math.min(points, left);
  }
  factors.sort((a, b) => b.points - a.points);
  return {
    score: Math.min(
      100,
      factors.reduce((sum, { points }) => sum + points, 0),
    ),
    factors,
  };
}

function actorWords(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return "a person";
    case "local_user":
      return "an unverified user";
    case "service":
      return "a service";
    case "ai_agent":
      return "an AI agent";
  }
}
