import { type DatabaseSession, TooManyRowsError } from "../databaseSession.ts";
import type { RelationName } from "./relationLocks.ts";
import type { MysqlSettings } from "./settings.ts";
import { refuseUnkeptWrites } from "./unkeptWrites.ts";

type Asker = Pick<DatabaseSession, "rows">;

/** How many rows one statement may write, to be prepared before it runs and checked before COMMIT. */
export class WriteLimit {
  readonly #limit: number;
  readonly #names: readonly RelationName[];
  /** Undefined where the server does not count what routines write. */
  readonly #before: number | undefined;

  /** @throws UnkeptWriteError where the limit could not be kept. */
  static async prepare(
    run: Asker,
    limit: number | undefined,
    names: readonly RelationName[],
    { variant }: MysqlSettings,
  ): Promise<WriteLimit | null> {
    if (limit === undefined) return null;
    await refuseUnkeptWrites(run, names);
    return new WriteLimit(limit, names, variant === "mariadb" ? await writtenRows(run) : undefined);
  }

  private constructor(limit: number, names: readonly RelationName[], before: number | undefined) {
    this.#limit = limit;
    this.#names = names;
    this.#before = before;
  }

  /** @throws TooManyRowsError */
  async check(run: Asker, affected: number): Promise<void> {
    const written = Math.max(affected, await this.#written(run));
    if (written > this.#limit) throw new TooManyRowsError(written, this.#limit);
  }

  /** A partitioned table counts each of its rows twice, which matters only where that is over the limit. */
  async #written(run: Asker): Promise<number> {
    if (this.#before === undefined) return 0;
    const written = (await writtenRows(run)) - this.#before;
    if (written <= this.#limit || this.#names.length === 0) return written;
    const each = `SELECT partition_name FROM information_schema.partitions
      WHERE table_schema = ? AND table_name = ? AND partition_name IS NOT NULL`;
    const values = this.#names.flatMap(({ schema, name }) => [schema, name]);
    const partitions = await run.rows(this.#names.map(() => each).join(" UNION ALL "), values);
    return partitions.length === 0 ? written : Math.ceil(written / 2);
  }
}

/**
 * Rows this session has written so far, triggers and routines included, which the server's own count of a statement
 * leaves out. Cascades of foreign keys happen inside InnoDB and are in neither. MySQL counts rows of its temporary
 * tables along, so this is asked of MariaDB alone.
 */
async function writtenRows(run: Asker): Promise<number> {
  const counts = await run.rows(
    "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_write', 'Handler_update', 'Handler_delete')",
  );
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
