import fs from "node:fs";
import path from "node:path";
import type { CentralPolicy } from "../protocol/policy/centralPolicy.ts";
import { readLabelsFile, type SharedLabel } from "./classify/labelsFile.ts";
import { createPolicy, type GuardrailSource, type Policy, type PolicySource } from "./policy/policy.ts";

/** Where an administrator of this machine puts policy: users cannot write there. */
const ADMIN_FOLDER = "/etc/sluice";

/**
 * The shipped rules with the machine's, the collector's, and those of the workspace folders' `.sluice`: `policy.cedar`
 * says who may do what, `guardrails.yaml` how rules are applied. A workspace may only make both stricter.
 * @throws PolicyError
 */
export function policyFromFiles(
  workspaceFolders: readonly string[],
  central: CentralPolicy | null,
): Promise<Policy> {
  const workspaces = workspaceFolders.map((folder) => path.join(folder, ".sluice"));
  return createPolicy({
    workspacePolicies: workspaces.flatMap(policyIn),
    adminPolicies: [...policyIn(ADMIN_FOLDER), ...centralText(central, central?.cedar)],
    guardrails: [
      ...guardrailsIn(ADMIN_FOLDER, true),
      ...centralText(central, central?.guardrails).map((source) => ({ ...source, mayWeaken: true })),
      ...workspaces.flatMap((folder) => guardrailsIn(folder, false)),
    ],
  });
}

/** The shipped rules with the collector's alone: what every agent has in common. @throws PolicyError */
export const policyOfCollector = (central: CentralPolicy | null): Promise<Policy> =>
  createPolicy({
    adminPolicies: centralText(central, central?.cedar),
    guardrails: centralText(central, central?.guardrails).map((source) => ({ ...source, mayWeaken: true })),
  });

/** What the collector's policy says of columns. @throws LabelsFileError */
export const labelsOfCollector = (central: CentralPolicy | null): readonly SharedLabel[] =>
  centralText(central, central?.labels).flatMap(readLabelsFile);

/** As a file of the collector's, where there is something in it. */
const centralText = (central: CentralPolicy | null, text = ""): readonly PolicySource[] =>
  text.trim() === "" ? [] : [{ file: `the collector's policy, version ${central?.version}`, text }];

const policyIn = (folder: string): readonly PolicySource[] => readFile(path.join(folder, "policy.cedar"));

const guardrailsIn = (folder: string, mayWeaken: boolean): readonly GuardrailSource[] =>
  readFile(path.join(folder, "guardrails.yaml")).map((source) => ({ ...source, mayWeaken }));

function readFile(file: string): readonly PolicySource[] {
  if (!fs.existsSync(file)) return [];
  return [{ file, text: fs.readFileSync(file, "utf8") }];
}
