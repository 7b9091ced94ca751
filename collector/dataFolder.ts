import path from "node:path";
import Database from "better-sqlite3";
import { CollectorError } from "./collectorError.ts";
import { makePrivate, makePrivateFolder } from "./privateFile.ts";

/** How long the process before may take to end. */
const PATIENCE_MS = 5_000;

/** A collector's folder, which is one process's for as long as that runs. */
export interface DataFolder {
  release(): void;
}

/**
 * Makes the folder, and takes it: two processes would note over each other what was published. The operating system
 * holds the lock, so that it ends with the process however that ends. @throws CollectorError
 */
export function takeDataFolder(folder: string): DataFolder {
  makePrivateFolder(folder);
  const file = path.join(folder, "in-use");
  makePrivate(file);
  const lock = new Database(file, { timeout: PATIENCE_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && "code" in error && error.code === "SQLITE_BUSY")) throw error;
    throw new CollectorError(
      "data-in-use",
      `Another process uses the collector's folder ${folder}.`,
      "Stop it first. Several collectors share a PostgreSQL database, each with a folder of its own.",
    );
  }
  return { release: () => void lock.close() };
}
