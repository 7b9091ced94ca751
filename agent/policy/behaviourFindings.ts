import type { Actor } from "../../protocol/actor.ts";
import { BEHAVIOUR_RULES, type Signal, type SignalWeight } from "../../protocol/behaviour/signal.ts";
import type { Environment } from "../../protocol/connection.ts";
import type { Finding, Severity, Verdict } from "../../protocol/decision.ts";
import { isProgram } from "../../protocol/task.ts";
import type { Span, StatementFacts } from "../sql/facts.ts";
import { weigh } from "./guardrails/rule.ts";
import { type GuardrailSettings, type RuleSetting, stricter } from "./guardrails/settings.ts";

/** What has to be known to weigh what is unusual. */
export interface BehaviourView {
  readonly actor: Actor;
  readonly environment: Environment;
  readonly facts: StatementFacts | null;
  /** Where a finding stands that is about nothing in particular. */
  readonly span: Span;
  readonly settings: GuardrailSettings;
}

interface Weighed {
  readonly findings: readonly Finding[];
  /** Those that count in the risk. */
  readonly signals: readonly Signal[];
}

const ENFORCED: RuleSetting = { mode: "enforce" };

/**
 * What comes of unusual behaviour. What is alarming needs another's approval, of people; of programs it is denied
 * wherever they work, and whoever keeps their task stops it.
 */
export function behaviourFindings(signals: readonly Signal[], view: BehaviourView): Weighed {
  const findings: Finding[] = [];
  const counted: Signal[] = [];
  for (const signal of signals) {
    const setting = view.settings.rules.get(signal.rule) ?? ENFORCED;
    if (setting.mode === "off") continue;
    if (setting.mode === "enforce") counted.push(signal);
    const finding = findingOf(signal, setting, view);
    if (finding !== null) findings.push(finding);
  }
  return { findings, signals: counted };
}

function findingOf(signal: Signal, setting: RuleSetting, view: BehaviourView): Finding | null {
  const usual = usualVerdict(signal.weight, view);
  const verdict = stricter(setting.verdict ?? usual, setting.atLeast ?? "allow");
  if (signal.weight === "noted" && verdict === "allow") return null;
  const { title } = BEHAVIOUR_RULES[signal.rule];
  const said = `${title}: ${signal.words}.`;
  if (setting.mode === "observe") return placed(signal, view, "allow", "info", `Observed only: ${said}`);
  const severity: Severity = verdict === "allow" ? "warning" : "error";
  return placed(signal, view, verdict, severity, `${said}${consequence(verdict, view.actor)}`);
}

function usualVerdict(weight: SignalWeight, { actor, environment }: BehaviourView): Verdict {
  if (weight !== "alarming") return "allow";
  return isProgram(actor) ? "deny" : weigh("approval", environment).verdict;
}

function consequence(verdict: Verdict, actor: Actor): string {
  if (verdict === "allow") return "";
  if (verdict === "approve") return " Somebody else has to look at it first.";
  return isProgram(actor) ? " A person has to look at it before this program goes on." : "";
}

function placed(
  { rule, table }: Signal,
  { facts, span, actor }: BehaviourView,
  verdict: Verdict,
  severity: Severity,
  message: string,
): Finding {
  const named = facts?.relations.find(({ schema, name }) => `${schema}.${name}` === table)?.span;
  const { start, end } = named ?? firstWord(facts, span);
  const agrees = verdict === "approve" && actor.kind === "ai_agent" ? { agrees: "person" as const } : {};
  return { rule, verdict, severity, message, start, end, ...agrees };
}

/** The whole statement underlined would hide what else is found in it. */
const firstWord = (facts: StatementFacts | null, span: Span): Span =>
  facts === null
    ? span
    : { start: span.start, end: span.start + (/^[^_]*/.exec(facts.kind)?.[0].length ?? 1) };
