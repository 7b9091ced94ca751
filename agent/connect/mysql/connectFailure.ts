import type { ConnectionProfile } from "../../../protocol/connection.ts";
import type { Problem } from "../../../protocol/messages.ts";
import { describeConnectFailure } from "../connectError.ts";

/** What a failed attempt means, from mysql2's names of the server's errors; the network's are shared. */
export function describeMysqlFailure(error: unknown, profile: ConnectionProfile): Problem {
  const where = `${profile.host}:${profile.port}`;
  const named = SERVER_SAYS[codeOf(error)]?.(profile, where);
  return named ?? describeConnectFailure(error, profile);
}

const SERVER_SAYS: Readonly<Record<string, (profile: ConnectionProfile, where: string) => Problem>> = {
  ECONNREFUSED: (_, where) => ({
    code: "connection-refused",
    message: `Nothing listens for MySQL at ${where}.`,
    action: "Check host and port, and that the server is running.",
  }),
  ER_ACCESS_DENIED_ERROR: wrongPassword,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: wrongPassword,
  ER_DBACCESS_DENIED_ERROR: ({ user, database }) => ({
    code: "database-denied",
    message: `User "${user}" has no access to the database "${database}".`,
    action: "Ask for access to it, or edit the connection and choose another database.",
  }),
  ER_BAD_DB_ERROR: ({ database }, where) => ({
    code: "database-missing",
    message: `There is no database "${database}" on ${where}.`,
    action: "Edit the connection and choose an existing database.",
  }),
  ER_CON_COUNT_ERROR: tooMany,
  ER_TOO_MANY_USER_CONNECTIONS: tooMany,
  ER_USER_LIMIT_REACHED: tooMany,
  ER_HOST_NOT_PRIVILEGED: hostRefused,
  ER_HOST_IS_BLOCKED: hostRefused,
  HANDSHAKE_NO_SSL_SUPPORT: (_, where) => ({
    code: "tls-refused",
    message: `${where} does not offer TLS, and this connection asks for it.`,
    action:
      'Turn TLS on at the server, or set TLS to "disable" for this connection if the network is trusted.',
  }),
  ER_SECURE_TRANSPORT_REQUIRED: (_, where) => ({
    code: "tls-needed",
    message: `${where} only takes encrypted connections.`,
    action: 'Set TLS to "verify" or "require" for this connection.',
  }),
  ER_MUST_CHANGE_PASSWORD_LOGIN: ({ user }) => ({
    code: "password-expired",
    message: `The password of user "${user}" has expired.`,
    action: "Change it with the server's own tools, then edit the connection.",
  }),
  AUTH_SWITCH_PLUGIN_ERROR: ({ user }) => ({
    code: "login-unsupported",
    message: `The server asks user "${user}" to log in by a method that Sluice does not know.`,
    action: "Ask for an account with caching_sha2_password or mysql_native_password.",
  }),
};

function wrongPassword({ user, database }: ConnectionProfile): Problem {
  return {
    code: "wrong-password",
    message: `The server refused user "${user}": wrong password, or no access to "${database}".`,
    action: "Edit the connection and enter the password again, or ask for access to this database.",
  };
}

function tooMany(_: ConnectionProfile, where: string): Problem {
  return {
    code: "too-many-connections",
    message: `${where} has no free connection left.`,
    action: "Close other clients, or try again in a moment.",
  };
}

function hostRefused(_: ConnectionProfile, where: string): Problem {
  return {
    code: "host-refused",
    message: `${where} does not take connections from this machine.`,
    action: "Ask for this machine's address to be allowed, or connect through your VPN.",
  };
}

const codeOf = (error: unknown): string =>
  error instanceof AggregateError
    ? codeOf(error.errors[0])
    : typeof error === "object" && error !== null && "code" in error
      ? String(error.code)
      : "";
