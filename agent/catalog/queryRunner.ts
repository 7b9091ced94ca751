/** Asks the server one question of the agent's own; every value arrives as text. */
export interface QueryRunner {
  rows(sql: string, values?: readonly string[]): Promise<readonly (readonly (string | null)[])[]>;
}

/** SQLSTATE of a failed question, however the driver wraps it; undefined where the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("sqlstate" in error && typeof error.sqlstate === "string") return error.sqlstate;
  if ("code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

/** `insufficient_privilege`. */
export const PERMISSION_DENIED = "42501";
