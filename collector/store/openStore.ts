import type { CollectorOptions } from "../options.ts";
import { storeFile } from "./sqlite/openFile.ts";
import { SqliteStore } from "./sqlite/sqliteStore.ts";
import type { Store } from "./store.ts";

/** The store that the settings name, brought to this version. @throws CollectorError */
export async function openStore({ data }: Pick<CollectorOptions, "data" | "database">): Promise<Store> {
  return new SqliteStore(storeFile(data));
}
