import pg from "pg";
import type { Asker, Marks, SearchDatabase, Value } from "../database.ts";
import { SEARCH_MIGRATIONS } from "../schema.ts";

const LOCK = 0x736c7368;
const INT8 = 20;

/** As the index `records_by_mark` has it: PostgreSQL knows the index by this text. */
const MARKS = `(r.terms || ARRAY['actor:' || r.actor, 'connection:' || r.connection, 'environment:' || r.environment,
  'kind:' || r.kind, 'verdict:' || r.verdict, 'effect:' || r.effect])`;

/**
 * No plan walks through an index or a table, whatever it expects to meet on the way. The room is for sets that name each
 * record; more is no use, since no more are read.
 */
const BY_SETS = `BEGIN; SET LOCAL enable_seqscan TO off; SET LOCAL enable_indexscan TO off;
  SET LOCAL enable_indexonlyscan TO off; SET LOCAL max_parallel_workers_per_gather TO 0; SET LOCAL jit TO off;
  SET LOCAL work_mem TO '32MB'`;

/** Asks on connections of its own, so that questions take none from the log. */
export class PostgresSearch implements SearchDatabase {
  // The canonical form escapes every quote inside of a text, so the key stands nowhere else.
  readonly statement = {
    text: `substring(r.canonical from '"statement":"((?:[^"\\\\]|\\\\.)*)"')`,
    spelled: (needle: string): string => JSON.stringify(needle).slice(1, -1),
  };
  readonly position = "strpos";
  readonly textBudget = 20_000;
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  static async open(url: string): Promise<PostgresSearch> {
    const pool = new pg.Pool({
      connectionString: url,
      max: 6,
      application_name: "sluice-console",
      connectionTimeoutMillis: 10_000,
      statement_timeout: 15_000,
      types: {
        getTypeParser: (type, format) =>
          type === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(type, format),
      },
    });
    // A connection that breaks while nobody uses it: the next question opens another.
    pool.on("error", () => {});
    try {
      await migrate(pool);
      return new PostgresSearch(pool);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  all<Row extends pg.QueryResultRow>(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return askerOf(this.#pool).all<Row>(sql, values);
  }

  readonly marks: Marks = {
    list: MARKS,
    all: (placeholders) => `${MARKS} @> ${textArray(placeholders)}`,
    any: (placeholders) => `${MARKS} && ${textArray(placeholders)}`,
    only: (column, placeholder) =>
      `hashtextextended(r.${column}, 0) = hashtextextended(${placeholder}, 0) AND r.${column} = ${placeholder}`,
    among: (placeholder) => `r.leaf_index = ANY (string_to_array(${placeholder}, ',')::bigint[])`,
    bySets: (work) => this.#within(BY_SETS, work),
  };

  hasTerm(placeholder: string): string {
    return this.marks.all([placeholder]);
  }

  transaction<T>(work: (asker: Asker) => Promise<T>): Promise<T> {
    return this.#within("BEGIN; SELECT 1 FROM search_state WHERE id = 1 FOR UPDATE", work);
  }

  async #within<T>(begin: string, work: (asker: Asker) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken = false;
    try {
      await client.query(begin);
      const result = await work(askerOf(client));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

const textArray = (placeholders: readonly string[]): string => `ARRAY[${placeholders.join(", ")}]::text[]`;

const askerOf = (asker: Pick<pg.Pool, "query">): Asker => ({
  async all<Row extends pg.QueryResultRow>(sql: string, values: readonly Value[] = []) {
    return (await asker.query<Row>(sql, [...values])).rows;
  },
});

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`);
    await client.query("CREATE TABLE IF NOT EXISTS sluice_search_schema (version integer NOT NULL)");
    const { rows } = await client.query<{ version: number }>("SELECT version FROM sluice_search_schema");
    for (const migration of SEARCH_MIGRATIONS.slice(rows[0]?.version ?? 0)) await client.query(migration);
    await client.query("DELETE FROM sluice_search_schema");
    await client.query("INSERT INTO sluice_search_schema VALUES ($1)", [SEARCH_MIGRATIONS.length]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
