import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { CollectorError } from "../collectorError.ts";
import type { CollectorOptions } from "../options.ts";
import { makePrivate, makePrivateFolder } from "../privateFile.ts";
import { consoleFile } from "../search/sqlite/consoleFile.ts";
import { storeFile } from "../store/sqlite/openFile.ts";

/** Files of a backup: the store, and beside it what people have saved in the console. */
export interface Backup {
  readonly backup: string;
  /** Null where nobody has opened the console yet. */
  readonly console: string | null;
}

/**
 * Copies the SQLite store into a file while the collector goes on working, and the console's beside it. Keys and the note
 * of what was published are not in it. @throws CollectorError
 */
export async function backupStore({ data, database }: CollectorOptions, to: string): Promise<Backup> {
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
  const [saved, savedTo] = [consoleFile(data), consoleBackup(to)];
  for (const target of [to, savedTo])
    if (fs.existsSync(target))
      throw new CollectorError(
        "backup-exists",
        `There is a file ${target} already.`,
        "Name a file that does not exist.",
      );
  makeTarget(to);
  await copy(file, to);
  const hasConsole = fs.existsSync(saved);
  if (hasConsole) await copy(saved, savedTo);
  return { backup: to, console: hasConsole ? savedTo : null };
}

/** `collector.db` has `collector.console.db` beside it. */
const consoleBackup = (to: string): string => {
  const { dir, name, ext } = path.parse(to);
  return path.join(dir, `${name}.console${ext}`);
};

/** The folder of a backup: one that is made for it is its owner's alone. @throws CollectorError */
function makeTarget(to: string): void {
  const folder = path.dirname(path.resolve(to));
  try {
    if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) makePrivateFolder(folder);
  } catch (error) {
    throw new CollectorError(
      "backup-folder",
      `The folder ${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}.`,
      "Name a file in a folder that the collector's user may write to.",
    );
  }
}

/** Whole or not there, and readable by its owner only. */
async function copy(from: string, to: string): Promise<void> {
  const source = new Database(from, { readonly: true });
  try {
    // What another backup left half done is of no use.
    fs.rmSync(`${to}.unfinished`, { force: true });
    makePrivate(`${to}.unfinished`);
    await source.backup(`${to}.unfinished`);
    fs.renameSync(`${to}.unfinished`, to);
  } finally {
    source.close();
  }
}
