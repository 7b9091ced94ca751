import type { JudgedBody } from "../protocol/audit/record.ts";
import { isBehaviourRule } from "../protocol/behaviour/signal.ts";
import type { Verdict } from "../protocol/decision.ts";
import type { CentralPolicy } from "../protocol/policy/centralPolicy.ts";
import { type PolicyEffect, policyEffects } from "../protocol/policy/policyEffect.ts";
import { READS_UNTRUSTED } from "../protocol/task.ts";
import { ChangedLabels } from "./changedLabels.ts";
import type { SharedLabel } from "./classify/labelsFile.ts";
import { gravest } from "./observedPolicy.ts";
import { ChangedPolicies } from "./policy/changedPolicies.ts";
import type { DecisionInput } from "./policy/decisionInput.ts";
import { ACTION } from "./policy/effectFindings.ts";
import type { Policy } from "./policy/policy.ts";
import { type RecordedStatement, readRecordedStatement } from "./policy/recordedStatement.ts";
import { labelsOfCollector, policyOfCollector } from "./policyFiles.ts";
import { columnKey } from "./sql/facts.ts";

/** What a candidate would have made of a statement that was judged. */
export type Tried =
  | { readonly kind: "same" }
  | {
      readonly kind: "changed";
      readonly effects: readonly PolicyEffect[];
      readonly from: Verdict;
      readonly to: Verdict;
      /** The rules it weighs otherwise; a null verdict: it finds nothing. */
      readonly rules: readonly { readonly rule: string; readonly verdict: Verdict | null }[];
      readonly masks: readonly {
        /** Position in the result. */
        readonly output: number;
        readonly name: string;
        readonly from: string | null;
        readonly to: string | null;
      }[];
    }
  /** `why` is a sentence. */
  | { readonly kind: "cannot_tell"; readonly why: string };

/** A version the collector gave, with the shipped rules and without the files of any machine. */
interface Former {
  readonly policy: Policy;
  readonly labels: ChangedLabels;
  readonly changed: ChangedPolicies;
}

/** Whatever numbers devices put into their records. */
const MOST_FORMER = 300;
const SAME: Tried = { kind: "same" };

/**
 * Judges recorded statements by a candidate of the collector's policy. A statement counts as changed only where what
 * its record holds suffices: judged again by the very policy it was recorded under, it has to come out as it did.
 * Where files of a machine or a workspace decided too, or another release of Sluice, it counts as unchanged where
 * nothing that changed holds for it, and as blocked where a new forbid does; else nobody can tell.
 */
export class PolicyTrial {
  readonly #candidate: Policy;
  readonly #labels: readonly SharedLabel[];
  readonly #textOf: (version: number) => Promise<CentralPolicy | null>;
  readonly #former = new Map<number, Promise<Former | null>>();

  /**
   * `textOf`: the collector's former versions; null where there is none of that number.
   * @throws PolicyError, LabelsFileError where the candidate cannot be used.
   */
  static async of(
    candidate: CentralPolicy,
    textOf: (version: number) => Promise<CentralPolicy | null>,
  ): Promise<PolicyTrial> {
    return new PolicyTrial(await policyOfCollector(candidate), labelsOfCollector(candidate), textOf);
  }

  private constructor(
    candidate: Policy,
    labels: readonly SharedLabel[],
    textOf: (version: number) => Promise<CentralPolicy | null>,
  ) {
    this.#candidate = candidate;
    this.#labels = labels;
    this.#textOf = textOf;
  }

  async judge(body: JudgedBody): Promise<Tried> {
    const read = readRecordedStatement(body);
    if (read.kind === "never_understood") return SAME;
    if (read.kind === "cannot_tell") return read;
    const { statement } = read;
    const former = await this.#formerVersion(statement.central);
    if (former === null)
      return cannotTell(
        `Version ${statement.central} of the policy, under which it was judged, is not known.`,
      );
    const after = labelsAfter(statement, former.labels);
    if (after === null)
      return cannotTell(
        "A changed label is about its columns, and what they would be is known at the database.",
      );
    return former.policy.version === body.policyVersion
      ? this.#judgeAlone(body, statement, former, after.labelOf)
      : this.#judgeBesideOthers(body, statement, former, after);
  }

