import type { CollectorRefusal } from "../../../protocol/collector/ingest.ts";
import type { Problem } from "../../../protocol/messages.ts";

/**
 * Why a collector did not do what it was asked: it could not be reached, it said why, or what it said cannot be
 * believed. The last is never asked again by itself.
 */
export type CollectorFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly refusal: CollectorRefusal }
  | { readonly kind: "dishonest" };

export class CollectorError extends Error {
  readonly failure: CollectorFailure;
  readonly problem: Problem;

  constructor(failure: CollectorFailure, problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = "CollectorError";
    this.failure = failure;
    this.problem = problem;
  }
}

export const unreachable = (url: string, why: string, cause?: unknown): CollectorError =>
  new CollectorError(
    { kind: "unreachable" },
    {
      code: "collector-unreachable",
      message: `The collector ${url} does not answer: ${why}.`,
      action: "Records wait on this machine and are sent when it answers. Check the network or VPN.",
    },
    cause,
  );

export const refused = (refusal: CollectorRefusal): CollectorError =>
  new CollectorError(
    { kind: "refused", refusal },
    { code: `collector-${refusal.code}`, message: refusal.message, action: refusal.action },
  );

/** `what` ends a sentence that begins with the collector's address. */
export const dishonest = (url: string, what: string): CollectorError =>
  new CollectorError(
    { kind: "dishonest" },
    {
      code: "collector-not-believed",
      message: `The collector ${url} ${what}.`,
      action:
        "Nothing more is sent to it. Keep this machine's ledger as it is, and ask whoever runs the collector; `sluice audit verify` proves what this machine recorded.",
    },
  );
