import type { Actor } from "../../protocol/actor.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import type { ColumnPlan, Decision, Finding, Verdict } from "../../protocol/decision.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import type { ProgramLimits } from "../../protocol/task.ts";
import type { ColumnId, StatementFacts, Understanding } from "../sql/facts.ts";
import { programLimits } from "./annotations.ts";
import { Authorisation, PERSON, type Ruling } from "./authorisation.ts";
import { type BehaviourView, behaviourFindings } from "./behaviourFindings.ts";
import {
  type CedarPolicies,
  compilePolicies,
  type LoadedPolicy,
  loadPolicy,
  type PolicySource,
  readPolicyFile,
} from "./cedar.ts";
import type { SuggestionAction } from "./cedarSchema.ts";
import { columnPlans, UNCLASSIFIED } from "./columnPlans.ts";
import type { DecisionInput } from "./decisionInput.ts";
import { DEFAULT_BUNDLE } from "./defaultBundle.ts";
import { ACTION, effectFinding, unknownFindings } from "./effectFindings.ts";
import { rightFor } from "./elevatedRight.ts";
import { type FindingsAgain, findingsAgain, guardrailFindings } from "./guardrails/findings.ts";
import type { RuleContext } from "./guardrails/rule.ts";
import {
  DEFAULT_SETTINGS,
  type GuardrailSettings,
  type GuardrailSource,
  readGuardrailSettings,
} from "./guardrails/settings.ts";
import { inferenceFindings } from "./inference.ts";
import { obligationsOf } from "./obligations.ts";
import { PolicyError } from "./policyError.ts";
import { assessRisk } from "./risk.ts";
import { taskFindings } from "./taskRules.ts";

export type { GuardrailSource, PolicySource };

export interface PolicyOptions {
  /** May only restrict: a person could write a permit for themselves. */
  readonly workspacePolicies?: readonly PolicySource[];
  /** Written by an administrator of the machine; may permit. */
  readonly adminPolicies?: readonly PolicySource[];
  readonly guardrails?: readonly GuardrailSource[];
}

/** What one person may not agree to alone in production. */
const GRAVE_RISK = 70;

/** What is allowed. Loads and validates every policy, or there is no engine. @throws PolicyError */
export async function createPolicy(options: PolicyOptions = {}): Promise<Policy> {
  const workspace = (options.workspacePolicies ?? []).flatMap((source) => {
    const policies = readPolicyFile(source);
    const permit = policies.find(({ effect }) => effect === "permit");
    if (permit === undefined) return policies;
    throw new PolicyError(
      source.file,
      "a workspace's policy may only forbid, and this one permits",
      "Remove the permit, or ask an administrator to put it into the machine's policy.",
    );
  });
  const admin = (options.adminPolicies ?? []).flatMap(readPolicyFile);
  const guardrails = options.guardrails ?? [];
  return new Policy(
    compilePolicies(
      [...DEFAULT_BUNDLE.map(loadPolicy), ...admin, ...workspace],
      guardrails.map(({ text }) => text),
    ),
    readGuardrailSettings(guardrails),
  );
}

/** Decides; the interface only shows what it says (law 10). */
export class Policy {
  readonly #policies: CedarPolicies;
  readonly #authorisation: Authorisation;
  readonly #guardrails: GuardrailSettings;

  constructor(policies: CedarPolicies, guardrails: GuardrailSettings = DEFAULT_SETTINGS) {
    this.#policies = policies;
    this.#guardrails = guardrails;
    this.#authorisation = new Authorisation(policies);
  }

  get version(): string {
    return this.#policies.version;
  }

  /** Every policy that decides, shipped ones first. */
  get policies(): readonly LoadedPolicy[] {
    return this.#policies.all;
  }

  /** Worst of: what Cedar says to the effect, what guardrails find, what inference rules find. */
  decide(input: DecisionInput): Decision {
    return this.#decide(input, (facts, context) => guardrailFindings(facts, context, this.#guardrails));
  }

