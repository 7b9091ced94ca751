import net from "node:net";
import pg from "pg";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { ConnectError, describeConnectFailure } from "../connectError.ts";
import { DataRows } from "./dataRows.ts";

const CONNECT_TIMEOUT_MS = 15_000;

/** Five minutes for a statement, half an hour for a transaction nobody works in; the server's own limits go first. */
const LIMITS: Readonly<Record<string, number>> = {
  statement_timeout: 5 * 60_000,
  idle_in_transaction_session_timeout: 30 * 60_000,
};

/** Settings that every plan relies on, and limits where there are none; a session that resets its own gets them again. */
export const RELIED_ON = [
  "SET standard_conforming_strings = on",
  "SET client_encoding = 'UTF8'",
  "SET backslash_quote = safe_encoding",
  "SET extra_float_digits = 1",
  ...Object.entries(LIMITS).map(
    ([name, milliseconds]) =>
      `SELECT pg_catalog.set_config('${name}', '${milliseconds}', false) WHERE pg_catalog.current_setting('${name}') = '0'`,
  ),
].join("; ");

export interface OpenedClient {
  readonly client: pg.Client;
  readonly dataRows: DataRows;
  readonly serverVersion: string;
  readonly encrypted: boolean;
  /** Asks the server, on a connection of its own, to stop what this backend runs. */
  cancel(): Promise<void>;
}

/**
 * Opens one backend with the settings every plan relies on: UTF-8, standard strings (a backslash is a plain
 * character to the server as it is to the parser) and no idle transactions left behind.
 * @throws ConnectError with words for a person.
 */
export async function openPostgres(
  profile: ConnectionProfile,
  password: string | undefined,
  applicationName: string,
): Promise<OpenedClient> {
  const client = new pg.Client({
    host: profile.host,
    port: profile.port,
    database: profile.database,
    user: profile.user,
    password: password ?? "",
    ssl: profile.tls === "disable" ? false : { rejectUnauthorized: profile.tls === "verify" },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: applicationName.slice(0, 63),
  });
  // A backend that dies while idle emits "error"; the next statement finds it dead and says so.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(RELIED_ON);
    const backend = await client.query<[string, string]>({
      text: "SELECT pg_catalog.current_setting('server_version'), coalesce((SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()), false)::text",
      rowMode: "array",
    });
    const [serverVersion = "", encrypted = "false"] = backend.rows[0] ?? [];
    return {
      client,
      dataRows: DataRows.attach(client.connection),
      serverVersion,
      encrypted: encrypted === "true",
      cancel: () => requestCancel(profile, client),
    };
  } catch (error) {
    await client.end().catch(() => {});
    throw new ConnectError(describeConnectFailure(error, profile, password !== undefined), error);
  }
}

/**
 * Sends CancelRequest. It goes unencrypted as libpq did until 17: it carries no data, only the backend's
 * process id and the key the server gave for this purpose.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST
 */
function requestCancel(profile: ConnectionProfile, client: pg.Client): Promise<void> {
  const { processID, secretKey } = backendKey(client);
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = profile.host.startsWith("/")
      ? net.connect(`${profile.host}/.s.PGSQL.${profile.port}`)
      : net.connect(profile.port, profile.host);
    socket.on("connect", () => socket.end(request));
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    socket.resume();
  });
}

/** pg keeps the key on the client without declaring it. */
function backendKey(client: pg.Client): { processID: number; secretKey: number } {
  const processID: unknown = Reflect.get(client, "processID");
  const secretKey: unknown = Reflect.get(client, "secretKey");
  if (typeof processID !== "number" || typeof secretKey !== "number") {
    throw new Error("The server gave no cancellation key.");
  }
  return { processID, secretKey };
}
