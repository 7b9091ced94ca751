import Database from "better-sqlite3";

const RETRY_MS = 50;

/**
 * Lets one process at a time do what must be done once for all that share a home. The lock is the operating system's:
 * it ends with the process, whatever way that dies, and none has to guess whether it did.
 * @throws where the file cannot be made.
 */
export async function withProcessLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = new Database(file, { timeout: 0 });
  try {
    while (!tryLock(lock)) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(lock: Database.Database): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
    if (busy) return false;
    throw error;
  }
}