  /**
   * Decides of a statement that is known by its record alone. `found`: the rules that found something when it was
   * judged under `before`.
   */
  decideAgain(
    input: DecisionInput,
    found: ReadonlySet<string>,
    before: Policy,
  ): { readonly decision: Decision; readonly unsure: FindingsAgain["unsure"] } {
    let unsure: FindingsAgain["unsure"] = [];
    const decision = this.#decide(input, (facts, context) => {
      const again = findingsAgain(facts, context, this.#guardrails, found, before.#guardrails);
      unsure = again.unsure;
      return again.findings;
    });
    return { decision, unsure };
  }

  #decide(
    input: DecisionInput,
    guardrails: (facts: StatementFacts, context: RuleContext) => readonly Finding[],
  ): Decision {
    const { understanding } = input;
    if (understanding.kind === "syntax_error" || understanding.kind === "unresolved")
      return this.#notUnderstood(understanding, input);
    const { facts } = understanding;
    const environment = effectiveEnvironment(input.connection);
    const purpose = input.purpose ?? "";
    const used = new Set<string>();
    const elevationOf = (id: ColumnId, label: Label): string | undefined => {
      const found = this.#elevationFor(input, id, label)?.id;
      if (found !== undefined) used.add(found);
      return found;
    };
    const view = {
      labelOf: (id: ColumnId) => input.labelOf(id),
      mayReveal: (id: ColumnId, label: Label) =>
        this.mayReveal(input.actor, id, label, input.connection) || elevationOf(id, label) !== undefined,
      elevationOf,
      mayReadRedacted: (id: ColumnId, label: Label) =>
        this.#authorisation.onColumn("redact", input.actor, input.connection, purpose, id, label).verdict ===
        "allow",
      mayMatch: (id: ColumnId, label: Label) =>
        this.#authorisation.onColumn("match", input.actor, input.connection, purpose, id, label).verdict ===
        "allow",
      maskOf: (id: ColumnId, label: Label) => {
        const ruling = this.#authorisation.onColumn("reveal", input.actor, input.connection, "", id, label);
        return ruling.verdict === "deny" ? ruling.mask : undefined;
      },
    };
    const columns = columnPlans(facts.outputs, view);
    const reading = this.#authorisation.onConnection("read", input.actor, input.connection, purpose);
    const limit = reading.verdict === "allow" ? reading.limit : undefined;
    const obligations = obligationsOf(facts, input, environment, limit);
    const { task } = input;
    const findings = [
      ...this.#effectFindings(facts, input, purpose, used),
      ...unknownFindings(understanding, input.actor),
      ...guardrails(facts, {
        environment,
        inTransaction: input.inTransaction ?? false,
        plannedRows: input.plannedRows,
        maxAffectedRows: obligations.maxAffectedRows,
        estimatedRows: (relation) => input.estimatedRows(relation),
        labelOf: (id) =>
          view.mayReveal(id, input.labelOf(id) ?? UNCLASSIFIED) ? NOTHING_TO_HIDE : input.labelOf(id),
      }),
      ...inferenceFindings(facts, {
        ...view,
        actor: input.actor,
        inferencesSoFar: input.inferenceCounts.inferences,
        rule: (action, id, label) =>
          this.#authorisation.onColumn(action, input.actor, input.connection, purpose, id, label),
      }),
      ...(task === undefined
        ? []
        : taskFindings(facts, {
            actor: input.actor,
            connection: input.connection.id,
            task,
            columns,
            labelOf: (id) => input.labelOf(id),
            isText: (id) => input.isText?.(id) ?? true,
          })),
    ];
    const behaviour = behaviourFindings(input.signals ?? [], this.#behaviourView(input, facts));
    const risk = assessRisk({
      facts,
      actor: input.actor,
      environment,
      columns,
      findings,
      signals: behaviour.signals,
      estimatedRows: largest(facts, input),
      labelOf: (id) => input.labelOf(id),
    });
    const all = [...findings, ...behaviour.findings];
    const verdict = all.reduce<Verdict>((worst, finding) => worse(worst, finding.verdict), "allow");
    return {
      verdict,
      reason: reasonOf(verdict, all, columns, used.size > 0),
      ...(verdict === "approve" ? this.#approversOf(facts, input, purpose, all, risk.score) : {}),
      findings: all,
      risk,
      columns,
      obligations,
      ...(used.size === 0 ? {} : { elevations: [...used] }),
      policyVersion: this.version,
    };
  }

  mayReveal(actor: Actor, id: ColumnId, label: Label, connection: ConnectionProfile): boolean {
    if (!isSensitive(label)) return true;
    return this.#authorisation.onColumn("reveal", actor, connection, "", id, label).verdict === "allow";
  }

  /** How much a program may do here before a person has to look. */
  limitsOf(actor: Actor, connection: ConnectionProfile): ProgramLimits {
    return programLimits(this.#authorisation.annotationsOnRead(actor, connection));
  }

  /** What policy lets be done with a statement a model wrote; nothing, where it does not say. */
  allowsOfSuggestion(
    action: SuggestionAction,
    actor: Actor,
    connection: ConnectionProfile,
    suggested: { readonly effect: StatementFacts["effect"]; readonly sensitive: boolean },
  ): boolean {
    return this.#authorisation.onSuggestion(action, actor, connection, suggested);
  }

  /** Whether this person sees the column, whom they could ask, or why nobody agrees. */
  revealing(actor: Actor, id: ColumnId, label: Label | undefined, connection: ConnectionProfile): Ruling {
    const known = label ?? UNCLASSIFIED;
    if (!isSensitive(known)) return { verdict: "allow" };
    return this.#authorisation.onColumn("reveal", actor, connection, "", id, known);
  }

  /** Whether this person writes there, whom they could ask, or why nobody agrees. */
  writing(actor: Actor, connection: ConnectionProfile, purpose: string): Ruling {
    return this.#authorisation.onConnection("write", actor, connection, purpose);
  }

  /** Whether a label may be made to protect less than it does. */
  relabelling(actor: Actor, id: ColumnId, label: Label, connection: ConnectionProfile): Ruling {
    return this.#authorisation.onColumn("relabel", actor, connection, "", id, label);
  }

  /** Groups whose members may lower labels anywhere. */
  get stewards(): readonly string[] {
    return this.#policies.all
      .filter(({ effect, text }) => effect === "permit" && text.includes('Action::"relabel"'))
      .flatMap(({ text }) => /Group::"([^"]+)"/.exec(text)?.[1] ?? []);
  }

  /** Groups whose members may see such a column, in words. */
  whoMayReveal(label: Label, _connection: ConnectionProfile): string {
    if (!isSensitive(label)) return "everyone";
    if (label.category === "credential") return "nobody";
    const groups = this.#policies.all
      .filter(
        ({ effect, text }) =>
          effect === "permit" && text.includes('Action::"reveal"') && text.includes(`"${label.category}"`),
      )
      .filter(({ text }) => !text.includes("resource.level") || text.includes(`"${label.level}"`))
      .flatMap(({ text }) => /Group::"([^"]+)"/.exec(text)?.[1] ?? []);
    return groups.length === 0 ? "nobody" : `members of ${groups.join(", ")}`;
  }

  /** The elevation without which this person would not see the column. */
  #elevationFor({ actor, connection, elevations = [] }: DecisionInput, id: ColumnId, label: Label) {
    if (elevations.length === 0 || actor.kind !== "user" || !isSensitive(label)) return undefined;
    const ruling = this.#authorisation.onColumn("reveal", actor, connection, "", id, label);
    return rightFor(ruling, elevations, (right) => right.kind === "reveal" && right.has(id));
  }

  #effectFindings(
    facts: StatementFacts,
    input: DecisionInput,
    purpose: string,
    used: Set<string>,
  ): readonly Finding[] {
    const action = ACTION[facts.effect];
    const ruling = this.#authorisation.onConnection(action, input.actor, input.connection, purpose);
    const given =
      action === "write" && input.actor.kind === "user"
        ? rightFor(ruling, input.elevations ?? [], ({ kind }) => kind === "write")
        : undefined;
    if (given !== undefined) {
      used.add(given.id);
      return [];
    }
    const at = {
      start: facts.span.start,
      end: facts.span.start + (/^\S*/.exec(facts.kind)?.[0].length ?? 1),
    };
    // Whatever a policy permits: no program changes data on its own.
    const held: Ruling =
      input.actor.kind === "ai_agent" && facts.effect === "write" && ruling.verdict === "allow"
        ? { verdict: "approve", approvers: PERSON, needed: 1 }
        : ruling;
    return held.verdict === "allow" ? [] : [effectFinding(action, held, input.connection, at)];
  }

  /**
   * Whom policy names for a statement of that effect; whatever else needs approval goes to the administrators. The
   * gravest takes two of them.
   */
  #approversOf(
    facts: StatementFacts,
    input: DecisionInput,
    purpose: string,
    findings: readonly Finding[],
    risk: number,
  ): Pick<Decision, "approvers" | "approvalsNeeded" | "personAgrees"> {
    const group = findings.some(({ verdict, agrees }) => verdict === "approve" && agrees === undefined);
    if (!group) return { personAgrees: true };
    const action = ACTION[facts.effect];
    const ruling = this.#authorisation.onConnection(action, input.actor, input.connection, purpose);
    const named =
      ruling.verdict === "approve" && ruling.approvers !== PERSON
        ? ruling
        : { approvers: "sluice-dba", needed: 1 };
    const grave = effectiveEnvironment(input.connection) === "production" && risk >= GRAVE_RISK;
    return { approvers: named.approvers, approvalsNeeded: Math.max(named.needed, grave ? 2 : 1) };
  }

  #behaviourView(input: DecisionInput, facts: StatementFacts | null): BehaviourView {
    const { actor, connection, understanding } = input;
    const span = "span" in understanding ? understanding.span : (facts?.span ?? { start: 0, end: 0 });
    const settings = this.#guardrails;
    return { actor, environment: effectiveEnvironment(connection), facts, span, settings };
  }

  /** It is refused in any case; what its actor does besides may be worse. */
  #notUnderstood(
    understanding: Extract<Understanding, { kind: "syntax_error" | "unresolved" }>,
    input: DecisionInput,
  ): Decision {
    const syntax = understanding.kind === "syntax_error";
    const hint =
      understanding.kind === "unresolved" && understanding.hint !== undefined ? ` ${understanding.hint}` : "";
    const finding: Finding = {
      rule: syntax ? "syntax-error" : "unresolved-name",
      severity: "error",
      message: `${sentence(understanding.message)}${hint}`,
      verdict: "deny",
      start: understanding.span.start,
      end: understanding.span.end,
    };
    const behaviour = behaviourFindings(input.signals ?? [], this.#behaviourView(input, null));
    return {
      verdict: "deny",
      reason: finding.message,
      findings: [finding, ...behaviour.findings],
      risk: { score: 0, factors: [] },
      columns: [],
      obligations: {},
      policyVersion: this.version,
    };
  }
}

