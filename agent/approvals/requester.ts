import type { Sha256 } from "../../protocol/ids.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { Identity } from "../identity/identity.ts";
import { ApprovalError } from "./approvalError.ts";

/** A person as the provider knows them. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
}

/** Who is signed in with the company's provider; null where nobody is. */
export function personOf(identity: Identity): Person | null {
  const state = identity.state();
  return state.kind === "signed_in" && state.actor.kind === "user" ? state.actor : null;
}

/** What the collector knows the person by. @throws ApprovalError where nobody is signed in. */
export function tokenOf(identity: Identity): string {
  const proof = identity.proof();
  if (proof !== null) return proof.idToken;
  throw new ApprovalError(
    "approval-needs-sign-in",
    "Only people who are signed in with the company's provider ask and answer.",
    "Sign in first.",
  );
}

/** This machine account's chain. @throws ApprovalError where nothing was ever recorded here. */
export function chainOf(ledger: Ledger): Sha256 {
  const [first] = ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
  if (first !== undefined) return first.hash;
  throw new ApprovalError("no-ledger", "This machine has no ledger yet.", "Run a statement first.");
}
