import type { ConnectionProfile } from "../../protocol/connection.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
import type { Problem } from "../../protocol/messages.ts";

/** A database could not be reached, or stopped being reachable. `problem` is for a person. */
export class ConnectError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.name = "ConnectError";
    this.problem = problem;
  }
}

/**
 * What a failed connection attempt means, from Node's error codes and PostgreSQL's SQLSTATEs. `hasPassword`: one was
 * there to be sent.
 */
export function describeConnectFailure(
  error: unknown,
  profile: ConnectionProfile,
  hasPassword = true,
): Problem {
  const where = `${profile.host}:${profile.port}`;
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return problem(
        "host-not-found",
        `The host name "${profile.host}" cannot be resolved.`,
        "Check the host for a typing mistake; if it is internal, check that your VPN is connected.",
      );
    case "ECONNREFUSED":
      return problem(
        "connection-refused",
        `Nothing listens for PostgreSQL at ${where}.`,
        "Check host and port, and that the server is running.",
      );
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return problem(
        "connection-timeout",
        `${where} did not answer in time.`,
        "Check that your VPN is connected and that a firewall lets you reach this port.",
      );
    case "28P01":
    case "28000":
      if (code === "28000" && text.includes("pg_hba.conf")) {
        return problem(
          "access-not-configured",
          `${where} lets user "${profile.user}" into "${profile.database}" from this machine only under other conditions${text.includes("no encryption") ? ", encrypted for one" : ""}.`,
          'Set TLS to "require" for this connection if it is off; else ask whoever runs the server for a pg_hba.conf entry.',
        );
      }
      if (!hasPassword) {
        return problem(
          "password-missing",
          `The server asks for the password of user "${profile.user}", and none is stored for "${profile.name}".`,
          "Edit the connection and enter the password; in a terminal, give it in the address or in PGPASSWORD.",
        );
      }
      return problem(
        "wrong-password",
        `The server refused user "${profile.user}": wrong password, or no access to "${profile.database}".`,
        "Edit the connection and enter the password again, or ask for access to this database.",
      );
    case "3D000":
      return problem(
        "database-missing",
        `There is no database "${profile.database}" on ${where}.`,
        "Edit the connection and choose an existing database.",
      );
    case "53300":
      return problem(
        "too-many-connections",
        `${where} has no free connection left.`,
        "Close other clients, or try again in a moment.",
      );
    case "57P03":
      return problem(
        "server-starting",
        `${where} is starting up or recovering and takes no queries yet.`,
        "Wait a moment and try again.",
      );
    case "57P01":
    case "57P02":
      return problem(
        "server-restarting",
        `${where} is shutting down or restarting.`,
        "Wait until it is up and run the statement again.",
      );
  }
  if (text.includes("does not support SSL")) {
    return problem(
      "tls-refused",
      `${where} does not offer TLS, and this connection asks for it.`,
      'Turn TLS on at the server, or set TLS to "disable" for this connection if the network is trusted.',
    );
  }
  if (isTlsCode(code) || /certificate|TLS|SSL|altnames/i.test(text)) {
    return problem(
      "tls-not-trusted",
      `The certificate of ${where} could not be verified: ${text}.`,
      'Install the authority that issued it (NODE_EXTRA_CA_CERTS), or set TLS to "require" to encrypt without verifying.',
    );
  }
  if (/timeout/i.test(text)) {
    return problem(
      "connection-timeout",
      `${where} did not answer in time.`,
      "Check that your VPN is connected and that a firewall lets you reach this port.",
    );
  }
  return connectionLost(profile, text);
}

/** The connection broke while it was in use; what was in flight has an unknown outcome. */
export function connectionLost(profile: ConnectionProfile, detail: string): Problem {
  // A server ends sessions of a login that is taken away in the way in which it ends all when it stops.
  if (isCentralId(profile.id))
    return problem(
      "connection-lost",
      `The connection to "${profile.name}" (${profile.host}:${profile.port}) was lost: ${detail}, or the login that the collector lent for it was taken away.`,
      "Run the statement again: another login is asked for, and you are told where you get none; whoever runs the collector knows why. Check first whether a write took effect.",
    );
  return problem(
    "connection-lost",
    `The connection to "${profile.name}" (${profile.host}:${profile.port}) was lost: ${detail}.`,
    "Run the statement again; Sluice reconnects by itself. Check first whether a write took effect.",
  );
}

/** The same, where it is known who ended the login it rested on. */
export const loginEnded = (profile: ConnectionProfile, why: string): Problem =>
  problem(
    "connection-lost",
    `The connection to "${profile.name}" (${profile.host}:${profile.port}) was lost. ${why}`,
    "Run the statement again: another login is asked for, and you are told where you get none. Check first whether a write took effect.",
  );

/** Another login took the place of the one that is on record for a statement, before that was sent. */
export const loginChanged = (profile: ConnectionProfile): Problem =>
  problem(
    "login-changed",
    `The connection to "${profile.name}" was lost before the statement was sent, and another login is lent for it now.`,
    "Run the statement again.",
  );

/** The server refuses a login that was given just now. */
export function loginNotTaken(profile: ConnectionProfile): Problem {
  return problem(
    "lease-not-taken",
    `${profile.host}:${profile.port} refuses the login for "${profile.name}" that the collector lent just now.`,
    "Tell whoever runs the collector: the server may not let such logins in from this machine.",
  );
}

/** The connection broke while the person was in a transaction: the server has undone it. */
export function transactionLost(profile: ConnectionProfile): Problem {
  return problem(
    "transaction-lost",
    `The connection to "${profile.name}" was lost while your transaction was open, and the server has undone it. This statement was not sent.`,
    "Begin the transaction again. Whatever you run next runs on a new connection, outside of any.",
  );
}

function problem(code: string, message: string, action: string): Problem {
  return { code, message, action };
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  if (typeof error === "object" && error !== null && "code" in error) return String(error.code);
  return "";
}

const TLS_CODES = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];
const isTlsCode = (code: string): boolean =>
  TLS_CODES.includes(code) ||
  code.startsWith("ERR_TLS") ||
  code.startsWith("CERT_") ||
  code.startsWith("ERR_SSL");
