import { MASK_KINDS, type MaskKind } from "../../protocol/label.ts";
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
}
