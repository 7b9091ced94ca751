import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import type { CentralLogin, CentralTarget, Lending } from "../../protocol/lease/centralConnection.ts";
import { AccountError, accountError, codeOf } from "./accountError.ts";
import { ownName, ownPassword } from "./accountName.ts";
import type { AccountServer, Cleared, NewAccount } from "./accountServer.ts";

const CONNECT_MS = 5_000;
const ENDING_TRIES = 40;
const ENDING_PAUSE_MS = 50;

type UserLending = Extract<Lending, { kind: "mysql_user" }>;

/**
 * Accounts for leases, as a login with CREATE USER makes them. MySQL ends none by itself: the collector has to. A password
 * lasts a day, the least the server knows, so that one nobody renewed is worth little where no collector runs any more.
 */
export function mysqlAccounts(
  target: CentralTarget,
  lending: UserLending,
  login: CentralLogin,
): AccountServer {
  const as = <T>(work: (connection: Connection) => Promise<T>): Promise<T> => connected(target, login, work);
  return {
    make: (account) => as((connection) => make(connection, account, lending, target.database)),
    renew: ({ name, password }) =>
      as(async (connection) => {
        await connection.query(`ALTER USER ${accountOf(name)} ${await identified(connection, password)}`);
      }),
    clear: (name) => as((connection) => clear(connection, name)),
    named: (prefix) =>
      as(async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>(
          "SELECT User AS name FROM mysql.user WHERE Host = '%' AND LEFT(User, CHAR_LENGTH(?)) = ?",
          [prefix, prefix],
        );
        return rows.map(({ name }) => String(name));
      }),
  };
}

async function connected<T>(
  { host, port, tls }: CentralTarget,
  login: CentralLogin,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  let connection: Connection | null = null;
  try {
    connection = await mysql.createConnection({
      host,
      port,
      ...login,
      connectTimeout: CONNECT_MS,
      multipleStatements: false,
      connectAttributes: { program_name: "sluice-collector" },
      ...(tls !== "disable" && {
        ssl: { rejectUnauthorized: tls === "verify", verifyIdentity: tls === "verify" },
      }),
    });
    connection.on("error", () => {});
    return await work(connection);
  } catch (error) {
    throw accountError(error, `${host}:${port}`);
  } finally {
    await connection?.end().catch(() => {});
  }
}

/** Locked until it is whole: an account that is half made lets nobody in. */
async function make(
  connection: Connection,
  { name, password }: NewAccount,
  { privileges, role, mostConnections }: UserLending,
  database: string,
): Promise<void> {
  await requireSight(connection);
  const account = accountOf(name);
  await connection.query(
    `CREATE USER ${account} ${await identified(connection, password)}
     WITH MAX_USER_CONNECTIONS ${mostConnections} PASSWORD EXPIRE INTERVAL 1 DAY ACCOUNT LOCK`,
  );
  if (privileges.length > 0)
    await connection.query(
      `GRANT ${privileges.join(", ")} ON ${await databasePattern(connection, database)}.* TO ${account}`,
    );
  if (role !== null) {
    await connection.query(`GRANT ${quoted(role)} TO ${account}`);
    const of = (await isMariadb(connection)) ? "FOR" : "TO";
    await connection.query(`SET DEFAULT ROLE ${quoted(role)} ${of} ${account}`);
    const kept = (await grantsOf(connection, quoted(role))).some((grant) => KEEPS_ACCESS.test(grant));
    if (kept)
      throw new AccountError(
        `The role "${role}", which the connection gives, can do more than a lease may: whoever has it could keep access.`,
        "An administrator gives a role that may neither create users, nor give rights to others, nor administer the server.",
      );
  }
  await connection.query(`ALTER USER ${account} ACCOUNT UNLOCK`);
}

/** Rights by which an account could outlast its lease, or leave something behind that runs. */
const KEEPS_ACCESS =
  /GRANT OPTION|ADMIN OPTION|ALL PRIVILEGES|CREATE USER|SUPER|_ADMIN|SYSTEM_USER|SET_USER_ID|SET USER|\b(?:FILE|EVENT|TRIGGER|CREATE ROUTINE|CREATE VIEW|RELOAD|SHUTDOWN)\b/;