  /** Nothing decided but what is known here. */
  #judgeAlone(
    body: JudgedBody,
    { input, found, maxRows }: RecordedStatement,
    { policy }: Former,
    after: DecisionInput["labelOf"],
  ): Tried {
    const { decision: again } = policy.decideAgain(input, found, policy);
    const masksAgain = again.columns.map(({ mask }) => mask).join();
    const rulesThen = gravest(body.findings.filter(isOfPolicy).map(verdictOf));
    if (
      again.verdict !== body.verdict ||
      masksAgain !== body.outputs.map(({ mask }) => mask).join() ||
      (again.obligations.maxRows ?? null) !== maxRows ||
      !sameRules(rulesThen, gravest(again.findings))
    )
      return cannotTell("Its record does not hold all that decided.");
    const { decision, unsure } = this.#candidate.decideAgain({ ...input, labelOf: after }, found, policy);
    const graver = unsure.filter(({ verdict }) => rank(verdict) > rank(decision.verdict));
    if (graver.length > 0)
      return cannotTell(
        `${graver.map(({ rule }) => rule).join(", ")} was off when it ran, and would stop what it finds. Observing the policy tells.`,
      );
    const rules = otherRules(rulesThen, gravest(decision.findings));
    const masks = body.outputs.flatMap(({ name, mask }, output) => {
      const to = decision.columns[output]?.mask ?? null;
      return to === mask ? [] : [{ output, name, from: mask, to }];
    });
    const effects = policyEffects(body.verdict, decision.verdict, masks, {
      from: maxRows,
      to: decision.obligations.maxRows ?? null,
    });
    if (effects.includes("same")) return SAME;
    return { kind: "changed", effects, from: body.verdict, to: decision.verdict, rules, masks };
  }

  /** Other policies decided too, which are not known here. */
  #judgeBesideOthers(
    body: JudgedBody,
    statement: RecordedStatement,
    { policy, changed }: Former,
    after: LabelsAfter,
  ): Tried {
    if (changed.forbid(statement)) {
      if (body.verdict === "deny") return SAME;
      return {
        kind: "changed",
        effects: ["blocked"],
        from: body.verdict,
        to: "deny",
        rules: [{ rule: `${ACTION[statement.facts.effect]}-not-allowed`, verdict: "deny" }],
        masks: [],
      };
    }
    const others = cannotTell(
      "Files of its machine or workspace, or another release of Sluice, decided too.",
    );
    if (changed.touch(statement) || after.changed) return others;
    const { input, found } = statement;
    const [was, is] = [policy, this.#candidate].map((one) => one.decideAgain(input, found, policy));
    const same =
      was !== undefined &&
      is !== undefined &&
      is.unsure.length === 0 &&
      sameRules(gravest(was.decision.findings), gravest(is.decision.findings));
    return same ? SAME : others;
  }

  #formerVersion(version: number): Promise<Former | null> {
    const known = this.#former.get(version);
    if (known !== undefined) return known;
    if (this.#former.size >= MOST_FORMER) return Promise.resolve(null);
    const former = this.#readFormer(version);
    this.#former.set(version, former);
    return former;
  }

  async #readFormer(version: number): Promise<Former | null> {
    const text = version === 0 ? null : await this.#textOf(version);
    if (version !== 0 && text === null) return null;
    const policy = await policyOfCollector(text);
    return {
      policy,
      labels: new ChangedLabels(labelsOfCollector(text), this.#labels),
      changed: new ChangedPolicies(policy, this.#candidate),
    };
  }
}

interface LabelsAfter {
  readonly labelOf: DecisionInput["labelOf"];
  /** One of them is another than it was. */
  readonly changed: boolean;
}

/** Labels under the candidate; null where one of them cannot be foreseen. */
function labelsAfter({ facts, input }: RecordedStatement, labels: ChangedLabels): LabelsAfter | null {
  const known = new Map<string, ReturnType<DecisionInput["labelOf"]>>();
  let changed = false;
  const columns = [
    ...[...facts.reads, ...facts.writes].map(({ column }) => column),
    ...facts.outputs.flatMap(({ sources }) => sources),
  ];
  for (const column of columns) {
    const before = input.labelOf(column);
    const after = labels.after(input.connection.name, column, before);
    if (after.kind === "cannot_tell") return null;
    if (after.label !== before) changed = true;
    known.set(columnKey(column), after.label);
  }
  return { labelOf: (id) => known.get(columnKey(id)), changed };
}

const cannotTell = (why: string): Tried => ({ kind: "cannot_tell", why });

const RANK: Readonly<Record<Verdict, number>> = { allow: 0, approve: 1, deny: 2 };
const rank = (verdict: Verdict): number => RANK[verdict];

/** What is told of an actor's behaviour, and of a task's reading, follows from records before and is no policy's. */
const isOfPolicy = ({ rule, verdict }: JudgedBody["findings"][number]): boolean =>
  verdict !== "allow" || !(isBehaviourRule(rule) || rule === READS_UNTRUSTED);

const verdictOf = ({
  rule,
  verdict,
}: JudgedBody["findings"][number]): { readonly rule: string; readonly verdict: Verdict } => ({
  rule,
  verdict: verdict === "deny" || verdict === "approve" ? verdict : "allow",
});

type Rules = ReadonlyMap<string, Verdict>;

const otherRules = (before: Rules, after: Rules) =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((rule) => {
    const verdict = after.get(rule) ?? null;
    return verdict === (before.get(rule) ?? null) ? [] : [{ rule, verdict }];
  });

const sameRules = (before: Rules, after: Rules): boolean => otherRules(before, after).length === 0;
