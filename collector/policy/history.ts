import type { PolicyHistory, PolicyTexts, PolicyVersion } from "../../protocol/policy/policyVersions.ts";
import type { Collector } from "../collector.ts";
import { Refusal } from "../refusal.ts";
import { readStanding, type SaidPolicy, saidPolicies } from "./standing.ts";

const NEWEST = 200;
/** Texts that are read at once: each may be long. */
const PAGE = 20;

/** The newest versions without their texts. */
export async function policyHistory({ store }: Collector): Promise<PolicyHistory> {
  const { inForce, observed, next } = await readStanding(store);
  const versions = new Map<number, PolicyVersion>();
  for (const kind of ["policy_observed", "policy_published"] as const)
    for await (const { policy, by, at, restores } of newestFirst(store, kind, NEWEST)) {
      const { version, comment, validHours } = policy;
      const state =
        version === inForce?.policy.version
          ? "in_force"
          : kind === "policy_published"
            ? "former"
            : version === observed?.policy.version
              ? "observed"
              : "dropped";
      versions.set(version, { version, comment, validHours, by, at, state, restores });
    }
  return { versions: [...versions.values()].toSorted((a, b) => b.version - a.version), next };
}

/** One version with its texts, whether it was ever in force or only observed. @throws Refusal where there is none. */
export async function findVersion(
  { store }: Pick<Collector, "store">,
  version: number,
): Promise<PolicyTexts> {
  for (const kind of ["policy_published", "policy_observed"] as const)
    for await (const { policy, by, at } of newestFirst(store, kind, Number.POSITIVE_INFINITY)) {
      if (policy.version === version) return { policy, by, at };
      if (policy.version < version) break;
    }
  throw new Refusal(
    "not-found",
    `There is no version ${version} of the policy.`,
    "Look at the history for the versions there are.",
  );
}

async function* newestFirst(
  store: Collector["store"],
  kind: "policy_published" | "policy_observed",
  most: number,
): AsyncGenerator<SaidPolicy> {
  for (let skip = 0; skip < most; skip += PAGE) {
    const page = await saidPolicies(store, kind, PAGE, skip);
    yield* page;
    if (page.length < PAGE) return;
  }
}
