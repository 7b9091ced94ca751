import fs from "node:fs";

const STALE_MS = 30_000;
const RETRY_MS = 50;

/** Lets one process at a time refresh the session they share, so that a rotated refresh token is used once. */
export async function withSessionLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(file)) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    fs.closeSync(fs.openSync(file, "wx", 0o600));
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > STALE_MS) fs.rmSync(file, { force: true });
    return false;
  }
}
