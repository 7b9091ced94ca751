import { CollectorError } from "../collectorError.ts";
import type { CollectorOptions } from "../options.ts";
import type { SearchDatabase } from "./database.ts";
import { PostgresSearch } from "./postgres/postgresSearch.ts";
import { SqliteSearch } from "./sqlite/sqliteSearch.ts";

/** The records of the store that the settings name, to be asked about. The store was opened before. @throws CollectorError */
export async function openSearch({
  data,
  database,
}: Pick<CollectorOptions, "data" | "database">): Promise<SearchDatabase> {
  try {
    return database === undefined ? new SqliteSearch(data) : await PostgresSearch.open(database);
  } catch (error) {
    throw new CollectorError(
      "store-unreachable",
      `What the console counts cannot be opened: ${error instanceof Error ? error.message : String(error)}.`,
      "Check the rights to the store; console.db in the data folder may be removed, it is made again from the log.",
    );
  }
}
