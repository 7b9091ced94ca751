import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import type { CollectorSettings } from "../../collector/options.ts";

/** Asks a collector's store itself, as its operator could. */
export async function askStore<Row extends pg.QueryResultRow>(
  { data, database }: Pick<CollectorSettings, "data" | "database">,
  sql: string,
): Promise<readonly Row[]> {
  if (database === undefined) {
    const file = new Database(path.join(data, "collector.db"), { timeout: 10_000 });
    try {
      const statement = file.prepare<[], Row>(sql);
      if (statement.reader) return statement.all();
      statement.run();
      return [];
    } finally {
      file.close();
    }
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
