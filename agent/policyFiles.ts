import fs from "node:fs";
import path from "node:path";
import { createPolicy, type GuardrailSource, type Policy, type PolicySource } from "./policy/policy.ts";

/** Where an administrator of this machine puts policy: users cannot write there. */
const ADMIN_FOLDER = "/etc/sluice";

/**
 * The shipped rules with the machine's and those of the workspace folders' `.sluice`: `policy.cedar` says who may do
 * what, `guardrails.yaml` how rules are applied. A workspace may only make both stricter.
 * @throws PolicyError
 */
export function policyFromFiles(workspaceFolders: readonly string[]): Promise<Policy> {
  const workspaces = workspaceFolders.map((folder) => path.join(folder, ".sluice"));
  return createPolicy({
    workspacePolicies: workspaces.flatMap(policyIn),
    adminPolicies: policyIn(ADMIN_FOLDER),
    guardrails: [
      ...guardrailsIn(ADMIN_FOLDER, true),
      ...workspaces.flatMap((folder) => guardrailsIn(folder, false)),
    ],
  });
}

const policyIn = (folder: string): readonly PolicySource[] => readFile(path.join(folder, "policy.cedar"));

const guardrailsIn = (folder: string, mayWeaken: boolean): readonly GuardrailSource[] =>
  readFile(path.join(folder, "guardrails.yaml")).map((source) => ({ ...source, mayWeaken }));

function readFile(file: string): readonly PolicySource[] {
  if (!fs.existsSync(file)) return [];
  return [{ file, text: fs.readFileSync(file, "utf8") }];
}
