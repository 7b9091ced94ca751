import { canonicalJson } from "../../protocol/audit/seal.ts";
import { sha256 } from "../../protocol/ids.ts";
import { toBase64 } from "../../protocol/log/base64.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import {
  leaseText,
  NO_POLICY,
  type PolicyAnswer,
  type PolicyLease,
} from "../../protocol/policy/policyAnswer.ts";
import type { Collector } from "../collector.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";

/** Until something was published, an agent asks again within a day. */
const HOURS_WITHOUT = 24;
const HOUR_MS = 60 * 60 * 1000;
const HISTORY = 200;

interface Published {
  readonly policy: CentralPolicy;
  readonly by: string;
  readonly at: string;
}

/** Every policy that was published, newest first: they are records of the collector's own chain. */
export async function policyHistory({ store }: Collector, limit = HISTORY): Promise<readonly Published[]> {
  const said = await store.said("policy_published", limit);
  return said.flatMap(({ at, body }) =>
    body.kind === "policy_published"
      ? [{ policy: body.policy, by: "name" in body.actor ? body.actor.name : "", at }]
      : [],
  );
}

/** What is in force, with the collector's word for how long an agent may rely on it. */
export async function currentPolicy(collector: Collector): Promise<PolicyAnswer> {
  const [newest] = await policyHistory(collector, 1);
  const policy = newest === undefined ? null : canonicalJson(newest.policy);
  const now = collector.now();
  const hours = newest?.policy.validHours ?? HOURS_WITHOUT;
  const lease: PolicyLease = {
    v: 1,
    version: newest?.policy.version ?? 0,
    hash: policy === null ? NO_POLICY : sha256(nodeVerifier.sha256(policy)),
    issuedAt: now.toISOString(),
    validUntil: new Date(now.getTime() + hours * HOUR_MS).toISOString(),
  };
  const canonical = canonicalJson(lease);
  const signer = collector.keys.checkpoints(collector.log);
  return {
    policy,
    lease: canonical,
    signature: toBase64(signer.sign(Buffer.from(leaseText(collector.log, canonical)))),
  };
}

/** Puts a policy in force for everybody, on the record. @throws Refusal where somebody else was first. */
export async function publishPolicy(
  collector: Collector,
  caller: Caller,
  policy: CentralPolicy,
): Promise<{ readonly version: number }> {
  await collector.sequencer.run([], async (commit) => {
    const [newest] = await policyHistory(collector, 1);
    const next = (newest?.policy.version ?? 0) + 1;
    if (policy.version !== next || commit.hasSaid("policy_published")) {
      throw new Refusal(
        "conflict",
        `Version ${policy.version} does not follow: version ${next - 1} is in force.`,
        "Look at what is in force, then publish yours after it.",
      );
    }
    await commit.say({ kind: "policy_published", actor: actorOf(caller), policy });
  });
  return { version: policy.version };
}
