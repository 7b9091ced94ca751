import fs from "node:fs";
import { parseCanonical } from "../../protocol/audit/seal.ts";
import { CENTRAL_POLICY, type CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { POLICY_ANSWER } from "../../protocol/policy/policyAnswer.ts";
import { POLICY_HISTORY, POLICY_TEXTS, type PolicyHistory } from "../../protocol/policy/policyVersions.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";
import { LabelsFileError, readLabelsFile } from "../classify/labelsFile.ts";
import { createPolicy } from "../policy/policy.ts";
import { PolicyError } from "../policy/policyError.ts";
import { CandidateError } from "./candidateError.ts";
import { UsageError } from "./command.ts";
import { SignedInCollector } from "./signedInCollector.ts";

/** Files of a candidate, and how long agents may go on without the collector. */
export interface CandidateFlags {
  readonly cedar?: string | undefined;
  readonly guardrails?: string | undefined;
  readonly labels?: string | undefined;
  readonly "valid-hours"?: string | undefined;
}

/** The collector's policy, asked for as the person who is signed in. */
export class PolicyServer extends SignedInCollector {
  /** What is in force, and what is observed. */
  async current(): Promise<{
    readonly inForce: CentralPolicy | null;
    readonly observed: CentralPolicy | null;
  }> {
    const { policy, observed } = await this.get("/v1/policy", POLICY_ANSWER);
    const read = (text: string | null | undefined) => parseCanonical(text ?? "", CENTRAL_POLICY);
    return { inForce: read(policy), observed: read(observed) };
  }

  history(): Promise<PolicyHistory> {
    return this.get("/v1/policy/history", POLICY_HISTORY);
  }

  /** Null where there is none of that number. */
  async version(version: number): Promise<CentralPolicy | null> {
    try {
      return (await this.get(`/v1/policy/versions/${version}`, POLICY_TEXTS)).policy;
    } catch (error) {
      const none =
        error instanceof CollectorError &&
        error.failure.kind === "refused" &&
        error.failure.refusal.code === "not-found";
      if (none) return null;
      throw error;
    }
  }

  /**
   * What these files would make of the policy in force, under the next number; what is left out stays.
   * Checked by the rules agents check it by.
   * @throws CandidateError, UsageError
   */
  async candidate(flags: CandidateFlags, comment: string): Promise<CentralPolicy> {
    const hours = hoursOf(flags["valid-hours"]);
    const [{ inForce }, { next }] = [await this.current(), await this.history()];
    const candidate: CentralPolicy = {
      version: next,
      cedar: textOf(flags.cedar) ?? inForce?.cedar ?? "",
      guardrails: textOf(flags.guardrails) ?? inForce?.guardrails ?? "",
      labels: textOf(flags.labels) ?? inForce?.labels ?? "",
      validHours: hours ?? inForce?.validHours ?? 24,
      comment,
    };
    await checkCandidate(candidate, flags);
    return candidate;
  }
}

const MOST_HOURS = 24 * 90;

/** Shorter than an hour, agents would stop at the next meeting without a network. @throws UsageError */
function hoursOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const hours = Number(text);
  if (/^[0-9]+(\.[0-9]+)?$/.test(text) && hours >= 1 && hours <= MOST_HOURS) return hours;
  throw new UsageError(`--valid-hours takes 1 to ${MOST_HOURS} hours, not "${text}".`);
}

/** A candidate that cannot be used harms nobody: what is in force stays. @throws CandidateError */
async function checkCandidate(candidate: CentralPolicy, flags: CandidateFlags): Promise<void> {
  try {
    await checkTexts(candidate, flags);
  } catch (error) {
    if (error instanceof PolicyError || error instanceof LabelsFileError) throw new CandidateError(error);
    throw error;
  }
}

async function checkTexts({ cedar, guardrails, labels }: CentralPolicy, flags: CandidateFlags) {
  const written = (text: string): boolean => text.trim() !== "";
  await createPolicy({
    adminPolicies: written(cedar) ? [{ file: flags.cedar ?? "cedar", text: cedar }] : [],
    guardrails: written(guardrails)
      ? [{ file: flags.guardrails ?? "guardrails", text: guardrails, mayWeaken: true }]
      : [],
  });
  if (written(labels)) readLabelsFile({ file: flags.labels ?? "labels", text: labels });
}

function textOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