async function clear(connection: Connection, name: string): Promise<Cleared> {
  await requireSight(connection);
  const account = accountOf(name);
  try {
    await connection.query(`ALTER USER ${account} ACCOUNT LOCK`);
  } catch (error) {
    if (codeOf(error) !== "ER_CANNOT_USER") throw error;
    await connection.query(`DROP USER IF EXISTS ${account}`);
    return { kind: "absent" };
  }
  await endSessions(connection, name);
  const [owned] = await connection.query<RowDataPacket[]>(DEFINED_BY, Array(4).fill(`${name}@%`));
  if (owned.length > 0) {
    const why = `${owned.length} of the server's views, routines, triggers or events run in its name`;
    return { kind: "locked", why };
  }
  await connection.query(`DROP USER ${account}`);
  return { kind: "dropped" };
}

const DEFINED_BY = `SELECT TABLE_NAME FROM information_schema.VIEWS WHERE DEFINER = ?
  UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE DEFINER = ?
  UNION ALL SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE DEFINER = ?
  UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE DEFINER = ?`;

/** Settles when none of its sessions is left. @throws AccountError */
async function endSessions(connection: Connection, name: string): Promise<void> {
  for (let round = 0; round < ENDING_TRIES; round += 1) {
    const [rows] = await connection.query<RowDataPacket[]>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = ?",
      [name],
    );
    if (rows.length === 0) return;
    for (const { id } of rows) await end(connection, Number(id));
    await sleep(ENDING_PAUSE_MS);
  }
  throw new AccountError(
    "A session of the login does not end.",
    "It is told again. If it stays, end it on the server.",
  );
}

/** One that is gone meanwhile is what was wanted. */
async function end(connection: Connection, id: number): Promise<void> {
  try {
    await connection.query(`KILL CONNECTION ${id}`);
  } catch (error) {
    if (codeOf(error) !== "ER_NO_SUCH_THREAD") throw error;
  }
}

/** Without PROCESS a server shows one's own sessions alone, and those of a lease would be overlooked. @throws AccountError */
async function requireSight(connection: Connection): Promise<void> {
  const grants = await grantsOf(connection, "CURRENT_USER");
  if (grants.some((grant) => /(?:ALL PRIVILEGES|\bPROCESS\b).* ON \*\.\*/.test(grant))) return;
  throw new AccountError(
    "The collector's login may not see the sessions of others, so it could not end those of a lease.",
    "An administrator gives it the rights docs/connections.md lists: PROCESS on *.* among them.",
  );
}

async function grantsOf(connection: Connection, whom: string): Promise<readonly string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(`SHOW GRANTS FOR ${whom}`);
  return rows.map((row) => String(Object.values(row)[0]));
}

async function isMariadb(connection: Connection): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>("SELECT VERSION() AS version");
  return /mariadb/i.test(String(rows[0]?.version));
}

/** MariaDB takes the hash, so that the password is in no log of the server's; MySQL leaves it out of its logs itself. */
async function identified(connection: Connection, password: string): Promise<string> {
  if (!(await isMariadb(connection))) return `IDENTIFIED BY '${ownPassword(password)}'`;
  const sha1 = (bytes: string | Buffer): Buffer => createHash("sha1").update(bytes).digest();
  return `IDENTIFIED BY PASSWORD '*${sha1(sha1(ownPassword(password)))
    .toString("hex")
    .toUpperCase()}'`;
}

/** In a grant `_` and `%` stand for any character, unless the server was told that they do not. */
async function databasePattern(connection: Connection, database: string): Promise<string> {
  const literal = await connection.query<RowDataPacket[]>("SELECT @@partial_revokes AS literal").then(
    ([rows]) => Number(rows[0]?.literal) === 1,
    () => false,
  );
  return quoted(literal ? database : database.replace(/[\\_%]/g, "\\$&"));
}

const accountOf = (name: string): string => `'${ownName(name)}'@'%'`;
const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
