import { MASK_KINDS, type MaskKind } from "../../protocol/label.ts";
import { DEFAULT_LIMITS, type ProgramLimits } from "../../protocol/task.ts";
import type { LoadedPolicy } from "./cedar.ts";
import { PolicyError } from "./policyError.ts";

/** Masks that policy may ask for; the others belong to what they are made for. */
const CHOOSABLE: readonly MaskKind[] = MASK_KINDS.filter((kind) => kind !== "plan");

/** What `@mask("…")` says, if it is there. */
export function maskAnnotation({ annotations }: LoadedPolicy): readonly MaskKind[] {
  return CHOOSABLE.filter((kind) => kind === annotations.mask);
}

/** What `@limit("…")` says, if it is there. */
export function limitAnnotation({ annotations }: LoadedPolicy): readonly number[] {
  return annotations.limit === undefined ? [] : [Number(annotations.limit)];
}

/** Annotations that say how much programs may do, and what they set. */
const LIMIT_ANNOTATIONS = {
  taskStatements: "statements",
  taskRows: "rows",
  taskMinutes: "minutes",
  statementsPerMinute: "statementsPerMinute",
  statementsPerHour: "statementsPerHour",
  rowsPerHour: "rowsPerHour",
} as const satisfies Readonly<Record<string, keyof ProgramLimits>>;

/** How much programs may do by what these annotations say: of several the least, else what is the default. */
export function programLimits(said: readonly Readonly<Record<string, string>>[]): ProgramLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const [annotation, limit] of Object.entries(LIMIT_ANNOTATIONS)) {
    const given = said.flatMap((annotations) => annotations[annotation] ?? []).map(Number);
    if (given.length > 0) limits[limit] = Math.min(...given);
  }
  return limits;
}

/** How many people `@approvals("…")` wants to agree; one where it says nothing. */
export const approvalsAnnotation = ({ annotations }: LoadedPolicy): number =>
  Number(annotations.approvals ?? 1);

/** @throws PolicyError where an annotation has a value that means nothing. */
export function checkAnnotations(policy: LoadedPolicy, file: string): void {
  const { mask, limit, approval, approvals } = policy.annotations;
  if (mask !== undefined && maskAnnotation(policy).length === 0) {
    throw new PolicyError(file, `@mask("${mask}") is none of ${CHOOSABLE.join(", ")}`);
  }
  if (mask !== undefined && policy.effect !== "forbid") {
    throw new PolicyError(file, "@mask belongs to a forbid: what may be revealed is not masked");
  }
  if (approvals !== undefined && !/^[1-5]$/.test(approvals)) {
    throw new PolicyError(file, `@approvals("${approvals}") is no number of people from 1 to 5`);
  }
  if (approvals !== undefined && approval === undefined) {
    throw new PolicyError(file, "@approvals says how many have to agree, and needs @approval to say who");
  }
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) {
    throw new PolicyError(file, `@limit("${limit}") is no number of rows`);
  }
  for (const annotation of Object.keys(LIMIT_ANNOTATIONS)) {
    const value = policy.annotations[annotation];
    if (value === undefined) continue;
    if (!/^[1-9]\d{0,8}$/.test(value))
      throw new PolicyError(file, `@${annotation}("${value}") is no number from 1 on`);
    if (policy.effect !== "permit")
      throw new PolicyError(
        file,
        `@${annotation} belongs to a permit of read: what is forbidden has no budget`,
      );
  }
}
