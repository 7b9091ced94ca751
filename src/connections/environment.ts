import type { Environment } from "../../protocol/connection.ts";

/** How an environment is told to a person. `undefined`: the connection does not say which it is. */
export interface EnvironmentWords {
  readonly name: string;
  readonly badge: string;
  readonly tooltip: string;
  readonly color: string;
}

const WORDS: Readonly<Record<Environment | "unset", EnvironmentWords>> = {
  production: {
    name: "production",
    badge: "P",
    tooltip: "Production",
    color: "sluice.productionForeground",
  },
  staging: { name: "staging", badge: "S", tooltip: "Staging", color: "sluice.stagingForeground" },
  development: {
    name: "development",
    badge: "D",
    tooltip: "Development",
    color: "sluice.developmentForeground",
  },
  unset: {
    name: "no environment, treated as production",
    badge: "P?",
    tooltip: "No environment is set: masked and guarded like production",
    color: "sluice.productionForeground",
  },
};

export const environmentWords = (environment: Environment | undefined): EnvironmentWords =>
  WORDS[environment ?? "unset"];
