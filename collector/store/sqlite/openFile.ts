import path from "node:path";
import Database from "better-sqlite3";
import { CollectorError } from "../../collectorError.ts";
import { makePrivate } from "../../privateFile.ts";
import { SQLITE_MIGRATIONS } from "./migrations.ts";

export type SqliteFile = InstanceType<typeof Database>;

/** Name of the store in the collector's data folder. */
export const storeFile = (folder: string): string => path.join(folder, "collector.db");

/** Opens the store for writing and brings it to this version. @throws CollectorError */
export function openStoreFile(file: string): SqliteFile {
  makePrivate(file);
  const database = new Database(file, { timeout: 10_000 });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("wal_autocheckpoint = 4000");
    database.pragma("cache_size = -65536");
    // A text that was dropped is gone from the file as well.
    database.pragma("secure_delete = ON");
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: SqliteFile, file: string): void {
  database
    .transaction(() => {
      const version = Number(database.pragma("user_version", { simple: true }));
      if (version > SQLITE_MIGRATIONS.length) {
        throw new CollectorError(
          "store-too-new",
          `${file} was written by a newer version of Sluice.`,
          "Start that version, or restore a backup made by this one.",
        );
      }
      for (const migration of SQLITE_MIGRATIONS.slice(version)) database.exec(migration);
      database.pragma(`user_version = ${SQLITE_MIGRATIONS.length}`);
    })
    .immediate();
}
