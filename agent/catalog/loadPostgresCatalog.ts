import type { Catalog } from "../../protocol/catalog.ts";
import { CatalogError } from "./catalogError.ts";
import { PERMISSION_DENIED, type QueryRunner, sqlState } from "./queryRunner.ts";
import { readHiddenCalls } from "./readHiddenCalls.ts";
import { readRelations } from "./readRelations.ts";
import { readRoutines } from "./readRoutines.ts";
import { readTypes } from "./readTypes.ts";
import { TextRow } from "./textRow.ts";

const OLDEST_VERSION = 130000;

export interface LoadOptions {
  /** Told in one sentence of each part that this account may not read; the rest is loaded all the same. */
  readonly onGap?: (message: string) => void;
}

/**
 * Everything that exists in a PostgreSQL database, in seven queries, as any account may see it. Relation versions
 * are read first: DDL that happens meanwhile leaves a version that no longer matches, never one that hides it.
 * @throws CatalogError where the server is too old or its tables cannot be listed.
 */
export async function loadPostgresCatalog(run: QueryRunner, options: LoadOptions = {}): Promise<Catalog> {
  const [first] = await run.rows(SERVER_SQL);
  const server = new TextRow(first ?? []);
  const version = server.number();
  const database = server.text();
  const currentUser = server.text();
  const searchPath = server.texts();
  if (version < OLDEST_VERSION) throw tooOld(version);

  const relations = await readRelations(run).catch((error: unknown) => {
    throw sqlState(error) === PERMISSION_DENIED ? notListed(currentUser, error) : error;
  });
  const withoutDenied = async <T>(what: string, part: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await part;
    } catch (error) {
      if (sqlState(error) !== PERMISSION_DENIED) throw error;
      options.onGap?.(`${what} of ${database} could not be read: ${currentUser} may not list them.`);
      return [];
    }
  };
  const routines = await withoutDenied("Functions", readRoutines(run, version));
  const types = await withoutDenied("Types", readTypes(run));
  const [hidden] = await withoutDenied(
    "Operators",
    readHiddenCalls(run).then((calls) => [calls]),
  );
  const catalog = { engine: "postgres", version, database, currentUser, searchPath } as const;
  return { ...catalog, relations, routines, types, ...hidden };
}

const SERVER_SQL = `
  SELECT pg_catalog.current_setting('server_version_num'), pg_catalog.current_database()::text, current_user::text,
    pg_catalog.to_json(pg_catalog.current_schemas(true)::text[])::text`;

const tooOld = (version: number): CatalogError =>
  new CatalogError({
    code: "server-too-old",
    message: `This server is PostgreSQL ${Math.floor(version / 10000)}; Sluice reads 13 and newer.`,
    action: "Connect to a newer server.",
  });

const notListed = (user: string, cause: unknown): CatalogError =>
  new CatalogError(
    {
      code: "catalog-denied",
      message: `${user} may not read the system tables that list what exists, so nothing can be understood.`,
      action: `Ask an administrator to GRANT SELECT on pg_catalog's tables to ${user}, as PostgreSQL does by default.`,
    },
    cause,
  );
