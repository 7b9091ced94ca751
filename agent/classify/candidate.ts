import type { InfoType } from "./taxonomy/infoType.ts";

/** One thing a column may be, with what speaks for it. */
export interface Candidate {
  readonly type: InfoType;
  /** Logarithm of the odds that it is this. */
  readonly logit: number;
  /** Sentences for a person; never sampled values. */
  readonly evidence: readonly string[];
}

/** 0 to 1, with two digits. */
export const probability = (logit: number): number => Math.round(100 / (1 + Math.exp(-logit))) / 100;

/** One candidate for each type: what several say of the same one adds up. */
export function combined(candidates: readonly Candidate[]): readonly Candidate[] {
  const byType = new Map<InfoType, Candidate>();
  for (const candidate of candidates) {
    const known = byType.get(candidate.type);
    byType.set(
      candidate.type,
      known === undefined
        ? candidate
        : {
            type: candidate.type,
            logit: known.logit + candidate.logit,
            evidence: [...known.evidence, ...candidate.evidence],
          },
    );
  }
  return [...byType.values()];
}
