import { type DatabaseSession, type Description, ServerError } from "../databaseSession.ts";
import type { MysqlSettings } from "./settings.ts";

/** A table or view as the server spells it. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
  /** A temporary table of the session is meant, and nothing behind it. */
  readonly temporary?: boolean;
}

type Asker = Pick<DatabaseSession, "rows">;
export type ReadVersions = (
  run: Asker,
  names: ReadonlyMap<number, RelationName>,
) => Promise<Description["versions"]>;

/** One join may name 61 tables, and a view brings its own. */
const AT_ONCE = 15;

/** Of these no definition can change, and reading them is work. */
const SYSTEM: ReadonlySet<string> = new Set(["information_schema", "performance_schema", "sys"]);

/**
 * Takes the metadata locks of relations until the transaction ends, by statements that read nothing: no DDL comes
 * between their versions and the statement that follows. Where this account may not even do that, DDL that commits
 * within the next round trip would go unseen.
 */
export async function lockDefinitions(run: Asker, names: readonly RelationName[]): Promise<void> {
  const lockable = names.filter(({ schema }) => !SYSTEM.has(schema.toLowerCase()));
  for (let from = 0; from < lockable.length; from += AT_ONCE) {
    const tables = lockable
      .slice(from, from + AT_ONCE)
      .map((relation, position) => `${quoted(relation)} AS t${position}`);
    await run.rows(`SELECT 1 FROM ${tables.join(", ")} LIMIT 0`).catch((error: unknown) => {
      if (!(error instanceof ServerError)) throw error;
    });
  }
}

/** Equal to no version of a catalog. */
const SHADOWED = "a temporary table of this session stands in front of it";

/**
 * Versions of relations as this session sees them. A temporary table takes the place of the table of its name
 * without a sign of it in information_schema: then the name does not mean what the catalog says.
 */
export async function sessionVersions(
  run: Asker,
  names: ReadonlyMap<number, RelationName>,
  read: ReadVersions,
  mayHaveTemporary: boolean,
): Promise<Description["versions"]> {
  if (names.size === 0) return new Map();
  const versions = new Map(await read(run, names));
  if (!mayHaveTemporary) return versions;
  for (const [oid, relation] of names) {
    if (relation.temporary === true || SYSTEM.has(relation.schema.toLowerCase())) continue;
    if (await isShadowed(run, relation)) versions.set(oid, SHADOWED);
  }
  return versions;
}

async function isShadowed(run: Asker, relation: RelationName): Promise<boolean> {
  try {
    const [shown] = await run.rows(`SHOW CREATE TABLE ${quoted(relation)}`);
    return /^CREATE TEMPORARY/i.test(shown?.[1] ?? "");
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // A table that cannot be opened at all may be one that shows others, which are no longer there.
    return error.sqlstate !== NOT_ALLOWED;
  }
}

/** Access denied, also to the text of a view. */
const NOT_ALLOWED = "42000";

/** MariaDB counts those that were made, by routines too; MySQL does not tell. */
export async function hasMadeTemporary(run: Asker, { variant }: MysqlSettings): Promise<boolean> {
  if (variant === "mysql") return true;
  const [counted] = await run.rows("SHOW SESSION STATUS LIKE 'Com_create_temporary_table'");
  return counted?.[1] !== "0";
}

const quoted = ({ schema, name }: RelationName): string =>
  `\`${schema.replaceAll("`", "``")}\`.\`${name.replaceAll("`", "``")}\``;
