import fs from "node:fs";
import Database from "better-sqlite3";
import { CollectorError } from "../collectorError.ts";
import type { CollectorOptions } from "../options.ts";
import { storeFile } from "../store/sqlite/openFile.ts";

/**
 * Copies the SQLite store into a file while the collector goes on working. Keys and the note of what was published are
 * not in it. @throws CollectorError
 */
export async function backupStore({ data, database }: CollectorOptions, to: string): Promise<void> {
  if (database !== undefined)
    throw new CollectorError(
      "backup-elsewhere",
      "The collector's store is a PostgreSQL database, which has a backup of its own.",
      "Use pg_dump or continuous archiving, and keep the keys of the data folder beside it.",
    );
  const file = storeFile(data);
  if (!fs.existsSync(file))
    throw new CollectorError(
      "no-store",
      `There is no store at ${file}.`,
      "Name the collector's data folder.",
    );
  if (fs.existsSync(to))
    throw new CollectorError(
      "backup-exists",
      `There is a file ${to} already.`,
      "Name a file that does not exist.",
    );
  const source = new Database(file, { readonly: true });
  try {
    await source.backup(`${to}.unfinished`);
    fs.chmodSync(`${to}.unfinished`, 0o600);
    fs.renameSync(`${to}.unfinished`, to);
  } finally {
    source.close();
  }
}
