/** What a store says of rows it does not take, and PostgreSQL's classes of the same. */
const SQLITE = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/;
const POSTGRES = /^(22|23|54)/;

/** Whether what was to be written is at fault, and not the store: only then is there sense in writing the rest alone. */
export function isAboutData(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return SQLITE.test(error.code) || (error.code.length === 5 && POSTGRES.test(error.code));
}
