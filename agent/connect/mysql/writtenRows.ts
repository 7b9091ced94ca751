import type { DatabaseSession } from "../databaseSession.ts";
import type { RelationName } from "./relationLocks.ts";

type Asker = Pick<DatabaseSession, "rows">;

/**
 * Rows this session has written so far, triggers and routines included, which the server's own count of a statement
 * leaves out. Cascades of foreign keys happen inside InnoDB and are in neither. MariaDB only: MySQL counts rows of
 * its temporary tables along.
 */
export async function writtenRows(run: Asker): Promise<number> {
  const counts = await run.rows(
    "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_write', 'Handler_update', 'Handler_delete')",
  );
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * Rows written since `before`. A partitioned table counts each of its rows twice, once for the partition, which
 * matters only where that is over the limit.
 */
export async function writtenSince(
  run: Asker,
  before: number,
  limit: number,
  names: readonly RelationName[],
): Promise<number> {
  if (before === Number.POSITIVE_INFINITY) return 0;
  const written = (await writtenRows(run)) - before;
  if (written <= limit || names.length === 0) return written;
  const each = `SELECT partition_name FROM information_schema.partitions
    WHERE table_schema = ? AND table_name = ? AND partition_name IS NOT NULL`;
  const values = names.flatMap(({ schema, name }) => [schema, name]);
  const partitions = await run.rows(names.map(() => each).join(" UNION ALL "), values);
  return partitions.length === 0 ? written : Math.ceil(written / 2);
}
