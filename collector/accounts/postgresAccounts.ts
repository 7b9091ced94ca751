import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { CentralLogin, CentralTarget, Lending } from "../../protocol/lease/centralConnection.ts";
import { AccountError, accountError, codeOf } from "./accountError.ts";
import { ownName } from "./accountName.ts";
import type { AccountServer, Cleared, NewAccount } from "./accountServer.ts";
import { scramVerifier } from "./scramVerifier.ts";

const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;
/** How often its sessions are told to end before it is left to the next try. */
const ENDING_TRIES = 40;
const ENDING_PAUSE_MS = 50;

/** Something depends on the role that cannot be seen from this database. */
const DEPENDENT_OBJECTS = "2BP01";

/** Roles for leases, as a login with CREATEROLE makes them. */
export function postgresAccounts(
  target: CentralTarget,
  lending: Extract<Lending, { kind: "postgres_role" }>,
  login: CentralLogin,
): AccountServer {
  const as = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => connected(target, login, work);
  return {
    make: (account) => as((client) => make(client, account, lending)),
    renew: ({ name, password, minutes }) =>
      as(async (client) => {
        const until = await untilText(client, minutes);
        await client.query(
          `ALTER ROLE ${ownName(name)} PASSWORD '${scramVerifier(password)}' VALID UNTIL '${until}'`,
        );
      }),
    clear: (name) => as((client) => clear(client, ownName(name))),
    named: (prefix) =>
      as(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          "SELECT rolname AS name FROM pg_roles WHERE starts_with(rolname, $1)",
          [prefix],
        );
        return rows.map(({ name }) => name);
      }),
  };
}

async function connected<T>(
  target: CentralTarget,
  login: CentralLogin,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { host, port, database, tls } = target;
  const client = new pg.Client({
    host,
    port,
    database,
    ...login,
    ssl: tls === "disable" ? false : { rejectUnauthorized: tls === "verify" },
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: "sluice-collector",
    // Whoever may create functions or operators there must not have this login run them.
    options: "-c search_path=pg_catalog",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw accountError(error, `${host}:${port}`);
  } finally {
    await client.end().catch(() => {});
  }
}

async function make(
  client: pg.Client,
  { name, password, minutes }: NewAccount,
  { roles, mostConnections }: Extract<Lending, { kind: "postgres_role" }>,
): Promise<void> {
  const role = ownName(name);
  const until = await untilText(client, minutes);
  await client.query("BEGIN");
  await client.query(
    `CREATE ROLE ${role} LOGIN PASSWORD '${scramVerifier(password)}' VALID UNTIL '${until}'
     CONNECTION LIMIT ${mostConnections} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
     IN ROLE ${roles.map(quoted).join(", ")}`,
  );
  const kept = await waysToKeepAccess(client, role);
  if (kept !== null)
    throw new AccountError(
      `The role "${kept}", which the connection gives, can do more than a lease may: whoever has it could keep access.`,
      "An administrator gives roles that may neither create roles, nor replicate, nor run programs, nor give roles to others.",
    );
  await client.query("COMMIT");
}

/** By the server's own clock, which is the one that counts. */
async function untilText(client: pg.Client, minutes: number): Promise<string> {
  const { rows } = await client.query<{ until: string }>(
    "SELECT to_char(now() AT TIME ZONE 'UTC' + make_interval(mins => $1), 'YYYY-MM-DD HH24:MI:SS') || '+00' AS until",
    [minutes],
  );
  const until = rows[0]?.until ?? "";
  if (!/^[0-9: +-]{22}$/.test(until)) throw new Error("The server told no time.");
  return until;
}

/** A role, of those this one can become, by which it could outlast its lease; null where there is none. */
async function waysToKeepAccess(client: pg.Client, role: string): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT r.rolname AS name FROM pg_roles r
     WHERE pg_has_role($1, r.oid, 'MEMBER') AND (
       r.rolsuper OR r.rolcreaterole OR r.rolreplication
       OR r.rolname IN ('pg_execute_server_program', 'pg_write_server_files')
       OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.admin_option))
     ORDER BY r.rolname LIMIT 1`,
    [role],
  );
  return rows[0]?.name ?? null;
}

async function clear(client: pg.Client, role: string): Promise<Cleared> {
  const { rows } = await client.query<{ oid: string }>("SELECT oid::text FROM pg_roles WHERE rolname = $1", [
    role,
  ]);
  const oid = rows[0]?.oid;
  if (oid === undefined) return { kind: "absent" };
  await client.query(`ALTER ROLE ${role} NOLOGIN PASSWORD NULL VALID UNTIL '1970-01-01'`);
  // Whoever made the role may join it, and only its members may end its sessions.
  await client.query(`GRANT ${role} TO CURRENT_USER`);
  await endSessions(client, role);
  const owned = await ownedBy(client, oid);
  if (owned > 0) return locked(client, role, `it owns ${owned} ${owned === 1 ? "object" : "objects"}`);
  try {
    await client.query("BEGIN");
    // What it was given directly goes with it. Nothing is its own by now; were it, it would change hands, not be lost.
    await client.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
    await client.query(`DROP OWNED BY ${role}`);
    await client.query(`DROP ROLE ${role}`);
    await client.query("COMMIT");
    return { kind: "dropped" };
  } catch (error) {
    await client.query("ROLLBACK");
    if (codeOf(error) !== DEPENDENT_OBJECTS) throw error;
    return locked(client, role, "something in another database of the server depends on it");
  }
}

async function locked(client: pg.Client, role: string, why: string): Promise<Cleared> {
  const { rows } = await client.query<{ roles: string }>(
    `SELECT coalesce(string_agg(quote_ident(g.rolname), ', '), '') AS roles
     FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member
     WHERE r.rolname = $1`,
    [role],
  );
  const roles = rows[0]?.roles ?? "";
  if (roles !== "") await client.query(`REVOKE ${roles} FROM ${role}`);
  return { kind: "locked", why };
}

/** Settles when none of its sessions is left. @throws AccountError */
async function endSessions(client: pg.Client, role: string): Promise<void> {
  for (let round = 0; round < ENDING_TRIES; round += 1) {
    const { rows } = await client.query<{ ended: boolean }>(
      "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE usename = $1",
      [role],
    );
    if (rows.length === 0) return;
    await sleep(ENDING_PAUSE_MS);
  }
  throw new AccountError(
    "A session of the login does not end.",
    "It is told again. If it stays, end it on the server: it may be stuck in the operating system.",
  );
}

/** In every database of the server. */
async function ownedBy(client: pg.Client, oid: string): Promise<number> {
  const { rows } = await client.query<{ owned: string }>(
    `SELECT count(*)::text AS owned FROM pg_shdepend
     WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::oid AND deptype = 'o'`,
    [oid],
  );
  return Number(rows[0]?.owned ?? 0);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
