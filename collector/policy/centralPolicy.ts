import { canonicalJson } from "../../protocol/audit/seal.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { toBase64 } from "../../protocol/log/base64.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import {
  leaseText,
  NO_POLICY,
  type PolicyAnswer,
  type PolicyLease,
} from "../../protocol/policy/policyAnswer.ts";
import type { Collector } from "../collector.ts";
import { readStanding } from "./standing.ts";

/** Until something was published, an agent asks again within a day. */
const HOURS_WITHOUT = 24;
const HOUR_MS = 60 * 60 * 1000;

/** What is in force and what is observed, with the collector's word for how long an agent may rely on it. */
export async function currentPolicy(collector: Collector): Promise<PolicyAnswer> {
  const { inForce, observed } = await readStanding(collector.store);
  const policy = inForce === null ? null : canonicalJson(inForce.policy);
  const watched = observed === null ? null : canonicalJson(observed.policy);
  const now = collector.now();
  const hours = inForce?.policy.validHours ?? HOURS_WITHOUT;
  const lease: PolicyLease = {
    v: 1,
    version: inForce?.policy.version ?? 0,
    hash: policy === null ? NO_POLICY : hashOf(policy),
    issuedAt: now.toISOString(),
    validUntil: new Date(now.getTime() + hours * HOUR_MS).toISOString(),
    ...(observed === null || watched === null
      ? {}
      : { observed: { version: observed.policy.version, hash: hashOf(watched) } }),
  };
  const canonical = canonicalJson(lease);
  const signer = collector.keys.checkpoints(collector.log);
  return {
    policy,
    ...(watched === null ? {} : { observed: watched }),
    lease: canonical,
    signature: toBase64(signer.sign(Buffer.from(leaseText(collector.log, canonical)))),
  };
}

const hashOf = (text: string): Sha256 => sha256(nodeVerifier.sha256(text));
