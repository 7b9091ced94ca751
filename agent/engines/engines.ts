import type { EngineName } from "../../protocol/connection.ts";
import type { DatabaseEngine } from "./databaseEngine.ts";
import { mysqlEngine } from "./mysqlEngine.ts";
import { postgresEngine } from "./postgresEngine.ts";
import { sqliteEngine } from "./sqliteEngine.ts";

const ENGINES: Readonly<Record<EngineName, DatabaseEngine>> = {
  postgres: postgresEngine,
  mysql: mysqlEngine,
  sqlite: sqliteEngine,
};

/** The one place where the kinds of databases are told apart. */
export const engineOf = (name: EngineName): DatabaseEngine => ENGINES[name];
