import type { Catalog } from "../../protocol/catalog.ts";
import { CatalogError } from "./catalogError.ts";
import { readRelations } from "./mysql/readRelations.ts";
import { readRoutines } from "./mysql/readRoutines.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { TextRow } from "./textRow.ts";

const OLDEST = { mysql: 80000, mariadb: 100600 } as const;

/**
 * Everything of a MySQL or MariaDB server that this account may see, its own databases apart, in twelve queries.
 * Oids are digests of names, since MySQL has none.
 * @throws CatalogError where the server is too old.
 */
export async function loadMysqlCatalog(run: QueryRunner): Promise<Catalog> {
  const [first] = await run.rows(SERVER_SQL);
  const server = new TextRow(first ?? []);
  const versionText = server.text();
  const database = server.text();
  const currentUser = server.text();
  const variant = /mariadb/i.test(versionText) ? "mariadb" : "mysql";
  const version = versionNumber(versionText);
  if (version < OLDEST[variant]) throw tooOld(variant, versionText);
  const { relations, triggerBodies } = await readRelations(run, variant);
  const routines = await readRoutines(run);
  return {
    engine: "mysql",
    version,
    variant,
    database,
    currentUser,
    searchPath: database === "" ? [] : [database],
    relations,
    routines: [...routines, ...triggerBodies],
    types: [],
  };
}

const SERVER_SQL = "SELECT @@version, COALESCE(DATABASE(), ''), CURRENT_USER()";

/** Replication makes some MariaDBs begin with `5.5.5-`. */
function versionNumber(text: string): number {
  const [, major, minor, patch] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(major ?? 0) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0);
}

const tooOld = (variant: "mysql" | "mariadb", version: string): CatalogError =>
  new CatalogError({
    code: "server-too-old",
    message: `This server is ${version}; Sluice reads ${variant === "mariadb" ? "MariaDB 10.6" : "MySQL 8.0"} and newer.`,
    action: "Connect to a newer server.",
  });
