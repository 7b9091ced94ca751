import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";

/**
 * Tells living writers of a ledger from dead ones: each holds an exclusive lock on a small file of its own, and
 * the operating system releases it whatever way the process dies. No process id is trusted, none can be reused.
 */
export interface WriterLease {
  readonly writer: string;
  release(): void;
}

const folderOf = (ledger: string): string => `${ledger}-writers`;
const fileOf = (ledger: string, writer: string): string => path.join(folderOf(ledger), `${writer}.lock`);

/** Whether anybody ever wrote to this ledger: the folder of leases outlives them. */
export const hadWriters = (ledger: string): boolean => fs.existsSync(folderOf(ledger));

/** Takes the lock of a new writer. @throws where the folder cannot be written. */
export function takeLease(ledger: string, writer: string): WriterLease {
  fs.mkdirSync(folderOf(ledger), { recursive: true, mode: 0o700 });
  const file = fileOf(ledger, writer);
  const lock = new Database(file, { timeout: 0 });
  lock.pragma("journal_mode = MEMORY");
  lock.exec("BEGIN EXCLUSIVE");
  return {
    writer,
    release: () => {
      lock.close();
      fs.rmSync(file, { force: true });
    },
  };
}

/** Whether the writer's process still holds its lock. A writer without a file never took one, or released it. */
export function isAlive(ledger: string, writer: string): boolean {
  const file = fileOf(ledger, writer);
  if (!fs.existsSync(file)) return false;
  const probe = new Database(file, { timeout: 0 });
  try {
    probe.exec("BEGIN EXCLUSIVE");
    return false;
  } catch {
    return true;
  } finally {
    probe.close();
  }
}

/** Removes what a dead writer left. */
export function removeLease(ledger: string, writer: string): void {
  fs.rmSync(fileOf(ledger, writer), { force: true });
}
