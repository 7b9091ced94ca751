import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type * as CedarWasm from "@cedar-policy/cedar-wasm/nodejs";
import { checkAnnotations } from "./annotations.ts";
import { CEDAR_SCHEMA } from "./cedarSchema.ts";
import type { PolicyText } from "./defaultBundle.ts";
import { PolicyError } from "./policyError.ts";

/** A policy file somebody wrote. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}

export interface LoadedPolicy extends PolicyText {
  readonly effect: "permit" | "forbid";
  readonly annotations: Readonly<Record<string, string>>;
}

/** Who asks for what, in Cedar's terms. */
export interface CedarQuestion {
  readonly principal: CedarWasm.TypeAndId;
  readonly action: string;
  readonly resource: CedarWasm.TypeAndId;
  readonly context: CedarWasm.Context;
  readonly entities: readonly CedarWasm.EntityJson[];
}

export interface CedarAnswer {
  readonly allowed: boolean;
  /** The policies that decided. */
  readonly because: readonly LoadedPolicy[];
}

/** A validated set of policies. */
export interface CedarPolicies {
  readonly all: readonly LoadedPolicy[];
  /** First 12 hex of the SHA-256 over all texts. */
  readonly version: string;
  ask(question: CedarQuestion): CedarAnswer;
}

let wasm: typeof CedarWasm | null = null;

/** Loaded when the first policy is: 4 MB of WebAssembly. */
function cedar(): typeof CedarWasm {
  wasm ??= createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs") as typeof CedarWasm;
  return wasm;
}

/** Splits a file into its policies, each under an id of its own so that annotations belong to the right one. */
export function readPolicyFile(source: PolicySource): readonly LoadedPolicy[] {
  const parts = cedar().policySetTextToParts(source.text);
  if (parts.type === "failure") throw new PolicyError(source.file, describe(parts.errors, source.text));
  if (parts.policy_templates.length > 0) throw new PolicyError(source.file, "templates are not used here");
  // They come by names that Cedar gave them, where the eleventh is before the third.
  const place = (text: string): number => source.text.indexOf(text);
  const written = parts.policies.toSorted((a, b) => place(a) - place(b));
  return written.map((text, position) => {
    const policy = loadPolicy({ id: `${source.file}#${position + 1}`, text });
    checkAnnotations(policy, policy.id);
    return policy;
  });
}

/** Reads one policy's effect and annotations. @throws PolicyError */
export function loadPolicy(policy: PolicyText): LoadedPolicy {
  const json = cedar().policyToJson(policy.text);
  if (json.type === "failure") throw new PolicyError(policy.id, describe(json.errors, policy.text));
  const annotations: Record<string, string> = {};
  for (const [name, value] of Object.entries(json.json.annotations ?? {})) annotations[name] = value ?? "";
  return { ...policy, effect: json.json.effect, annotations };
}

/**
 * Validates policies against the schema and makes them ready to be asked. `beside`: other texts that decide, told
 * apart by the version too.
 * @throws PolicyError
 */
export function compilePolicies(all: readonly LoadedPolicy[], beside: readonly string[] = []): CedarPolicies {
  const version = createHash("sha256")
    .update(JSON.stringify([...all.map(({ id, text }) => [id, text]), ...beside]))
    .digest("hex")
    .slice(0, 12);
  const staticPolicies: Record<string, string> = {};
  for (const { id, text } of all) staticPolicies[id] = text;
  const checked = cedar().validate({ schema: CEDAR_SCHEMA, policies: { staticPolicies } });
  if (checked.type === "failure") throw new PolicyError("(all policies)", describe(checked.errors, ""));
  const [wrong] = checked.validationErrors;
  if (wrong !== undefined)
    throw new PolicyError(wrong.policyId, describe([wrong.error], staticPolicies[wrong.policyId] ?? ""));
  const preparsed = cedar().preparsePolicySet(version, { staticPolicies });
  if (preparsed.type === "failure") throw new PolicyError("(all policies)", describe(preparsed.errors, ""));
  return {
    all,
    version,
    ask(question) {
      const answer = cedar().statefulIsAuthorized({
        principal: question.principal,
        action: { type: "Action", id: question.action },
        resource: question.resource,
        context: question.context,
        preparsedPolicySetId: version,
        entities: [...question.entities],
      });
      if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0)
        return { allowed: false, because: [] };
      return {
        allowed: answer.response.decision === "allow",
        because: all.filter(({ id }) => answer.response.diagnostics.reason.includes(id)),
      };
    },
  };
}

function describe(errors: readonly CedarWasm.DetailedError[], text: string): string {
  const [error] = errors;
  if (error === undefined) return "it is not understood";
  const at = error.sourceLocations?.[0]?.start;
  const help = error.help === null ? "" : ` (${error.help})`;
  if (at === undefined) return `${error.message}${help}`;
  const before = Buffer.from(text, "utf8").subarray(0, at).toString("utf8").split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${error.message}${help}`;
}
