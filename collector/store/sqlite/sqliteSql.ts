import type { Sql, SqlValue } from "../sql.ts";
import type { SqliteFile } from "./openFile.ts";

/** One connection, asked in the SQL of both stores. */
export const sqliteSql = (database: SqliteFile): Sql => ({
  all: async <Row extends object>(text: string, values: readonly SqlValue[]) =>
    database.prepare<SqlValue[], Row>(text).all(...values),
  run: async (text, values) => database.prepare<SqlValue[]>(text).run(...values).changes,
});
