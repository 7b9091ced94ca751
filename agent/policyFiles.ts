import fs from "node:fs";
import path from "node:path";
import { createPolicy, type Policy, type PolicySource } from "./policy/policy.ts";

/** Policy an administrator of this machine put where users cannot write. */
const ADMIN_POLICY = "/etc/sluice/policy.cedar";

/**
 * The shipped rules with the machine's and those of the workspace folders' `.sluice/policy.cedar`.
 * @throws PolicyError
 */
export const policyFromFiles = (workspaceFolders: readonly string[]): Promise<Policy> =>
  createPolicy({
    workspacePolicies: workspaceFolders.flatMap((folder) =>
      readPolicy(path.join(folder, ".sluice", "policy.cedar")),
    ),
    adminPolicies: readPolicy(ADMIN_POLICY),
  });

function readPolicy(file: string): readonly PolicySource[] {
  if (!fs.existsSync(file)) return [];
  return [{ file, text: fs.readFileSync(file, "utf8") }];
}
