/** Why an account could not be made or taken away, in words that quote nothing of the server's own. */
export class AccountError extends Error {
  readonly action: string;
  constructor(message: string, action: string) {
    super(message);
    this.name = "AccountError";
    this.action = action;
  }
}

/**
 * What a driver's error means, by its code alone: a server's message may quote the statement, and with it a password.
 */
export function accountError(error: unknown, where: string): AccountError {
  if (error instanceof AccountError) return error;
  const code = codeOf(error);
  if (UNREACHABLE.has(code))
    return new AccountError(
      `The database at ${where} does not answer the collector (${code}).`,
      "Check that it runs, and that the collector's machine reaches it.",
    );
  if (LOGIN.has(code))
    return new AccountError(
      `The database at ${where} refuses the collector's own login (${code}).`,
      "An administrator gives the connection its login again.",
    );
  if (RIGHTS.has(code))
    return new AccountError(
      `The collector's login may not do that on ${where} (${code}).`,
      "An administrator gives it the rights docs/connections.md lists.",
    );
  if (MISSING.has(code))
    return new AccountError(
      `A role, account or database that the connection names is not there on ${where} (${code}).`,
      "An administrator corrects the connection.",
    );
  return new AccountError(
    `The database at ${where} did not do it (${code === "" ? "no code" : code}).`,
    "Look in that server's own log at this time.",
  );
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"],
  ...["EPIPE", "PROTOCOL_CONNECTION_LOST", "57P01", "57P02", "57P03", "53300", "ER_CON_COUNT_ERROR"],
  ...["timeout", "ended"],
]);
const LOGIN: ReadonlySet<string> = new Set(["28P01", "28000", "ER_ACCESS_DENIED_ERROR"]);
const RIGHTS: ReadonlySet<string> = new Set([
  ...["42501", "ER_SPECIFIC_ACCESS_DENIED_ERROR", "ER_DBACCESS_DENIED_ERROR", "ER_TABLEACCESS_DENIED_ERROR"],
  ...["ER_ACCESS_DENIED_CHANGE_USER_ERROR", "ER_KILL_DENIED_ERROR"],
]);
const MISSING: ReadonlySet<string> = new Set(["42704", "3D000", "ER_BAD_DB_ERROR", "ER_INVALID_ROLE"]);

/** A code, or a word for the errors that drivers give none. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  if (!(error instanceof Error)) return "";
  // A code of MariaDB's own has no name in the driver.
  if ("errno" in error && typeof error.errno === "number") return String(error.errno);
  if (/timeout/i.test(error.message)) return "timeout";
  return /terminated|ended|closed/i.test(error.message) ? "ended" : "";
}
