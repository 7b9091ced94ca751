import net from "node:net";
import tls from "node:tls";
import mysql from "mysql2";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { ConnectError } from "../connectError.ts";
import { describeMysqlFailure } from "./connectFailure.ts";
import { TextCommand } from "./textCommand.ts";
import { type WireCommand, wireOf } from "./wire.ts";

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * A person may look at a page for hours while the server holds the rest of the result; its default gives up after
 * a minute. In seconds.
 */
const NET_WRITE_TIMEOUT = 86_400;

/**
 * Off: files of this machine, several statements in one text, function names that may be spaced, query attributes
 * (their bytes precede the statement's).
 */
const FLAGS = [
  "-LOCAL_FILES",
  "-IGNORE_SPACE",
  "-ODBC",
  "-MULTI_STATEMENTS",
  "-CLIENT_QUERY_ATTRIBUTES",
  "FOUND_ROWS",
];

/** Opens one connection. @throws ConnectError with words for a person. */
export async function openMysql(
  profile: ConnectionProfile,
  password: string | undefined,
  applicationName: string,
): Promise<mysql.Connection> {
  const connection = mysql.createConnection({
    host: profile.host,
    port: profile.port,
    user: profile.user,
    password: password ?? "",
    database: profile.database,
    charset: "UTF8MB4_GENERAL_CI",
    multipleStatements: false,
    flags: FLAGS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    connectAttributes: { program_name: applicationName },
    ...(profile.tls !== "disable" && {
      ssl: { rejectUnauthorized: profile.tls === "verify", verifyIdentity: profile.tls === "verify" },
    }),
  });
  // A backend that dies while idle emits "error"; the next statement finds it dead and says so.
  connection.on("error", () => {});
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once("error", reject);
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    if (profile.tls === "verify") checkIdentity(connection, profile.host);
    const set = `SET NAMES utf8mb4, SESSION autocommit = 1, SESSION completion_type = 0,
      SESSION net_write_timeout = ${NET_WRITE_TIMEOUT}`;
    await send(connection, new TextCommand(set, extendedMetadata(connection)));
    return connection;
  } catch (error) {
    destroy(connection);
    throw new ConnectError(describeMysqlFailure(error, profile), error);
  }
}

/** Drops the connection now; mysql2 would let the server finish. */
function destroy(connection: mysql.Connection): void {
  connection.destroy();
  const stream: unknown = Reflect.get(connection, "stream");
  if (stream instanceof net.Socket) stream.destroy();
}

/** Puts a command into the connection's queue; settles when the server has answered it. */
export function send<T>(
  connection: mysql.Connection,
  command: WireCommand & { readonly landed: Promise<T> },
): Promise<T> {
  wireOf(connection).addCommand(command);
  return command.landed;
}

/** MariaDB's column descriptions carry one more field once both sides agreed on it. */
export const extendedMetadata = (connection: mysql.Connection): boolean =>
  Reflect.get(connection, "_mariadbExtendedMetadata") === true;

/** mysql2 looks at the host name in the certificate, but not where the host is an address. */
function checkIdentity(connection: mysql.Connection, host: string): void {
  const stream: unknown = Reflect.get(connection, "stream");
  const wrong =
    stream instanceof tls.TLSSocket
      ? tls.checkServerIdentity(host, stream.getPeerCertificate())
      : new Error("The connection is not encrypted: TLS");
  if (wrong !== undefined) throw wrong;
}
