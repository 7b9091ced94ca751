import type { CollectorOptions } from "../options.ts";
import { openDatabase } from "./postgres/openDatabase.ts";
import { PostgresStore } from "./postgres/postgresStore.ts";
import { storeFile } from "./sqlite/openFile.ts";
import { SqliteStore } from "./sqlite/sqliteStore.ts";
import type { Store } from "./store.ts";

/** The store that the settings name, brought to this version. @throws CollectorError */
export async function openStore({
  data,
  database,
}: Pick<CollectorOptions, "data" | "database">): Promise<Store> {
  if (database !== undefined) return new PostgresStore(await openDatabase(database));
  return new SqliteStore(storeFile(data));
}
