import pg from "pg";
import type { CentralConnectionView, CentralDefinition } from "../../protocol/lease/centralConnection.ts";
import type { DemoCollector } from "./collector.ts";
import type { DemoDatabase } from "./database.ts";
import { idTokenOf } from "./idToken.ts";
import type { DemoProvider } from "./provider.ts";

const ID = "northwind-leased";
const LENDER = { user: "demo_lender", password: "demo-lender-password" };
const READER = "northwind_reader";

/** As the security engineer would: a login that may make roles, a role to lend, and the connection at the collector. */
export async function lendDemoDatabase(
  database: DemoDatabase,
  provider: Pick<DemoProvider, "issuer" | "clientId">,
  collector: Pick<DemoCollector, "url">,
): Promise<void> {
  await makeLender(database);
  const { host, port, database: name } = database;
  const definition: CentralDefinition = {
    target: {
      name: "Northwind leased",
      engine: "postgres",
      host,
      port,
      database: name,
      environment: "production",
      tls: "disable",
    },
    groups: ["developers", "support"],
    lending: { kind: "postgres_role", roles: [READER], mostConnections: 10 },
    minutes: 15,
  };
  const token = await idTokenOf(provider, { login: "mira", password: "mira-demo" });
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${collector.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The collector did not take the connection: ${text}`);
    return text;
  };
  const { connections }: { connections: readonly CentralConnectionView[] } = JSON.parse(
    await ask("GET", "/v1/connections/all"),
  );
  const before = connections.find(({ id }) => id === ID);
  if (before?.target.port === port) return;
  await ask("PUT", `/v1/connections/${ID}`, { after: before?.version ?? 0, definition, login: LENDER });
}

async function makeLender({ url }: DemoDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `DO $$
       DECLARE schema name;
       BEGIN
         IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${READER}') THEN
           CREATE ROLE ${READER};
           CREATE ROLE ${LENDER.user} LOGIN CREATEROLE PASSWORD '${LENDER.password}';
           GRANT ${READER} TO ${LENDER.user} WITH ADMIN OPTION, INHERIT FALSE;
           FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)' LOOP
             EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${READER}', schema);
             EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${READER}', schema);
           END LOOP;
         END IF;
       END $$`,
    );
  } finally {
    await client.end();
  }
}
