import type { EngineName } from "../../protocol/connection.ts";
import { loadSqliteCatalog } from "../catalog/loadSqliteCatalog.ts";
import type { SplitStatement } from "../sql/facts.ts";
import { MysqlDdlCatalog } from "../sql/mysql/ddlCatalog.ts";
import { type CatalogIndex, indexCatalog } from "../sql/postgres/catalogIndex.ts";
import { DdlCatalog } from "../sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../sql/postgres/libpgQuery.ts";
import { SqliteDdlDatabase } from "../sql/sqlite/ddlDatabase.ts";

/** A database that only exists as the DDL that makes it. */
export interface DdlDatabase {
  /** What exists now; the same object until a statement changes it. */
  index(): CatalogIndex;
  /** Tables that are created more than once: each is as the first statement makes it. */
  readonly doubled: readonly string[];
  /** Changes what exists as a statement that ran would; one that would fail changes nothing. */
  apply(statement: SplitStatement): Promise<void>;
}

/**
 * Reads the DDL of dumps or migrations as the database of that kind would take it.
 * @throws DdlError where it does not.
 */
export async function readDdlDatabase(engine: EngineName, ddl: string): Promise<DdlDatabase> {
  await loadPostgresParser();
  return READERS[engine](ddl);
}

const READERS: Readonly<Record<EngineName, (ddl: string) => Promise<DdlDatabase>>> = {
  postgres: async (ddl) => {
    const catalog = new DdlCatalog(ddl);
    return {
      index: () => catalog.index(),
      doubled: catalog.doubled,
      apply: async (statement) => catalog.apply(statement),
    };
  },
  mysql: async (ddl) => {
    const catalog = new MysqlDdlCatalog(ddl);
    return {
      index: () => catalog.index(),
      doubled: catalog.doubled,
      apply: async ({ text }) => catalog.apply(text),
    };
  },
  sqlite: async (ddl) => {
    const database = new SqliteDdlDatabase(ddl);
    const read = async (): Promise<CatalogIndex> => indexCatalog(await loadSqliteCatalog(database));
    let index = await read();
    return {
      index: () => index,
      // SQLite itself takes no second one.
      doubled: [],
      apply: async ({ text }) => {
        const before = database.schemaVersion();
        database.run(text);
        if (database.schemaVersion() !== before) index = await read();
      },
    };
  },
};
