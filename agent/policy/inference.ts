import type { Actor } from "../../protocol/actor.ts";
import type { Finding } from "../../protocol/decision.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import { type ColumnId, type ColumnUse, columnKey, type StatementFacts, type UseRole } from "../sql/facts.ts";
import type { Ruling } from "./authorisation.ts";
import { UNCLASSIFIED } from "./columnPlans.ts";

/** Inferences over confidential columns one actor may draw in an hour before a person has to look. */
export const INFERENCE_BUDGET = 50;

export interface InferenceView {
  readonly actor: Actor;
  readonly inferencesSoFar: number;
  labelOf(id: ColumnId): Label | undefined;
  mayReveal(id: ColumnId, label: Label): boolean;
  rule(action: "match" | "infer", id: ColumnId, label: Label): Ruling;
}

const MATCHES: ReadonlySet<UseRole> = new Set(["filter_equality", "join_equality"]);
const ARRANGES: ReadonlySet<UseRole> = new Set(["sort", "group"]);
const HARMLESS: ReadonlySet<UseRole> = new Set(["output", "assignment"]);

const WORDS: Readonly<Record<UseRole, string>> = {
  output: "shown",
  assignment: "assigned",
  filter_equality: "compared",
  filter_other: "used in a condition",
  join_equality: "joined",
  join_other: "used in a join condition",
  sort: "sorted by",
  group: "grouped by",
  distinct: "made distinct",
  set_operation: "compared by a set operation",
  function_argument: "used where an error or a count can tell its value",
};

/**
 * Law 6: a masked column may not shape a result except where policy says so. One finding for each place; uses by
 * whoever may see the column anyway are none.
 */
export function inferenceFindings(facts: StatementFacts, view: InferenceView): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const use of facts.reads) {
    if (HARMLESS.has(use.role)) continue;
    const label = view.labelOf(use.column) ?? UNCLASSIFIED;
    if (!isSensitive(label) || view.mayReveal(use.column, label)) continue;
    const finding = judgeUse(use, label, view);
    if (finding === null) continue;
    const key = `${finding.rule}:${finding.start}:${finding.end}`;
    const known = findings.get(key);
    if (known === undefined || gravity(finding) > gravity(known)) findings.set(key, finding);
  }
  return [...findings.values()];
}

function judgeUse(use: ColumnUse, label: Label, view: InferenceView): Finding | null {
  const person = view.actor.kind === "user" || view.actor.kind === "local_user";
  const name = columnKey(use.column);
  const what = `${name} (${label.infoType.replaceAll("_", " ")}, ${label.level}) is masked for you and ${WORDS[use.role]} here`;
  const at = { start: use.span.start, end: use.span.end };
  if (MATCHES.has(use.role)) {
    const ruling = view.rule("match", use.column, label);
    const told = `${what}: looking up an exact value is allowed and counted.`;
    if (ruling.verdict === "allow")
      return { rule: `match-${label.level}`, severity: "info", message: told, verdict: "allow", ...at };
    return stopped(
      `inference-${use.role.replaceAll("_", "-")}`,
      `${what}, which would tell whether a value exists.`,
      ruling,
      at,
    );
  }
  const ruling = view.rule("infer", use.column, label);
  const arranges = ARRANGES.has(use.role) && use.bare;
  if (person && label.level === "confidential" && arranges && ruling.verdict === "allow") return null;
  const rule = `inference-${use.role.replaceAll("_", "-")}`;
  const why = "The result would let masked values be worked out bit by bit.";
  if (ruling.verdict !== "allow") return stopped(rule, `${what}. ${why}`, ruling, at);
  if (view.inferencesSoFar >= INFERENCE_BUDGET) {
    const message = `${what}, and you have used masked columns this way ${view.inferencesSoFar} times within the hour (the budget is ${INFERENCE_BUDGET}). Wait, or ask for access to the column.`;
    return { rule: "inference-budget", severity: "error", message, verdict: "deny", ...at };
  }
  const message = `${what}. ${why} It is counted (${view.inferencesSoFar + 1} of ${INFERENCE_BUDGET} an hour).`;
  return { rule, severity: "warning", message, verdict: "allow", ...at };
}

function stopped(rule: string, why: string, ruling: Ruling, at: { start: number; end: number }): Finding {
  if (ruling.verdict === "approve") {
    const message = `${why} Compare it with an exact value (=), leave it out, or ask ${ruling.approvers} for approval.`;
    return { rule, severity: "error", message, verdict: "approve", ...at };
  }
  const reason = ruling.verdict === "deny" && ruling.reason !== undefined ? ` ${ruling.reason}` : "";
  return {
    rule,
    severity: "error",
    message: `${why}${reason} Leave the column out of everything but the output.`,
    verdict: "deny",
    ...at,
  };
}

const gravity = (finding: Finding): number => ["allow", "approve", "deny"].indexOf(finding.verdict);
