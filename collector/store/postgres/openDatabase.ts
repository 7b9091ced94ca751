import pg from "pg";
import { CollectorError } from "../../collectorError.ts";
import { POSTGRES_MIGRATIONS } from "./migrations.ts";

/** Held by whoever writes the log, or changes the schema. */
export const LOG_LOCK = 0x736c7569;

const INT8 = 20;

/** Connects, and brings the database to this version. @throws CollectorError */
export async function openDatabase(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    application_name: "sluice-collector",
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    // A process that hangs inside of a commit must not hold the log for the others.
    idle_in_transaction_session_timeout: 30_000,
    types: {
      getTypeParser: (type, format) =>
        // Numbers of records and milliseconds: far below 2^53.
        type === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(type, format),
    },
  });
  // A connection that breaks fails what it was asked, and the next question opens another; it must not end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", () => {});
  try {
    await migrate(pool);
    return pool;
  } catch (error) {
    await pool.end();
    if (error instanceof CollectorError) throw error;
    throw new CollectorError(
      "store-unreachable",
      `The database ${withoutPassword(url)} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      "Check that it runs, and that the address, the user and the rights to create tables are right.",
    );
  }
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    // An index over many records takes its time.
    await client.query("BEGIN; SET LOCAL statement_timeout TO 0");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOG_LOCK]);
    await client.query("CREATE TABLE IF NOT EXISTS sluice_schema (version integer NOT NULL)");
    const { rows } = await client.query<{ version: number }>("SELECT version FROM sluice_schema");
    const version = rows[0]?.version ?? 0;
    if (version > POSTGRES_MIGRATIONS.length)
      throw new CollectorError(
        "store-too-new",
        "The database was written by a newer version of Sluice.",
        "Start that version, or restore a backup made by this one.",
      );
    for (const migration of POSTGRES_MIGRATIONS.slice(version)) await client.query(migration);
    await client.query("DELETE FROM sluice_schema");
    await client.query("INSERT INTO sluice_schema VALUES ($1)", [POSTGRES_MIGRATIONS.length]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  } catch {
    return "(no address)";
  }
}
