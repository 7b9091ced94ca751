import type { RecordBody } from "../../protocol/audit/record.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import type { Collector } from "../collector.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import { Refusal } from "../refusal.ts";
import { findVersion } from "./history.ts";
import { readStanding, type Standing } from "./standing.ts";

/** What administrators do to the policy. Each is one record, and of several at once the first counts. */

interface Done {
  readonly version: number;
}

const OF_POLICY: readonly RecordBody["kind"][] = ["policy_published", "policy_observed", "policy_dropped"];

/** Puts a policy in force for everybody. @throws Refusal */
export const publishPolicy = (collector: Collector, caller: Caller, policy: CentralPolicy): Promise<Done> =>
  order(collector, policy.version, (standing) => {
    checkNext(standing, policy.version);
    return { kind: "policy_published", actor: actorOf(caller), policy };
  });

/** Has every agent judge by it as well, and enforce nothing of it. @throws Refusal */
export const observePolicy = (collector: Collector, caller: Caller, policy: CentralPolicy): Promise<Done> =>
  order(collector, policy.version, (standing) => {
    checkNext(standing, policy.version);
    return { kind: "policy_observed", actor: actorOf(caller), policy };
  });

/** Puts in force what was observed. @throws Refusal */
export const enforcePolicy = (collector: Collector, caller: Caller, version: number): Promise<Done> =>
  order(collector, version, (standing) => ({
    kind: "policy_published",
    actor: actorOf(caller),
    policy: observedVersion(standing, version),
  }));

/** Ends the observation. @throws Refusal */
export const dropPolicy = (
  collector: Collector,
  caller: Caller,
  { version, reason }: { readonly version: number; readonly reason: string },
): Promise<Done> =>
  order(collector, version, (standing) => {
    observedVersion(standing, version);
    return { kind: "policy_dropped", actor: actorOf(caller), version, reason };
  });

/** Puts the texts of a former version in force again, under a number of their own. @throws Refusal */
export const rollbackPolicy = (
  collector: Collector,
  caller: Caller,
  { version, to, comment }: { readonly version: number; readonly to: number; readonly comment: string },
): Promise<Done> =>
  order(collector, version, async (standing) => {
    checkNext(standing, version);
    const { policy } = await findVersion(collector, to);
    return {
      kind: "policy_published",
      actor: actorOf(caller),
      policy: { ...policy, version, comment },
      restores: to,
    };
  });

async function order(
  { sequencer, store }: Collector,
  version: number,
  body: (standing: Standing) => RecordBody | Promise<RecordBody>,
): Promise<Done> {
  await sequencer.run([], async (commit: Commit) => {
    if (OF_POLICY.some((kind) => commit.hasSaid(kind)))
      throw new Refusal(
        "conflict",
        "Somebody else changed the policy at the same moment.",
        "Look at what is in force, then do yours after it.",
      );
    await commit.say(await body(await readStanding(store)));
  });
  return { version };
}

function checkNext({ next }: Standing, version: number): void {
  if (version === next) return;
  throw new Refusal(
    "conflict",
    `Version ${version} does not follow: the newest is version ${next - 1}.`,
    "Look at what is in force, then publish yours after it.",
  );
}

function observedVersion({ observed }: Standing, version: number): CentralPolicy {
  if (observed?.policy.version === version) return observed.policy;
  throw new Refusal(
    "conflict",
    observed === null
      ? "No policy is observed."
      : `Version ${observed.policy.version} is observed, and not version ${version}.`,
    "Look at the history of the policy.",
  );
}
