import type { CollectorRefusal } from "../../../protocol/collector/ingest.ts";
import type { Problem } from "../../../protocol/messages.ts";

/**
 * Why a collector did not do what it was asked: it could not be reached, it said why, or what it said cannot be
 * believed. The last is never asked again by itself.
 */
export type CollectorFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly refusal: CollectorRefusal }
  | { readonly kind: "dishonest"; readonly what: string; readonly evidence: Evidence | null };

/** What a collector had shown before and what it shows, for people who look into it. */
export type Evidence = Readonly<Record<string, unknown>>;

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

const HISTORY: ReadonlySet<string> = new Set(["fork", "bad-record"]);
const GOING_ON =
  " If this machine, or its Sluice folder, was restored from a backup or copied from another one, `sluice device begin-ledger --reason TEXT` closes and keeps this ledger and goes on in a new one.";

export const refused = (refusal: CollectorRefusal): CollectorError =>
  new CollectorError(
    { kind: "refused", refusal },
    {
      code: `collector-${refusal.code}`,
      message: refusal.message,
      action: `${refusal.action}${HISTORY.has(refusal.code) ? GOING_ON : ""}`,
    },
  );

/** `what` ends a sentence that begins with the collector's address. `evidence`: it is not believed by itself any more. */
export const dishonest = (url: string, what: string, evidence: Evidence | null = null): CollectorError =>
  new CollectorError(
    { kind: "dishonest", what, evidence },
    {
      code: "collector-not-believed",
      message: `The collector ${url} ${what}.`,
      action:
        evidence === null
          ? "Nothing more is sent to it. Keep this machine's ledger as it is, and ask whoever runs the collector; `sluice audit verify` proves what this machine recorded."
          : "Nothing more is sent to it. Keep this machine's ledger as it is. `sluice device evidence --out FILE` writes what it showed to a file for whoever is responsible for security; once they have found the cause, `sluice device trust --reason TEXT` goes on.",
    },
  );

/** The collector has records of this ledger that are not in it. */
export const ledgerDiffers = (url: string, what: string): CollectorError =>
  new CollectorError(
    { kind: "dishonest", what, evidence: null },
    {
      code: "ledger-differs",
      message: `The collector ${url} ${what}.`,
      action:
        "Nothing more is sent to it. If this machine, or its Sluice folder, was restored from a backup or copied from another one, run `sluice device begin-ledger --reason TEXT`: this ledger is closed and kept, and a new one goes on beside it. If it was not, keep the ledger as it is and tell whoever is responsible for security.",
    },
  );