/** Stands for "nothing to hide from this actor". */
const NOTHING_TO_HIDE: Label = {
  infoType: "shown",
  category: "none",
  level: "public",
  mask: "full",
  confidence: 1,
  evidence: [],
};

/** A server's words as a sentence. */
const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

function reasonOf(
  verdict: Verdict,
  findings: readonly Finding[],
  columns: readonly ColumnPlan[],
  elevated: boolean,
): string {
  const decisive = findings.find((finding) => finding.verdict === verdict && verdict !== "allow");
  if (decisive !== undefined) return decisive.message;
  const masked = columns.filter(({ mask }) => mask !== null).length;
  const allowed = elevated ? "Allowed under an elevation" : "Allowed";
  return masked === 0
    ? `${allowed}.`
    : `${allowed}; ${masked} ${masked === 1 ? "column is" : "columns are"} masked.`;
}

function largest(facts: StatementFacts, input: DecisionInput): number | undefined {
  const known = facts.relations.flatMap((relation) => input.estimatedRows(relation) ?? []);
  if (facts.limit !== undefined) return facts.limit;
  if (input.plannedRows !== undefined) return input.plannedRows;
  return known.length === 0 ? undefined : Math.max(...known);
}

const ORDER: readonly Verdict[] = ["allow", "approve", "deny"];
const worse = (a: Verdict, b: Verdict): Verdict => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);
