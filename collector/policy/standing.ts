import type { AuditRecord } from "../../protocol/audit/record.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import type { Store } from "../store/store.ts";

/** A policy as somebody put it on record. */
export interface SaidPolicy {
  readonly policy: CentralPolicy;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly restores: number | null;
}

/** Where policy stands, by the collector's own chain alone. */
export interface Standing {
  readonly inForce: SaidPolicy | null;
  /** Judged by beside it, until it is enforced or dropped, or a later one is published. */
  readonly observed: SaidPolicy | null;
  /** Number of the version that comes next. */
  readonly next: number;
}

/** Reads where policy stands. */
export async function readStanding(store: Pick<Store, "said">): Promise<Standing> {
  const [[published], [watched], [dropped]] = await Promise.all([
    saidPolicies(store, "policy_published", 1),
    saidPolicies(store, "policy_observed", 1),
    store.said("policy_dropped", 1),
  ]);
  const newest = published?.policy.version ?? 0;
  const seen = watched?.policy.version ?? 0;
  const isDropped = dropped?.body.kind === "policy_dropped" && dropped.body.version >= seen;
  return {
    inForce: published ?? null,
    observed: watched !== undefined && seen > newest && !isDropped ? watched : null,
    next: Math.max(newest, seen) + 1,
  };
}

/** Newest first. */
export async function saidPolicies(
  store: Pick<Store, "said">,
  kind: "policy_published" | "policy_observed",
  limit: number,
  skip = 0,
): Promise<readonly SaidPolicy[]> {
  return (await store.said(kind, limit, skip)).flatMap((record) => saidPolicy(record) ?? []);
}

function saidPolicy({ at, body }: AuditRecord): SaidPolicy | null {
  if (body.kind !== "policy_published" && body.kind !== "policy_observed") return null;
  const { actor, policy } = body;
  return {
    policy,
    by: "name" in actor ? actor.name : "",
    at,
    restores: body.kind === "policy_published" ? (body.restores ?? null) : null,
  };
}
