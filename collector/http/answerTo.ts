import { CollectorError } from "../collectorError.ts";
import { Refusal } from "../refusal.ts";

/** What an error is to whoever asked: no message of the store or the runtime leaves the collector. */
export function answerTo(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (status === 429) return tooMany();
  if (status === 413)
    return new Refusal("too-large", "The body is too large.", "Send fewer records at a time.");
  if (status === 415) return new Refusal("bad-request", "The body is not JSON.", "Send application/json.");
  if (typeof status === "number" && status >= 400 && status < 500)
    return new Refusal("bad-request", "The request cannot be read.", "Correct the request.");
  if (error instanceof CollectorError)
    return new Refusal(
      "unavailable",
      "The collector's store needs its operator.",
      "Tell whoever runs the collector.",
    );
  return new Refusal("unavailable", "The collector cannot do that at this moment.", "Try again in a while.");
}

export const tooMany = (): Refusal =>
  new Refusal("too-many", "Too many requests.", "Wait a minute, and send fewer.");

/** What of an error may be logged: its class and code. Messages of stores quote what was to be stored. */
export function loggedError(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof CollectorError) return { code: error.code, message: error.message };
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { name: typeof error };
  return { name: error.name, ...("code" in error ? { code: String(error.code) } : {}) };
}
