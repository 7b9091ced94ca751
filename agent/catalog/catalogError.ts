import type { Problem } from "../../protocol/messages.ts";

/** The catalog could not be read, so no statement on this database can be understood. */
export class CatalogError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = "CatalogError";
    this.problem = problem;
  }
}
