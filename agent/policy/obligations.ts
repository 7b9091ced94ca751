import type { Obligations } from "../../protocol/decision.ts";
import { isProgram } from "../../protocol/task.ts";
import type { StatementFacts } from "../sql/facts.ts";
import type { DecisionInput } from "./decisionInput.ts";

const MAX_AFFECTED: Readonly<Record<string, number>> = {
  production: 1_000,
  staging: 10_000,
  development: 1_000_000,
};
const PROGRAM_ROWS = 1_000;

/** Limits under which a statement runs. `limit`: rows that the policy which lets it read allows. */
export function obligationsOf(
  facts: StatementFacts,
  { actor, task }: DecisionInput,
  environment: string,
  limit: number | undefined,
): Obligations {
  const program = isProgram(actor);
  const maxRows = Math.min(
    program ? PROGRAM_ROWS : Number.POSITIVE_INFINITY,
    limit ?? Number.POSITIVE_INFINITY,
    task?.rowsLeft ?? Number.POSITIVE_INFINITY,
  );
  const maxAffected = MAX_AFFECTED[environment];
  return {
    ...(Number.isFinite(maxRows) ? { maxRows } : {}),
    ...(program ? { maskAtSource: true } : {}),
    ...(facts.effect === "write" && maxAffected !== undefined ? { maxAffectedRows: maxAffected } : {}),
  };
}
