import { counted } from "../../protocol/counted.ts";
import type { Problem } from "../../protocol/messages.ts";

/** Rows were not put back as they had been; the transaction was rolled back, and nothing changed. */
export class NotRestoredError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "NotRestoredError";
    this.problem = problem;
  }

  /** `changed` of the rows are not as the write had left them. */
  static changedSince(changed: number, of: number): NotRestoredError {
    const some = changed === of ? (of === 1 ? "The row has" : `All ${counted(of, "row")} have`) : "";
    const subject =
      some ||
      `${changed.toLocaleString("en")} of the ${counted(of, "row")} ${changed === 1 ? "has" : "have"}`;
    return new NotRestoredError({
      code: "changed-since",
      message: `${subject} changed since, so this change cannot be undone. Nothing was changed.`,
      action: "Look at the rows as they are now, and correct them with a statement of your own.",
    });
  }

  /** What was written is not what had been read. */
  static inexact(): NotRestoredError {
    return new NotRestoredError({
      code: "not-restored",
      message:
        "The rows could not be put back exactly as they were. It was rolled back; nothing was changed.",
      action: "Correct them with a statement of your own.",
    });
  }
}
