import type { Problem } from "../../protocol/messages.ts";

/** The ledger cannot be written or believed: nothing may run (law 3). */
export class LedgerError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = "LedgerError";
    this.problem = problem;
  }
}

/** The chain has revoked the key in hand: another one signs. */
export class KeyRevokedError extends LedgerError {
  override readonly name = "KeyRevokedError";
}

export const keyRevoked = (): Problem => ({
  code: "device-key-revoked",
  message: "The key that this process signs records with was revoked, and no other one is at hand.",
  action:
    "Restart Sluice here: reload the editor's window, or run the command again. It takes up the key that signs now. `sluice device` shows the keys of this ledger.",
});

/** A person goes on in another ledger. */
export const ledgerClosed = (path: string): LedgerError =>
  new LedgerError({
    code: "ledger-closed",
    message: `The ledger ${path} was closed, and a new one goes on in its place.`,
    action: "Restart Sluice here: reload the editor's window, or run the command again.",
  });

export const isClosed = (error: unknown): boolean =>
  error instanceof LedgerError && error.problem.code === "ledger-closed";

export const statementsAtWork = (count: number): LedgerError =>
  new LedgerError({
    code: "statements-at-work",
    message: `${count === 1 ? "A statement is" : `${count} statements are`} still at work, and what comes of it belongs into this ledger.`,
    action: "Wait until they have ended, or stop them; then close the ledger again.",
  });

export const grantUsed = (): LedgerError =>
  new LedgerError({
    code: "approval-used",
    message: "This approval was used already: it is good for one run.",
    action: "Ask for approval again if the statement has to run once more.",
  });

export function corrupt(path: string, what: string): LedgerError {
  return new LedgerError({
    code: "ledger-corrupt",
    message: `The ledger ${path} is damaged or was changed: ${what}. Nothing runs, and Sluice does not touch the file.`,
    action:
      "Keep the file as evidence: run `sluice audit verify`, then move ledger.db, ledger.db-wal and ledger.db-shm away together; a new ledger begins at the next start.",
  });
}

export function missing(path: string): LedgerError {
  return new LedgerError({
    code: "no-ledger",
    message: `There is no ledger at ${path}.`,
    action:
      "One begins with the first statement. Set SLUICE_HOME, or give --ledger, if it should be elsewhere.",
  });
}

export function replaced(path: string): LedgerError {
  return new LedgerError({
    code: "ledger-replaced",
    message: `The ledger ${path} was moved or replaced while it was in use. Nothing runs until Sluice is restarted.`,
    action:
      "Put the file back where it was, with ledger.db-wal beside it, and restart Sluice: reload the editor's window.",
  });
}

/** What an SQLite error means for the ledger. */
export function describeSqliteError(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") {
    return problem(
      "disk-full",
      "The disk is full, so nothing can be recorded.",
      "Free some space; nothing runs until records can be written again.",
      error,
    );
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return problem(
      "ledger-busy",
      `Another process holds the ledger ${path}.`,
      "Wait a moment and try again; close other Sluice processes if it stays so.",
      error,
    );
  }
  if (
    code.startsWith("SQLITE_READONLY") ||
    code.startsWith("SQLITE_CANTOPEN") ||
    code === "SQLITE_PERM" ||
    code === "EACCES" ||
    code === "EROFS" ||
    code === "EPERM"
  ) {
    return problem(
      "ledger-unwritable",
      `The ledger ${path} cannot be written (${code}).`,
      "Nothing runs while nothing can be recorded. Make the folder writable, or set SLUICE_HOME to another one.",
      error,
    );
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB"))
    return corrupt(path, "it is not a valid database file");
  if (code.startsWith("SQLITE_IOERR")) {
    return problem(
      "ledger-unwritable",
      `The disk refused to write the ledger ${path} (${code}).`,
      "Check the disk's health and free space; nothing runs until records can be written again.",
      error,
    );
  }
  const detail = error instanceof Error ? error.message : String(error);
  return problem(
    "ledger-unwritable",
    `The ledger ${path} cannot be used: ${detail}.`,
    "Nothing runs while nothing can be recorded. Check the file and its folder.",
    error,
  );
}

const problem = (code: string, message: string, action: string, cause: unknown): LedgerError =>
  new LedgerError({ code, message, action }, cause);
