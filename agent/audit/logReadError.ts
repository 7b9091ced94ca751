import type { Problem } from "../../protocol/messages.ts";

/** A collector's log cannot be read. That is no proof against it, and none for it. */
export class LogReadError extends Error {
  readonly problem: Problem;

  private constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = "LogReadError";
    this.problem = problem;
  }

  static unreachable(at: URL, cause: unknown): LogReadError {
    return new LogReadError(
      {
        code: "collector-unreachable",
        message: `The collector did not answer at ${placeOf(at)}: ${reasonOf(cause)}.`,
        action: "Check the address and the network, and try again.",
      },
      cause,
    );
  }

  static refused(at: URL, status: number): LogReadError {
    const forbidden = status === 401 || status === 403;
    return new LogReadError({
      code: forbidden ? "collector-forbids" : "collector-refused",
      message: `The collector refused ${placeOf(at)} (HTTP ${status}).`,
      action: forbidden
        ? "Texts of records are for auditors and for whoever the chain belongs to: sign in (`sluice login`), or set SLUICE_TOKEN."
        : "Try again later; ask whoever runs the collector if it stays so.",
    });
  }

  static missing(at: URL): LogReadError {
    return new LogReadError({
      code: "log-incomplete",
      message: `The collector has nothing at ${placeOf(at)}, which a log has to have.`,
      action: "Check that the address is a collector's. If it is, its log is incomplete: keep this message.",
    });
  }

  static droppedMeanwhile(): LogReadError {
    return new LogReadError({
      code: "log-changed",
      message: "The collector dropped texts of old records while they were read.",
      action: "Write the bundle again: then it proves what was dropped.",
    });
  }

  static nonsense(at: URL, what: string): LogReadError {
    return new LogReadError({
      code: "log-unreadable",
      message: `What the collector answers at ${placeOf(at)} cannot be used: ${what}.`,
      action: "Check that the address is a collector's. If it is, its log is damaged: keep this message.",
    });
  }
}

/** Without what may be secret in an address. */
const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
